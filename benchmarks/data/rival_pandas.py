#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The rows of csv.cpp by the C parser of pandas, which uses one thread."""
import os

import pandas

from serving import serve

PLAIN, MIXED = "data/numbers.csv", "data/mixed.csv"
WORDS = {"city": "category", "job": "category", "country": "category", "y": "category"}

serve({"csv of numbers to rows": (lambda: os.path.getsize(PLAIN), lambda: pandas.read_csv(PLAIN)),
       "csv of numbers to a table": (lambda: os.path.getsize(PLAIN), lambda: pandas.read_csv(PLAIN)),
       "csv of numbers and categories to a table": (lambda: os.path.getsize(MIXED), lambda: pandas.read_csv(MIXED, dtype=WORDS)),
       "csv of numbers, gzip, to rows": (lambda: os.path.getsize(PLAIN), lambda: pandas.read_csv("data/numbers.csv.gz"))})
