"""Prints the tables of docs/compression.md from the files of this folder.

    python3 docs/results/table.py
"""
import itertools
import json
import re
from pathlib import Path

HERE = Path(__file__).resolve().parent

# Network, samples, and the targets: shares of weights, multiply-accumulates and bytes, and points of accuracy on the test samples.
NETWORKS = {
    "lenet_300_100": ("LeNet-300-100", "MNIST", 20, 20, 60, 0.1),
    "lenet5": ("LeNet-5", "MNIST", 20, 10, 60, 0.1),
    "har_lstm64": ("HAR LSTM", "HAR", 10, 10, 30, 0.5),
    "har_gru32": ("HAR GRU", "HAR", None, None, None, None),
    "har_tcn": ("HAR TCN", "HAR", 10, 10, 30, 0.5),
    "resnet8": ("ResNet-8", "CIFAR-10", 8, 8, 24, 1.0),
    "trash": ("Trash MobileNet", "trash", 5, 5, 15, 1.0),
    "gas": ("Gas MLP", "gas", 10, 10, 30, 0.5),
}


def load(kind):
    """(model, [result, ..]) of the files MODEL-KIND*.json."""
    for model in NETWORKS:
        paths = sorted(path for path in HERE.glob(f"{model}-*.json") if re.fullmatch(rf"{model}-{kind}", path.stem))
        if paths:
            yield model, [json.loads(path.read_text()) for path in paths]


def rows(kind):
    """(model, result) of the files MODEL-KIND*.json."""
    return [(model, result) for model, results in load(kind) for result in results]


def original(model, result):
    """Accuracy to compare with: ResNet-8 with the original fine-tuned the same way, as the samples are not those it was trained on."""
    path = HERE / f"{model}-int8-1.json"
    if model == "resnet8":
        return json.loads(path.read_text())["testAfter"] if path.exists() else None
    return result["testBefore"]


def shares(result):
    return (result["weights"] / result["nonZeroWeights"], result["multiplyAccumulates"] / result["multiplyAccumulatesLeft"],
            result["floatBytes"] / result["weightBytes"])


def inverse(values):
    """The least of some factors, as a share: 1/12.3. Rounded down, so that no target is met by rounding."""
    return f"1/{int(min(values) * 10) / 10:g}"


def points(values):
    return ", ".join(f"{value:.2f}" for value in values)


def mean(values):
    return sum(values) / len(values)


def computed(result):
    """Products that the kernels compute, zeros beside weights included."""
    return result["multiplyAccumulates"] / result["products"]


def targets(kind=r"\d"):
    print("| network | weights kept | MACs kept | computed | bytes | test before | after, by seed | drop, mean | targets | minutes |\n|---|---|---|---|---|---|---|---|---|---|")
    for model, results in load(kind):
        name, _, weights, work, size, drop = NETWORKS[model]
        factors = list(zip(*map(shares, results)))
        before = [original(model, result) for result in results]
        if None in before:
            continue
        after = [result["testAfter"] for result in results]
        wanted = f"1/{weights}, 1/{work}, 1/{size}, {drop}" if weights else "none"
        lost = mean([b - a for a, b in zip(after, before)])
        size_now = max(result["weightBytes"] for result in results)
        minutes = sorted({round(result["seconds"] / 60) for result in results})
        print(f"| {name} | {inverse(factors[0])} | {inverse(factors[1])} | {inverse([computed(result) for result in results])} | {size_now:,} ({inverse(factors[2])}) "
              f"| {points(sorted(set(before)))} | {points(after)} | {lost:.2f} | {wanted} | {'-'.join(map(str, sorted({minutes[0], minutes[-1]})))} |")


def channels():
    targets(r"channels-\d")


def patterns():
    print("| network | patterns of the layers | weights kept | MACs kept | computed | without | bytes | test | drop | without |\n|---|---|---|---|---|---|---|---|---|---|")
    for model, results in load(r"auto-\d"):
        first = HERE / f"{model}-{results[0]['seed']}.json"
        plain = json.loads(first.read_text()) if first.exists() else None
        for result in results:
            counts = {}
            for layer in result["layers"]:
                counts[layer["pattern"]] = counts.get(layer["pattern"], 0) + 1
            kinds = ", ".join(f"{count} {pattern}" for pattern, count in sorted(counts.items()))
            weights, work, size = shares(result)
            before = original(model, result)
            unstructured = f"{before - plain['testAfter']:.2f}" if plain and before else ""
            lost = f"{before - result['testAfter']:.2f}" if before else ""
            print(f"| {NETWORKS[model][0]} | {kinds} | {inverse([weights])} | {inverse([work])} | {inverse([computed(result)])} | {inverse([computed(plain)])} | {result['weightBytes']:,} ({inverse([size])}) "
                  f"| {result['testAfter']:.2f} | {lost} | {unstructured} |")


def bits():
    print("| network | mean bits | neurons with 2 to 5 bits | bytes | test before | after | drop |\n|---|---|---|---|---|---|---|")
    for model, result in rows(r"bits-\d"):
        neurons = [sum(counts) for counts in itertools.zip_longest(*(layer["neuronsByBits"][:9] for layer in result["layers"]), fillvalue=0)]
        few = sum(neurons[2:6]) / sum(neurons[1:])
        before = original(model, result)
        print(f"| {NETWORKS[model][0]} | {result['curve'][-1]['bits']:.2f} | {100 * few:.0f} % | {inverse([shares(result)[2]])} "
              f"| {before:.2f} | {result['testAfter']:.2f} | {before - result['testAfter']:.2f} |")


def one_shot():
    print("| network | weights kept | bytes | test before | after | drop |\n|---|---|---|---|---|---|")
    for model, result in rows(r"oneshot-\d"):
        weights, _, size = shares(result)
        before, after = result["testBefore"], result["testAfter"]
        print(f"| {NETWORKS[model][0]} | {inverse([weights])} | {inverse([size])} | {before:.2f} | {after:.2f} | {before - after:.2f} |")


for table in (targets, channels, patterns, bits, one_shot):
    print(f"\n{table.__name__}\n")
    table()
