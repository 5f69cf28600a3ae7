#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the nets of work.hpp as ONNX models, one for each net and batch: onnx_models.py DIRECTORY

An ONNX file is a protobuf message; the few kinds of fields that are needed are written here, by the numbers of the
fields in onnx.proto. Weights are random, batch norm has running statistics of mean 0 and variance 1.
"""
import array
import random
import struct
import sys
from pathlib import Path


def varint(n):
    out = bytearray()
    while n > 127:
        out.append(n & 127 | 128)
        n >>= 7
    return bytes(out) + bytes([n])


def field(number, value):
    """One field: a whole number, a float, text or bytes (a message is its bytes)."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    if isinstance(value, float):
        return varint(number << 3 | 5) + struct.pack("<f", value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def attribute(name, value):                                  # AttributeProto: 3 i, 8 ints, 20 type
    if isinstance(value, int):
        return field(1, name) + field(3, value) + field(20, 2)
    return field(1, name) + b"".join(field(8, n) for n in value) + field(20, 7)


def value_info(name, dims):                                  # ValueInfoProto of a float tensor
    shape = b"".join(field(1, field(1, n)) for n in dims)
    return field(1, name) + field(2, field(1, field(1, 1) + field(2, shape)))


class Graph:
    """A chain of nodes from `x` on; `at` is the tensor that the next one reads."""

    def __init__(self, dims, seed=1):
        self.dims, self.at, self.count = dims, "x", 0
        self.nodes, self.tensors = [], []
        self.random = random.Random(seed)

    def tensor(self, dims, value=None):                      # TensorProto: 1 dims, 2 data_type, 8 name, 9 raw_data
        size = 1
        for n in dims:
            size *= n
        name = f"t{len(self.tensors)}"
        spread = (2.0 / max(1, size // dims[0])) ** 0.5
        numbers = array.array("f", [value] * size if value is not None else (self.random.uniform(-spread, spread) for _ in range(size)))
        self.tensors.append(b"".join(field(1, n) for n in dims) + field(2, 1) + field(8, name) + field(9, numbers.tobytes()))
        return name

    def node(self, op, *weights, reads=None, **attributes):  # NodeProto: 1 input, 2 output, 4 op_type, 5 attribute
        self.count += 1
        out = f"y{self.count}"
        inputs = [reads or self.at, *weights]
        self.nodes.append(b"".join(field(1, name) for name in inputs) + field(2, out) + field(4, op) +
                          b"".join(field(5, attribute(name, value)) for name, value in attributes.items()))
        self.at = out
        return out

    def conv(self, channels, out, kernel, stride=1, groups=1, reads=None):
        padding = kernel // 2
        return self.node("Conv", self.tensor([out, channels // groups, kernel, kernel]), self.tensor([out], 0.1), reads=reads,
                         kernel_shape=[kernel] * 2, strides=[stride] * 2, pads=[padding] * 4, group=groups)

    def norm(self, channels):
        self.node("BatchNormalization", *(self.tensor([channels], value) for value in (1.0, 0.0, 0.0, 1.0)))

    def dense(self, width, out):
        self.node("Gemm", self.tensor([out, width]), self.tensor([out], 0.1), transB=1)

    def relu(self):
        self.node("Relu")

    def pool(self):
        self.node("MaxPool", kernel_shape=[2, 2], strides=[2, 2])

    def flat(self):
        self.node("Flatten")

    def write(self, path, out):                              # ModelProto: 1 ir_version, 7 graph, 8 opset_import
        self.nodes[-1] = self.nodes[-1].replace(field(2, self.at), field(2, "y"), 1)
        graph = (b"".join(field(1, node) for node in self.nodes) + field(2, "net") + b"".join(field(5, t) for t in self.tensors) +
                 field(11, value_info("x", self.dims)) + field(12, value_info("y", out)))
        path.write_bytes(field(1, 7) + field(7, graph) + field(8, field(1, "") + field(2, 13)))


def cnn(batch):
    g = Graph([batch, 3, 32, 32])
    for channels, out in ((3, 32), (32, 64)):
        g.conv(channels, out, 3)
        g.relu()
        g.pool()
    g.flat()
    g.dense(4096, 128)
    g.relu()
    g.dense(128, 10)
    return g


def mlp(batch):
    g = Graph([batch, 784])
    for width, out in ((784, 256), (256, 128)):
        g.dense(width, out)
        g.relu()
    g.dense(128, 10)
    return g


def resnet20(batch):
    def normed(*shape):
        g.conv(*shape)
        g.norm(shape[1])

    g = Graph([batch, 3, 32, 32])
    normed(3, 16, 3)
    g.relu()
    for channels, out in ((16, 16), (16, 16), (16, 16), (16, 32), (32, 32), (32, 32), (32, 64), (64, 64), (64, 64)):
        start, stride = g.at, 1 if channels == out else 2
        normed(channels, out, 3, stride)
        g.relu()
        normed(out, out, 3)
        main = g.at
        around = start if channels == out else g.conv(channels, out, 1, stride, reads=start)
        g.node("Add", around, reads=main)
        g.relu()
    g.node("GlobalAveragePool")
    g.flat()
    g.dense(64, 10)
    return g


def mobilenet(batch):
    g = Graph([batch, 3, 32, 32])
    layers = [(3, 32, 3, 1, 1)]
    for channels, out, stride in ((32, 64, 1), (64, 128, 2), (128, 128, 1), (128, 256, 2), (256, 256, 1)):
        layers += [(channels, channels, 3, stride, channels), (channels, out, 1, 1, 1)]
    for layer in layers:
        g.conv(*layer)
        g.norm(layer[1])
        g.relu()
    g.node("GlobalAveragePool")
    g.flat()
    g.dense(256, 10)
    return g


def main():
    directory = Path(sys.argv[1])
    directory.mkdir(parents=True, exist_ok=True)
    for name, net, batches in (("CNN", cnn, (1, 32, 128)), ("MLP", mlp, (1, 32, 128)), ("ResNet-20", resnet20, (1, 32)),
                               ("MobileNet", mobilenet, (1, 32))):
        for batch in batches:
            net(batch).write(directory / f"{name}-{batch}.onnx", [batch, 10])
    empty = Graph([1, 1])
    empty.relu()
    empty.write(directory / "empty.onnx", [1, 1])


if __name__ == "__main__":
    main()
