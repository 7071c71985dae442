"""Trains the digit classifier of this sample; writes its ONNX file and the digits that `modelgen compress` needs.

    python3 train_digits.py                     train, write ../Models and ../Data, print the accuracies
    python3 train_digits.py --validation-only   train and print, but leave the test digits unread and write nothing

Data: scikit-learn's load_digits, 1,797 handwritten digits of 8x8 pixels with values 0..16. No network is used.
Everything is chosen on the validation digits; the test digits are read once, for the final table.
"""
import argparse
import io
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
EPOCHS = 60


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


def train(model, images, labels, epochs, learning_rate):
    """Adam with a cosine learning rate."""
    images, labels = torch.from_numpy(images), torch.from_numpy(labels)
    optimizer = torch.optim.Adam(model.parameters(), learning_rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs * -(-len(images) // BATCH))
    model.train()
    for _ in range(epochs):
        for batch in torch.randperm(len(images)).split(BATCH):
            loss = F.cross_entropy(model(distort(images[batch])), labels[batch], label_smoothing=0.05)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    model.eval()


def fold(model):
    """Weights and biases as NumPy arrays, each batch normalization folded into the convolution before it."""
    layers = {"linear": (model.linear.weight, model.linear.bias)}
    for i in (1, 2, 3):
        conv, norm = getattr(model, f"conv{i}"), getattr(model, f"norm{i}")
        gain = norm.weight / torch.sqrt(norm.running_var + norm.eps)
        layers[f"conv{i}"] = (conv.weight * gain.view(-1, 1, 1, 1), (conv.bias - norm.running_mean) * gain + norm.bias)
    return {name: tuple(a.detach().numpy().copy() for a in layers[name]) for name in layers}


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


OPERATORS = {
    "Conv": conv,
    "MaxPool": max_pool,
    "Relu": lambda x: np.maximum(x, 0),
    "Flatten": lambda x, axis: x.reshape(len(x), -1),
    "Gemm": lambda a, b, c, transB: a @ b.T + c,
}


def accuracy(model, pixels, labels):
    wrong = int((run(model, to_images(pixels))["scores"].argmax(1) != labels).sum())
    return f"{100 * (1 - wrong / len(labels)):.2f} % ({wrong} of {len(labels)} wrong)"


# ---------------------------------------------------------------------------------------------------------------- main

def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_bytes(content)
    os.replace(temporary, path)


def array(values):
    """The bytes of an .npy file."""
    stream = io.BytesIO()
    np.save(stream, values)
    return stream.getvalue()


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
    train(network, images, labels, EPOCHS, 3e-3)
    model = float_model(fold(network), "Handwritten digits 0 to 9, 8x8 pixels.")
    with torch.no_grad():  # guards folding and the graph: NumPy must compute from the file what PyTorch trained
        expected = network(torch.from_numpy(images)).numpy()
    assert np.abs(run(model, images)["scores"] - expected).max() < 1e-3
    if not arguments.validation_only:
        splits["test"] = test
        write(SAMPLE / "Models" / "DigitsFloat.onnx", model.SerializeToString())
        lines = [",".join(str(value) for value in (label, *pixels)) for pixels, label in zip(*test)]
        write(SAMPLE / "Data" / "digits-test.csv", ("\n".join(lines) + "\n").encode())
        for split, (pixels, labels) in splits.items():
            write(SAMPLE / "training" / f"{split}_x.npy", array(pixels.reshape(-1, 1, 8, 8)))
            write(SAMPLE / "training" / f"{split}_y.npy", array(labels.astype(np.uint8)))
    for split, (pixels, labels) in splits.items():
        print(f"{split}: {accuracy(model, pixels, labels)}")


if __name__ == "__main__":
    main()
