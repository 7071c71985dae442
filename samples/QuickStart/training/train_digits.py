"""Trains, prunes and quantizes the digit classifier of this sample, and writes its ONNX files and held-out digits.

    python3 train_digits.py                     train, write ../Models and ../Data, print the accuracies
    python3 train_digits.py --validation-only   train and print, but leave the test digits unread and write nothing

Data: scikit-learn's load_digits, 1,797 handwritten digits of 8x8 pixels with values 0..16. No network is used.
Everything is chosen on the validation digits; the test digits are read once, for the final table.
"""
import argparse
import os
from pathlib import Path

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn

SAMPLE = Path(__file__).resolve().parent.parent
SEED = 1
BATCH = 32
TRAIN_EPOCHS = 60
PRUNE_EPOCHS = 60  # density falls from 1 to its target
TUNE_EPOCHS = 60  # masks fixed
PRUNE_EVERY = 10  # steps between two updates of the masks
# Fraction of weights kept. The first convolution has 144 weights and feeds everything else, so it keeps half of them.
DENSITY = {"conv1": 0.5, "conv2": 0.1, "conv3": 0.07, "linear": 0.2}


# ---------------------------------------------------------------------------------------------------------------- data

def split_digits():
    """Stratified split: 1,077 digits to train, 360 to validate, 360 held out. Pixels stay integers 0..16."""
    digits = load_digits()
    pixels, labels = digits.data.astype(np.uint8), digits.target.astype(np.int64)
    rest_x, test_x, rest_y, test_y = train_test_split(pixels, labels, test_size=360, stratify=labels, random_state=0)
    train_x, val_x, train_y, val_y = train_test_split(rest_x, rest_y, test_size=360, stratify=rest_y, random_state=0)
    return {"train": (train_x, train_y), "validation": (val_x, val_y), "test": (test_x, test_y)}


def to_images(pixels):
    """Integers 0..16, shape [N, 64], to the network's input: float32 0..1, shape [N, 1, 8, 8]."""
    return pixels.astype(np.float32).reshape(-1, 1, 8, 8) / 16


def distort(images):
    """Small random rotation, scale and shift of each image: 1,077 digits alone are few."""
    n = len(images)
    angle = (torch.rand(n) * 2 - 1) * 0.18  # radians, about 10 degrees
    scale = 1 + (torch.rand(n) * 2 - 1) * 0.1
    shift = (torch.rand(n, 2) * 2 - 1) * 0.2  # 1 is half the image, 4 pixels
    cos, sin = scale * torch.cos(angle), scale * torch.sin(angle)
    rows = [torch.stack([cos, -sin, shift[:, 0]], 1), torch.stack([sin, cos, shift[:, 1]], 1)]
    grid = F.affine_grid(torch.stack(rows, 1), list(images.shape), align_corners=False)
    return F.grid_sample(images, grid, align_corners=False)


# ------------------------------------------------------------------------------------------------ network and training

class DigitNet(nn.Module):
    """Three 3x3 convolutions and one linear layer. Batch normalization is for training; fold() removes it."""

    def __init__(self):
        super().__init__()
        self.conv1, self.norm1 = nn.Conv2d(1, 16, 3, padding=1), nn.BatchNorm2d(16)
        self.conv2, self.norm2 = nn.Conv2d(16, 32, 3, padding=1), nn.BatchNorm2d(32)
        self.conv3, self.norm3 = nn.Conv2d(32, 32, 3, padding=1), nn.BatchNorm2d(32)
        self.linear = nn.Linear(128, 10)

    def forward(self, x):
        x = F.relu(self.norm1(self.conv1(x)))
        x = F.relu(self.norm2(self.conv2(x)))
        x = F.max_pool2d(x, 2)
        x = F.relu(self.norm3(self.conv3(x)))
        x = F.max_pool2d(x, 2)
        return self.linear(F.dropout(torch.flatten(x, 1), 0.2, self.training))


class Pruner:
    """Gradual magnitude pruning: the smallest weights of each layer are masked to zero, more of them as time passes.

    Density follows the cubic schedule of Zhu and Gupta, "To prune, or not to prune" (2017), equation 1.
    """

    def __init__(self, model):
        self.weights = {name: getattr(model, name).weight for name in DENSITY}
        self.masks = {name: torch.ones_like(weight) for name, weight in self.weights.items()}

    def update(self, progress):
        for name, weight in self.weights.items():
            density = DENSITY[name] + (1 - DENSITY[name]) * (1 - min(progress, 1.0)) ** 3
            kept = torch.topk(weight.detach().abs().flatten(), round(density * weight.numel())).indices
            self.masks[name] = torch.zeros(weight.numel()).index_fill_(0, kept, 1).view_as(weight)

    def apply(self):
        with torch.no_grad():
            for name, weight in self.weights.items():
                weight.mul_(self.masks[name])


def train(model, images, labels, epochs, learning_rate, pruner=None, prune_epochs=0):
    """Adam with a cosine learning rate. With a pruner, densities reach their targets after prune_epochs."""
    images, labels = torch.from_numpy(images), torch.from_numpy(labels)
    optimizer = torch.optim.Adam(model.parameters(), learning_rate)
    steps_per_epoch = -(-len(images) // BATCH)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs * steps_per_epoch)
    step = 0
    model.train()
    for _ in range(epochs):
        for batch in torch.randperm(len(images)).split(BATCH):
            if pruner and step % PRUNE_EVERY == 0:  # once at the target density, this finds the same masks again
                pruner.update(step / (prune_epochs * steps_per_epoch))
            loss = F.cross_entropy(model(distort(images[batch])), labels[batch], label_smoothing=0.05)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            if pruner:
                pruner.apply()
            step += 1
    model.eval()


def fold(model):
    """Weights and biases as NumPy arrays, each batch normalization folded into the convolution before it.

    Folding scales whole output channels, so pruned weights stay exactly zero.
    """
    layers = {"linear": (model.linear.weight, model.linear.bias)}
    for i in (1, 2, 3):
        conv, norm = getattr(model, f"conv{i}"), getattr(model, f"norm{i}")
        gain = norm.weight / torch.sqrt(norm.running_var + norm.eps)
        layers[f"conv{i}"] = (conv.weight * gain.view(-1, 1, 1, 1), (conv.bias - norm.running_mean) * gain + norm.bias)
    return {name: tuple(a.detach().numpy().copy() for a in layers[name]) for name in DENSITY}


# ---------------------------------------------------------------------------------------------------------- ONNX files

# Node, operator, attributes. Nodes form one chain; each one's output is named after it.
CONV = {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1]}
POOL = {"kernel_shape": [2, 2], "strides": [2, 2]}
CHAIN = [
    ("conv1", "Conv", CONV), ("relu1", "Relu", {}),
    ("conv2", "Conv", CONV), ("relu2", "Relu", {}), ("pool2", "MaxPool", POOL),
    ("conv3", "Conv", CONV), ("relu3", "Relu", {}), ("pool3", "MaxPool", POOL),
    ("flatten", "Flatten", {"axis": 1}), ("linear", "Gemm", {"transB": 1}),
]


class GraphBuilder:
    def __init__(self):
        self.nodes, self.initializers = [], []

    def constant(self, name, values):
        self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(self, name, op, inputs, output, **attributes):
        self.nodes.append(helper.make_node(op, inputs, [output], name=name, **attributes))
        return output

    def model(self, description):
        image = helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 1, 8, 8], "Pixel / 16: 0 paper, 1 ink.")
        scores = helper.make_tensor_value_info("scores", TensorProto.FLOAT, [1, 10], "One logit per digit 0 to 9.")
        graph = helper.make_graph(self.nodes, "digits", [image], [scores], self.initializers, description)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8,
                                  producer_name="train_digits.py", doc_string=description)
        helper.set_model_props(model, {"labels": ",".join(str(digit) for digit in range(10))})
        onnx.checker.check_model(model, full_check=True)
        return model


def float_model(layers, description):
    builder, current = GraphBuilder(), "image"
    for name, op, attributes in CHAIN:
        inputs = [current]
        if name in layers:
            weight, bias = layers[name]
            inputs += [builder.constant(f"{name}_weight", weight), builder.constant(f"{name}_bias", bias)]
        current = builder.node(name, op, inputs, "scores" if name == "linear" else f"{name}_output", **attributes)
    return builder.model(description)


def quantized_model(layers, ranges, description):
    """QDQ form: activations int8 per tensor, weights int8 symmetric per output channel, biases int32.

    ranges: tensor name of the float model -> (smallest, largest) value seen in calibration.
    """
    builder = GraphBuilder()

    def quantize_dequantize(name, source, result, parameters):
        scale, zero_point = parameters
        constants = [builder.constant(f"{name}_scale", scale), builder.constant(f"{name}_zero_point", zero_point)]
        builder.node(f"{name}_quantize", "QuantizeLinear", [source] + constants, f"{name}_quantized")
        return builder.node(f"{name}_dequantize", "DequantizeLinear", [f"{name}_quantized"] + constants, result)

    def dequantized_constant(name, values, scale):
        zero_point = np.zeros(len(scale), values.dtype)
        inputs = [builder.constant(f"{name}_quantized", values), builder.constant(f"{name}_scale", scale),
                  builder.constant(f"{name}_zero_point", zero_point)]
        return builder.node(f"{name}_dequantize", "DequantizeLinear", inputs, f"{name}_dequantized", axis=0)

    parameters = activation_parameters(*ranges["image"])
    current = quantize_dequantize("image", "image", "image_dequantized", parameters)
    for index, (name, op, attributes) in enumerate(CHAIN):
        inputs = [current]
        if name in layers:
            weight, weight_scale, bias, bias_scale = quantize_layer(*layers[name], input_scale=parameters[0])
            inputs.append(dequantized_constant(f"{name}_weight", weight, weight_scale))
            inputs.append(dequantized_constant(f"{name}_bias", bias, bias_scale))
        output = builder.node(name, op, inputs, f"{name}_output", **attributes)
        if index + 1 < len(CHAIN) and CHAIN[index + 1][1] == "Relu":
            current = output  # the quantizer comes after the ReLU, which then costs nothing
            continue
        if op not in ("MaxPool", "Flatten"):  # those two only move values: scale and zero point stay the same
            parameters = activation_parameters(*ranges["scores" if name == "linear" else output])
        result = "scores" if name == "linear" else f"{name}_dequantized"
        current = quantize_dequantize(name, output, result, parameters)
    return builder.model(description)


def activation_parameters(smallest, largest):
    """Scale and zero point such that int8 -128..127 covers the range and zero is exact."""
    smallest, largest = min(smallest, 0.0), max(largest, 0.0)
    scale = np.float32((largest - smallest) / 255)
    return scale, np.int8(np.clip(np.round(-128 - smallest / scale), -128, 127))


def quantize_layer(weight, bias, input_scale):
    largest = np.abs(weight).reshape(len(weight), -1).max(1)
    largest[largest == 0] = largest.max()  # no weights left in the channel: only its bias needs a scale that fits
    scale = (largest / 127).astype(np.float32)
    quantized = np.round(weight / scale.reshape((-1,) + (1,) * (weight.ndim - 1)))
    bias_scale = scale * input_scale
    quantized_bias = np.round(bias.astype(np.float64) / bias_scale)
    assert np.abs(quantized_bias).max() < 2**31
    return np.clip(quantized, -127, 127).astype(np.int8), scale, quantized_bias.astype(np.int32), bias_scale


# ---------------------------------------------------------------------------------------------------------- evaluation

def run(model, images):
    """Evaluates an ONNX model of this script with NumPy, as the ONNX operator specification defines it.

    Returns every tensor by name. Independent of PyTorch, and takes any batch size.
    """
    tensors = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    tensors["image"] = images
    for node in model.graph.node:
        operands = [tensors[name] for name in node.input]
        attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        tensors[node.output[0]] = OPERATORS[node.op_type](*operands, **attributes)
    return tensors


def conv(x, weight, bias, kernel_shape, pads):
    top, left, bottom, right = pads
    padded = np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, kernel_shape, axis=(2, 3))
    return np.einsum("nchwij,ocij->nohw", windows, weight, optimize=True) + bias.reshape(1, -1, 1, 1)


def max_pool(x, kernel_shape, strides):
    windows = np.lib.stride_tricks.sliding_window_view(x, kernel_shape, axis=(2, 3))
    return windows[:, :, ::strides[0], ::strides[1]].max((4, 5))


def quantize_linear(x, scale, zero_point):
    levels = np.iinfo(zero_point.dtype)
    return np.clip(np.rint(x / scale) + zero_point, levels.min, levels.max).astype(zero_point.dtype)


def dequantize_linear(x, scale, zero_point, axis=1):
    if scale.ndim:
        shape = [-1 if i == axis else 1 for i in range(x.ndim)]
        scale, zero_point = scale.reshape(shape), zero_point.reshape(shape)
    return (x.astype(np.int32) - zero_point).astype(np.float32) * scale


OPERATORS = {
    "Conv": conv,
    "MaxPool": max_pool,
    "Relu": lambda x: np.maximum(x, 0),
    "Flatten": lambda x, axis: x.reshape(len(x), -1),
    "Gemm": lambda a, b, c, transB: a @ b.T + c,
    "QuantizeLinear": quantize_linear,
    "DequantizeLinear": dequantize_linear,
}


def calibrate(model, images):
    """Smallest and largest value of every tensor the model computes from the images."""
    tensors = run(model, images)
    return {name: (float(tensors[name].min()), float(tensors[name].max()))
            for name in ["image"] + [node.output[0] for node in model.graph.node]}


def print_report(models, splits):
    columns = [f"{split} ({len(labels)})" for split, (_, labels) in splits.items()]
    print("accuracy".ljust(24) + "".join(column.rjust(20) for column in columns))
    for name, model in models.items():
        row = name.ljust(24)
        for pixels, labels in splits.values():
            wrong = int((run(model, to_images(pixels))["scores"].argmax(1) != labels).sum())
            row += f"{100 * (1 - wrong / len(labels)):.2f} % ({wrong} wrong)".rjust(20)
        print(row)
    for name, model in models.items():
        weights = {t.name.split("_")[0]: numpy_helper.to_array(t) for t in model.graph.initializer
                   if t.name.endswith(("_weight", "_weight_quantized"))}
        zeros, total = sum(int((w == 0).sum()) for w in weights.values()), sum(w.size for w in weights.values())
        print(f"\n{name}: {model.ByteSize()} bytes, {zeros} of {total} weights zero ({100 * zeros / total:.1f} %)")
        for layer, weight in weights.items():
            empty = int((weight.reshape(len(weight), -1) == 0).all(1).sum())
            print(f"  {layer.ljust(8)}{str(weight.shape).ljust(18)}{int((weight == 0).sum()):6} of {weight.size:5} zero"
                  f" ({100 * float((weight == 0).mean()):.1f} %), {empty} empty output channels")


# ---------------------------------------------------------------------------------------------------------------- main

def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_bytes(content)
    os.replace(temporary, path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--validation-only", action="store_true", help="leave the test digits unread and write nothing")
    arguments = parser.parse_args()

    torch.manual_seed(SEED)
    torch.set_num_threads(1)  # the order of floating-point sums, and so the result, must not depend on the core count
    torch.use_deterministic_algorithms(True)
    splits = split_digits()
    test = splits.pop("test")
    images, labels = to_images(splits["train"][0]), splits["train"][1]

    network = DigitNet()
    train(network, images, labels, TRAIN_EPOCHS, 3e-3)
    dense = fold(network)
    train(network, images, labels, PRUNE_EPOCHS + TUNE_EPOCHS, 3e-3, Pruner(network), PRUNE_EPOCHS)
    sparse = fold(network)

    what = "Handwritten digits 0 to 9, 8x8 pixels."
    dense_float = float_model(dense, f"{what} Float32.")
    sparse_float = float_model(sparse, f"{what} Float32, pruned.")  # for calibration and the table; not written
    with torch.no_grad():  # guards folding and the graph: NumPy must compute from the file what PyTorch trained
        expected = network(torch.from_numpy(images)).numpy()
    assert np.abs(run(sparse_float, images)["scores"] - expected).max() < 1e-3
    models = {
        "DigitsFloat": dense_float,
        "DigitsInt8": quantized_model(dense, calibrate(dense_float, images), f"{what} Int8."),
        "(pruned, float)": sparse_float,
        "DigitsSparseInt8": quantized_model(sparse, calibrate(sparse_float, images), f"{what} Int8, pruned."),
    }
    if not arguments.validation_only:
        splits["test"] = test
        for name, model in models.items():
            if name.startswith("Digits"):
                write(SAMPLE / "Models" / f"{name}.onnx", model.SerializeToString())
        lines = [",".join(str(value) for value in (label, *pixels)) for pixels, label in zip(*test)]
        write(SAMPLE / "Data" / "digits-test.csv", ("\n".join(lines) + "\n").encode())
    print_report(models, splits)


if __name__ == "__main__":
    main()
