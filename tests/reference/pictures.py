#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes pictures.hpp beside this file: PNG and JPEG files of every kind, and their pixels as Pillow decodes them.

    /usr/bin/python3 tests/reference/pictures.py        (Pillow 9.4, NumPy 1.24, Debian 12: python3-pil, python3-numpy)
"""
import io
import struct
import textwrap
import zlib
from pathlib import Path

import numpy as np
import PIL
from PIL import Image

from npy import cut_literal

random = np.random.RandomState(5)
WIDTH, HEIGHT = 5, 4
ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def packed(rows, bits):                                      # rows of samples, each row from a new byte on
    out = b""
    for row in rows:
        row = row.ravel()
        if bits == 16:
            out += b"\0" + row.astype(">u2").tobytes()
        else:
            spread = ((row[:, None] >> np.arange(bits - 1, -1, -1)) & 1).astype(np.uint8)
            out += b"\0" + np.packbits(spread.ravel()).tobytes()
    return out


def png(samples, bits, colour, interlaced=False, extra=b""):
    height, width = samples.shape[:2]
    if interlaced:
        passes = [samples[y::dy, x::dx] for x, y, dx, dy in ADAM7]
        data = b"".join(packed(p, bits) for p in passes if p.size)
    else:
        data = packed(samples, bits)
    head = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, int(interlaced))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b""))


def samples(channels, bits):
    return random.randint(0, 2 ** bits, (HEIGHT, WIDTH, channels))


def jpeg(mode, **options):
    y, x = np.mgrid[0:HEIGHT * 4, 0:WIDTH * 4]
    smooth = np.stack([x * 10, y * 12, 255 - x * 5 - y * 4, (x + y) * 5], axis=-1).clip(0, 255).astype(np.uint8)
    channels = {"L": 1, "RGB": 3, "CMYK": 4}[mode]
    file = io.BytesIO()
    pixels = smooth[..., 0] if channels == 1 else np.ascontiguousarray(smooth[..., :channels])
    Image.fromarray(pixels, mode).save(file, "JPEG", quality=90, **options)
    return file.getvalue()


def pixels_of(data):
    image = Image.open(io.BytesIO(data))
    alpha = "A" in image.mode or "transparency" in image.info
    grey = image.mode in ("1", "L", "LA")
    image = image.convert(("LA" if alpha else "L") if grey else ("RGBA" if alpha else "RGB"))
    return np.asarray(image).reshape(image.height, image.width, -1)


def eight_bits(wide):
    return (wide * 255 + 32767) // 65535


palette = chunk(b"PLTE", random.randint(0, 256, (16, 3)).astype(np.uint8).tobytes())
see_through = chunk(b"tRNS", bytes([0, 128, 255, 7]))
files = {}
for bits in (1, 2, 4, 8):
    files[f"grey_{bits}"] = png(samples(1, bits), bits, 0)
files["palette"] = png(samples(1, 4), 4, 3, extra=palette)
files["palette_with_alpha"] = png(samples(1, 4), 4, 3, extra=palette + see_through)
files["rgb"] = png(samples(3, 8), 8, 2)
files["rgb_interlaced"] = png(samples(3, 8), 8, 2, interlaced=True)
files["grey_and_alpha"] = png(samples(2, 8), 8, 4)
files["rgb_and_alpha"] = png(samples(4, 8), 8, 6)
expected = {name: pixels_of(data) for name, data in files.items()}
for name, channels, colour in (("grey_16", 1, 0), ("rgb_16", 3, 2)):
    wide = samples(channels, 16)
    files[name], expected[name] = png(wide, 16, colour), eight_bits(wide)
for name, options in (("jpeg_grey", {"mode": "L"}), ("jpeg_rgb", {"mode": "RGB", "subsampling": 0}),
                      ("jpeg_subsampled", {"mode": "RGB", "subsampling": 2}), ("jpeg_progressive", {"mode": "RGB", "progressive": True})):
    files[name] = jpeg(**options)
    expected[name] = pixels_of(files[name])

text = f"""// SPDX-License-Identifier: Apache-2.0
// Made by tests/reference/pictures.py with Pillow {PIL.__version__}; do not edit.
#pragma once
#include <string_view>
#include <vector>

namespace reference::pictures {{

struct File {{
  const char* name;
  std::string_view bytes;
  int height, width, channels;
  std::vector<int> pixels;  // (height, width, channels)
}};
"""


def file_text(data):
    return f"{{\n{cut_literal(data, '      ')},\n      {len(data)}}}"


for kind in ("png", "jpeg"):
    text += f"inline const File {kind}_files[] = {{\n"
    for name, data in files.items():
        if name.startswith("jpeg") == (kind == "jpeg"):
            pixels = expected[name]
            values = textwrap.fill(", ".join(str(v) for v in pixels.ravel()), 104, subsequent_indent="      ")
            text += f'    {{"{name}", {file_text(data)},\n     {pixels.shape[0]}, {pixels.shape[1]}, {pixels.shape[2]},\n     {{{values}}}}},\n'
    text += "};\n"
text += f"inline constexpr std::string_view jpeg_cmyk{file_text(jpeg('CMYK'))};\n"

# colours as grey
rgb = expected["rgb"].astype(np.uint8)
grey = np.asarray(Image.fromarray(rgb, "RGB").convert("L"))
text += "inline constexpr int rgb_as_grey[] = {" + textwrap.fill(", ".join(str(v) for v in grey.ravel()), 70) + "};\n"
Path(__file__).with_name("pictures.hpp").write_text(text + "\n}  // namespace reference::pictures\n")
