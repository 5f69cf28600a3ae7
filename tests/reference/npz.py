#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes npz.hpp beside this file: two archives as NumPy saves them, byte by byte.

    /usr/bin/python3 tests/reference/npz.py        (NumPy 1.24, Debian 12: python3-numpy)
"""
import io
from pathlib import Path

import numpy as np

from npy import cut_literal


def archive(save):
    file = io.BytesIO()
    save(file, x=np.arange(12, dtype=np.float32).reshape(4, 3), y=np.array([0, 2, 1, 0]))
    return file.getvalue()


text = f"""// SPDX-License-Identifier: Apache-2.0
// Made by tests/reference/npz.py with NumPy {np.__version__}; do not edit.
#pragma once
#include <string_view>

namespace reference::npz {{

// x = arange(12) as float32 (4, 3), y = [0, 2, 1, 0] as int64
"""
for name, save in (("stored", np.savez), ("compressed", np.savez_compressed)):
    data = archive(save)
    text += f"inline constexpr std::string_view {name}{{\n{cut_literal(data, '    ')},\n    {len(data)}}};\n"
Path(__file__).with_name("npz.hpp").write_text(text + "\n}  // namespace reference::npz\n")
