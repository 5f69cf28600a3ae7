#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The ARFF file of texts.cpp by SciPy."""
import os

from scipy.io import arff

from serving import serve

serve({"arff of numbers and categories to a table": (lambda: os.path.getsize("data/things.arff"), lambda: arff.loadarff("data/things.arff"))})
