#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What tests/data/resize.cpp is tested against: bilinear interpolation with antialiasing of PyTorch 1.13 (python3-torch).

    python3 tests/reference/resize.py > tests/reference/resize.hpp
"""
import numpy
import torch

torch.set_num_threads(1)
image = numpy.random.RandomState(7).randint(0, 256, (2, 5, 7)).astype(numpy.float32)


def emit(name, values):
    texts = [f"{v:.9g}f" if "." in f"{v:.9g}" else f"{v:.9g}.0f" for v in numpy.asarray(values, dtype=float).ravel()]
    lines = [", ".join(texts[i:i + 10]) for i in range(0, len(texts), 10)]
    print(f"inline constexpr float {name}[] = {{\n    " + ",\n    ".join(lines) + "};")


print(f"""// SPDX-License-Identifier: Apache-2.0
// Made by tests/reference/resize.py with PyTorch {torch.__version__}; do not edit.
#pragma once

namespace reference::resize {{

// an image (2, 5, 7), and what becomes of it at (height, width)""")
emit("image", image)
for height, width in ((2, 3), (3, 9), (10, 14), (8, 4), (5, 7), (1, 1)):
    resized = torch.nn.functional.interpolate(torch.tensor(image)[None], (height, width), mode="bilinear", antialias=True,
                                              align_corners=False)
    emit(f"to_{height}_{width}", resized.numpy())
print("\n}  // namespace reference::resize")
