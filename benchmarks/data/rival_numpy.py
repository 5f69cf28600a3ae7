#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The arrays of arrays.cpp by NumPy, brought to the float32 that models take."""
import numpy

from serving import serve

COUNT = 600_000 * 20

serve({"npy of floats to rows": (4 * COUNT, lambda: numpy.load("data/floats.npy")),
       "npy of doubles to rows": (8 * COUNT, lambda: numpy.load("data/doubles.npy").astype(numpy.float32)),
       "npz of floats, compressed, to rows": (4 * COUNT, lambda: numpy.load("data/floats.npz")["x"])})
