#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Numbers that layers are tested against, from PyTorch 1.13 (python3-torch of Debian 12).

    python3 tests/reference/layers.py > tests/reference/layers.hpp

Parameters, inputs and gradients by the outputs are drawn by both sides from the same generator, in the library's
layout; they are multiples of 1/128, exact in float. PyTorch computes in double.
"""
import numpy
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

ROWS = 2


def draw(shape, seed, divisor):
    """tests/layer/reference.hpp draws the same numbers."""
    state, numbers = (seed * 2654435769 + 1) % 2**32, []
    for _ in range(int(numpy.prod(shape))):
        state = (state * 1664525 + 1013904223) % 2**32
        numbers.append((((state >> 8) >> 5) % 257 - 128) / divisor)
    return torch.tensor(numbers).reshape(shape)


def emit(name, values):
    texts = [f"{v:.8g}" for v in values]
    texts = [t if any(c in t for c in ".e") else t + ".0" for t in texts]
    lines, line = [], "   "
    for t in texts:
        if len(line) + len(t) + 2 > 108:
            lines.append(line)
            line = "   "
        line += f" {t},"
    lines.append(line)
    print(f"inline constexpr double {name}[] = {{\n" + "\n".join(lines).rstrip(",") + "};")


def case(name, shape, function, parameters=()):
    """function(x, *parameters): rows of `shape` to rows; `parameters` are the extents of the library's tensors."""
    sizes = [int(numpy.prod(p)) for p in parameters]
    flat = draw((sum(sizes),), 1, 128).requires_grad_()
    x = draw((ROWS, *shape), 2, 32).requires_grad_()
    y = function(x, *[part.reshape(p) for part, p in zip(flat.split(sizes), parameters)])
    y.backward(draw(y.shape, 3, 64))
    emit(name + "_y", y.detach().flatten().tolist())
    emit(name + "_dx", x.grad.flatten().tolist())
    if parameters:
        emit(name + "_dw", flat.grad.tolist())


print(f"""// SPDX-License-Identifier: Apache-2.0
// Made by tests/reference/layers.py with PyTorch {torch.__version__.split('+')[0]}; do not edit.
#pragma once

namespace reference {{
""")

for name, function in [("relu", F.relu), ("leaky_relu", lambda x: F.leaky_relu(x, 0.125)),
                       ("elu", lambda x: F.elu(x, 1.5)), ("gelu", F.gelu), ("silu", F.silu),
                       ("sigmoid", torch.sigmoid), ("tanh", torch.tanh), ("hard_swish", F.hardswish),
                       ("softmax", lambda x: F.softmax(x, 1))]:
    case(name, (13,), function)
case("softmax_channels", (3, 2, 3), lambda x: F.softmax(x, 1))
case("softmax_steps", (3, 4), lambda x: F.softmax(x, 2))

print("\n}  // namespace reference")
