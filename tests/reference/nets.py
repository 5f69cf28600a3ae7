#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How many trainable parameters the nets of examples/nets have in PyTorch 1.13 (python3-torch of Debian 12).

    python3 tests/reference/nets.py > tests/reference/nets.hpp

Each net is written here as one would write it in PyTorch; tests/layer/nets.cpp compares.
"""
import torch
from torch import nn


def chain(*parts):
    return nn.Sequential(*parts)


def conv(i, o, kernel=3, stride=1, padding=0):
    return nn.Conv2d(i, o, kernel, stride, padding)


def norm_conv(i, o, kernel=3):
    return chain(conv(i, o, kernel, padding=kernel // 2), nn.BatchNorm2d(o), nn.ReLU())


pool, relu, flat = nn.MaxPool2d(2), nn.ReLU(), nn.Flatten()


def two_conv():
    return chain(conv(1, 32), relu, pool, conv(32, 64), relu, pool, flat, nn.Linear(1600, 128), relu, nn.Linear(128, 10))


def two_conv_norm():
    return chain(conv(1, 32), nn.BatchNorm2d(32), relu, pool, conv(32, 64), nn.BatchNorm2d(64), relu, pool,
                 flat, nn.Linear(1600, 128), nn.BatchNorm1d(128), relu, nn.Dropout(), nn.Linear(128, 10))


def two_conv_32(hidden):
    return chain(conv(3, 32, padding=1), relu, pool, conv(32, 64, padding=1), relu, pool, flat,
                 nn.Linear(4096, hidden), relu, nn.Linear(hidden, 10))


def one_conv():
    return chain(conv(1, 32), relu, pool, flat, nn.Linear(32 * 13 * 13, 10))


def lenet():
    return chain(conv(1, 6, 5), relu, pool, conv(6, 16, 5), relu, pool, flat,
                 nn.Linear(256, 120), relu, nn.Linear(120, 84), relu, nn.Linear(84, 10))


def alexnet():
    return chain(conv(3, 64, 3, 2, 1), relu, pool, conv(64, 192, padding=1), relu, pool,
                 conv(192, 384, padding=1), relu, conv(384, 256, padding=1), relu, conv(256, 256, padding=1), relu, pool,
                 flat, nn.Dropout(), nn.Linear(1024, 1024), relu, nn.Dropout(), nn.Linear(1024, 1024), relu,
                 nn.Linear(1024, 10))


def vgg11():
    return chain(norm_conv(3, 64), pool, norm_conv(64, 128), pool, norm_conv(128, 256), norm_conv(256, 256), pool,
                 norm_conv(256, 512), norm_conv(512, 512), pool, norm_conv(512, 512), norm_conv(512, 512), pool,
                 flat, nn.Linear(512, 10))


class Inception(nn.Module):
    def __init__(self, i, one, three, five, pooled):
        super().__init__()
        self.branches = nn.ModuleList([
            norm_conv(i, one, 1),
            chain(norm_conv(i, three // 2, 1), norm_conv(three // 2, three, 3)),
            chain(norm_conv(i, five // 2, 1), norm_conv(five // 2, five, 5)),
            chain(nn.MaxPool2d(3, 1, 1), norm_conv(i, pooled, 1))])

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], 1)


def inception_net():
    return chain(norm_conv(3, 32), pool, Inception(32, 16, 32, 8, 8), Inception(64, 32, 64, 16, 16), pool,
                 Inception(128, 64, 128, 32, 32), nn.AdaptiveAvgPool2d(1), flat, nn.Dropout(), nn.Linear(256, 10))


class ResBlock(nn.Module):
    def __init__(self, i, o, stride=1):
        super().__init__()
        self.body = chain(conv(i, o, 3, stride, 1), nn.BatchNorm2d(o), relu, conv(o, o, padding=1), nn.BatchNorm2d(o))
        self.skip = nn.Identity() if i == o else nn.Conv2d(i, o, 1, stride, bias=False)

    def forward(self, x):
        return relu(self.skip(x) + self.body(x))


def resnet20():
    blocks = [ResBlock(16, 16) for _ in range(3)]
    for i, o in ((16, 32), (32, 64)):
        blocks += [ResBlock(i, o, 2), ResBlock(o, o), ResBlock(o, o)]
    return chain(norm_conv(3, 16), *blocks, nn.AdaptiveAvgPool2d(1), flat, nn.Linear(64, 10))


def separable(i, o, stride=1):
    return chain(nn.Conv2d(i, i, 3, stride, 1, groups=i), nn.BatchNorm2d(i), relu, norm_conv(i, o, 1))


def mobilenet():
    return chain(norm_conv(3, 32), separable(32, 64), separable(64, 128, 2), separable(128, 128),
                 separable(128, 256, 2), separable(256, 256), nn.AdaptiveAvgPool2d(1), flat, nn.Linear(256, 10))


gray, color = (1, 28, 28), (3, 32, 32)
nets = [("two_conv", two_conv(), gray), ("two_conv_norm", two_conv_norm(), gray), ("one_conv", one_conv(), gray),
        ("lenet", lenet(), gray), ("two_conv_32", two_conv_32(1024), color), ("two_conv_32_small", two_conv_32(128), color),
        ("alexnet", alexnet(), color), ("vgg11", vgg11(), color), ("inception_net", inception_net(), color),
        ("resnet20", resnet20(), color), ("mobilenet", mobilenet(), color)]

print(f"""// SPDX-License-Identifier: Apache-2.0
// Made by tests/reference/nets.py with PyTorch {torch.__version__}; do not edit.
#pragma once

namespace reference::parameters {{
""")
for name, net, image in nets:
    assert net.eval()(torch.zeros(1, *image)).shape == (1, 10)
    print(f"inline constexpr long {name} = {sum(p.numel() for p in net.parameters() if p.requires_grad)};")
print("\n}  // namespace reference::parameters")
