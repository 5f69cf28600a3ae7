#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The rows of csv.cpp by the C parser of pandas, which uses one thread."""
import json
import os
import sys
import time

import pandas

PLAIN = "data/numbers.csv"
WORDS = {"city": "category", "job": "category", "country": "category", "y": "category"}
FILES = {"csv of numbers to rows": (PLAIN, PLAIN, {}),
         "csv of numbers to a table": (PLAIN, PLAIN, {}),
         "csv of numbers and categories to a table": ("data/mixed.csv", "data/mixed.csv", WORDS),
         "csv of numbers, gzip, to rows": ("data/numbers.csv.gz", PLAIN, {})}

print(json.dumps({"rows": [[name, ""] for name in FILES]}), flush=True)
clock = time.process_time if os.environ.get("BENCHMARK_THREADS", "1") == "1" else time.perf_counter
for line in sys.stdin:
    path, text, types = list(FILES.values())[int(line)]
    start = clock()
    table = pandas.read_csv(path, dtype=types)
    seconds = clock() - start
    size = os.path.getsize(text)
    print(json.dumps({"value": 1e-6 * size / seconds, "unit": "MB/s", "flops": 0, "bytes": size, "interrupted": False}), flush=True)
