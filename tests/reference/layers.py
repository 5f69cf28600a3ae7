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


def by_steps(function):
    """PyTorch's sequences are (width, steps)."""
    return lambda x, *parameters: function(x.transpose(1, 2), *parameters).transpose(1, 2)


for kind, pool, pool_1d, most, most_1d in [
        ("max", F.max_pool2d, F.max_pool1d, F.adaptive_max_pool2d, F.adaptive_max_pool1d),
        ("average", F.avg_pool2d, F.avg_pool1d, F.adaptive_avg_pool2d, F.adaptive_avg_pool1d)]:
    case(f"{kind}_pool_2", (2, 5, 7), lambda x: pool(x, 2))
    case(f"{kind}_pool_3_2_1", (2, 5, 6), lambda x: pool(x, 3, 2, 1))
    case(f"{kind}_pool_3_1_1", (1, 4, 5), lambda x: pool(x, 3, 1, 1))
    case(f"{kind}_pool_steps_3_2_1", (7, 3), by_steps(lambda x: pool_1d(x, 3, 2, 1)))
    case(f"global_{kind}_pool", (3, 4, 5), lambda x: most(x, 1).flatten(1))
    case(f"global_{kind}_pool_steps", (5, 3), lambda x: most_1d(x.transpose(1, 2), 1).flatten(1))

# Names: out, kernel, stride, padding, dilation, groups.
for c, h, w, out, k, stride, padding, dilation, groups in [
        (2, 5, 4, 3, 3, 1, 0, 1, 1), (3, 7, 6, 4, 3, 2, 1, 1, 1), (2, 7, 8, 3, 3, 1, 0, 2, 1), (4, 5, 5, 6, 3, 1, 1, 1, 2),
        (3, 6, 7, 3, 3, 2, 2, 2, 3), (4, 3, 4, 2, 1, 1, 0, 1, 2), (1, 6, 5, 2, 5, 3, 2, 1, 1)]:
    case(f"conv_{out}_{k}_{stride}_{padding}_{dilation}_{groups}", (c, h, w),
         lambda x, weight, bias: F.conv2d(x, weight, bias, stride, padding, dilation, groups),
         [(out, c // groups, k, k), (out,)])

# Names: kernel, stride, padding, multiplier, dilation.
for c, h, w, k, stride, padding, multiplier, dilation in [(3, 5, 6, 3, 1, 1, 1, 1), (2, 7, 5, 3, 2, 1, 2, 1),
                                                          (2, 7, 6, 3, 1, 0, 1, 2), (1, 6, 7, 5, 2, 2, 3, 1)]:
    case(f"depthwise_conv_{k}_{stride}_{padding}_{multiplier}_{dilation}", (c, h, w),
         lambda x, weight, bias: F.conv2d(x, weight.unsqueeze(1), bias, stride, padding, dilation, c),
         [(c * multiplier, k, k), (c * multiplier,)])

# Names: out, kernel, stride, padding, output padding.
for c, h, w, out, k, stride, padding, extra in [(3, 3, 4, 2, 2, 2, 0, 0), (2, 3, 3, 3, 3, 2, 1, 1), (2, 4, 3, 2, 3, 1, 0, 0),
                                                (1, 2, 3, 2, 4, 3, 1, 2)]:
    case(f"transposed_conv_{out}_{k}_{stride}_{padding}_{extra}", (c, h, w),
         lambda x, weight, bias: F.conv_transpose2d(x, weight, bias, stride, padding, extra),
         [(c, out, k, k), (out,)])

# Names: out, kernel, stride, padding, dilation, groups; PyTorch's weights are (out, channels, kernel).
for steps, c, out, k, stride, padding, dilation, groups in [(7, 3, 4, 3, 1, 0, 1, 1), (9, 2, 3, 3, 2, 1, 1, 1),
                                                            (9, 4, 6, 3, 1, 2, 2, 2), (8, 3, 2, 1, 1, 0, 1, 1),
                                                            (11, 2, 2, 5, 3, 4, 2, 1)]:
    case(f"conv1d_{out}_{k}_{stride}_{padding}_{dilation}_{groups}", (steps, c),
         by_steps(lambda x, weight, bias: F.conv1d(x, weight.permute(2, 1, 0), bias, stride, padding, dilation, groups)),
         [(k, c // groups, out), (out,)])

case("layer_norm", (7,), lambda x, gamma, beta: F.layer_norm(x, (7,), gamma, beta), [(7,), (7,)])
case("layer_norm_image", (3, 2, 5), lambda x, gamma, beta: F.layer_norm(x, (3, 2, 5), gamma, beta),
     [(3, 2, 5), (3, 2, 5)])
for groups, shape in [(2, (6,)), (2, (4, 3, 3)), (5, (5, 2, 3)), (1, (3, 5, 2))]:
    case(f"group_norm_{groups}_{len(shape)}", shape,
         lambda x, gamma, beta: F.group_norm(x, groups, gamma, beta), [shape[:1], shape[:1]])
case("group_norm_steps_2", (5, 6), by_steps(lambda x, gamma, beta: F.group_norm(x, 2, gamma, beta)), [(6,), (6,)])
case("pad_1_2_3_0", (2, 2, 3), lambda x: F.pad(x, (0, 2, 1, 3)))
case("pad_steps_2_1", (3, 2), by_steps(lambda x: F.pad(x, (2, 1))))
for scale in (2, 3):
    case(f"upsample_{scale}_nearest", (2, 2, 3), lambda x: F.interpolate(x, scale_factor=scale, mode="nearest"))
    case(f"upsample_{scale}_bilinear", (2, 3, 2),
         lambda x: F.interpolate(x, scale_factor=scale, mode="bilinear", align_corners=False))


def squeeze_excitation(x, w1, b1, w2, b2):
    means = x.flatten(2).mean(2)
    gate = torch.sigmoid(torch.relu(means @ w1 + b1) @ w2 + b2)
    return x * gate.reshape(*gate.shape, *[1] * (x.dim() - 2))


case("squeeze_excitation_2", (6, 3, 5), squeeze_excitation, [(6, 3), (3,), (3, 6), (6,)])
case("squeeze_excitation_16", (3, 2, 2), squeeze_excitation, [(3, 1), (1,), (1, 3), (3,)])
case("squeeze_excitation_steps_2", (5, 4), by_steps(squeeze_excitation), [(4, 2), (2,), (2, 4), (4,)])

dense = [(5, 3), (3,), (5, 3), (3,)]
case("sum_2_minus_half", (5,), lambda x, w1, b1, w2, b2: 2 * (x @ w1 + b1) - 0.5 * (x @ w2 + b2), dense)
case("sum_learnt", (5,), lambda x, w1, b1, w2, b2, w: w[0] * (x @ w1 + b1) + w[1] * (x @ w2 + b2), dense + [(2,)])

case("residual_steps", (7, 3),
     lambda x, weight, bias, p: by_steps(lambda x: F.conv1d(x, weight.permute(2, 1, 0), bias, 2, 1))(x) + x[:, ::2] @ p,
     [(3, 3, 4), (4,), (3, 4)])

print("\n}  // namespace reference")
