#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The pictures of pictures.cpp by Pillow: all of a folder, as one array of bytes, channels first."""
import glob

import numpy
from PIL import Image

from serving import serve


def read(kind):
    pictures = [numpy.asarray(Image.open(path).convert("RGB")) for path in sorted(glob.glob(f"data/{kind}/*/*.{kind}"))]
    return numpy.ascontiguousarray(numpy.stack(pictures).transpose(0, 3, 1, 2))


serve({f"a folder of {kind} pictures": (200 * 128 * 128 * 3, lambda kind=kind: read(kind)) for kind in ("png", "jpg")})
