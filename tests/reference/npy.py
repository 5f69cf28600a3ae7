#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes npy.hpp beside this file: arrays as NumPy saves them, byte by byte, and their values.

    /usr/bin/python3 tests/reference/npy.py        (NumPy 1.24, Debian 12: python3-numpy)
"""
import io
import textwrap
from pathlib import Path

import numpy as np

random = np.random.RandomState(3)
TYPES = "|b1 |i1 |u1 <i2 >i2 <u2 >u2 <i4 >i4 <u4 >u4 <i8 >i8 <u8 >u8 <f2 >f2 <f4 >f4 <f8 >f8".split()


def saved(array, version=None):
    file = io.BytesIO()
    np.lib.format.write_array(file, array, version=version)
    return file.getvalue()


def literal(byte):                                           # octal escapes of three digits end where they should
    return chr(byte) if 32 <= byte < 127 and chr(byte) not in '"\\?' else f"\\{byte:03o}"


def cut_literal(data, indent):
    """Bytes as string literals of C++, one a line."""
    lines, line = [], ""
    for byte in data:
        if len(line) > 96:
            lines, line = lines + [line], ""
        line += literal(byte)
    return "\n".join(f'{indent}"{part}"' for part in lines + [line])


def numbers(dtype, shape):
    dtype = np.dtype(dtype)
    if dtype.kind == "b":
        return random.rand(*shape) < 0.5
    if dtype.kind == "f":
        return (random.randn(*shape) * 10).astype(dtype)
    info = np.iinfo(dtype)
    span = min(info.max, 2 ** 53)                            # what a double holds
    return random.randint(max(info.min, -span), span, shape, dtype=dtype.newbyteorder("=")).astype(dtype)


def main():
    files = [(f"{t} (2, 3)", saved(numbers(t, (2, 3)))) for t in TYPES]
    for name, array, version in (
            ("one axis", numbers("<f4", (4,)), None),
            ("four axes", numbers("<i2", (2, 3, 1, 2)), None),
            ("Fortran's order", np.asfortranarray(numbers("<f8", (3, 4))), None),
            ("Fortran's order, three axes", np.asfortranarray(numbers(">i4", (2, 3, 4))), None),
            ("version 2", numbers("<f4", (2, 2)), (2, 0)),
            ("version 3", numbers("<f4", (2, 2)), (3, 0))):
        files.append((name, saved(array, version)))

    lines = []
    for name, data in files:
        array = np.load(io.BytesIO(data))
        values = textwrap.fill(", ".join(repr(float(v)) for v in array.ravel()), 100, subsequent_indent="      ")
        lines.append(f'    {{"{name}",\n     {{\n{cut_literal(data, "      ")},\n      {len(data)}}},\n'
                     f'     {{{", ".join(str(n) for n in array.shape)}}},\n     {{{values}}}}},')
    Path(__file__).with_name("npy.hpp").write_text(f"""// SPDX-License-Identifier: Apache-2.0
// Made by tests/reference/npy.py with NumPy {np.__version__}; do not edit.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

namespace reference::npy {{

struct File {{
  const char* name;
  std::string_view bytes;
  std::vector<std::uint64_t> axes;
  std::vector<double> values;
}};
inline const File files[] = {{
""" + "\n".join(lines) + """
};

}  // namespace reference::npy
""")


if __name__ == "__main__":
    main()
