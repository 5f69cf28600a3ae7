#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""scikit-learn's histogram boosting and forests on the rows of main.cpp; run by scripts/bench, which asks for a row by its
number. CPU time on one thread, the clock on several."""
import json
import os
import pathlib
import resource
import sys
import time
import warnings

import numpy
from sklearn.ensemble import (HistGradientBoostingClassifier, HistGradientBoostingRegressor, RandomForestClassifier,
                              RandomForestRegressor)
from sklearn.metrics import accuracy_score, mean_squared_error, roc_auc_score

warnings.simplefilter("ignore")
threads = int(os.environ.get("BENCHMARK_THREADS", "1"))
clock = time.process_time if threads == 1 else time.perf_counter
SETS = {"adult": (2, 300), "bank-marketing": (2, 300), "california-housing": (0, 300), "protein-regression": (0, 300),
        "covertype-15k": (7, 300), "credit-default": (2, 300), "higgs-7k": (2, 300), "made-10000": (2, 100), "made-100000": (2, 100),
        "made-1000000": (2, 100)}


def part(name, which):
    return [numpy.load(f"tree/{name}-{which}-{kind}.npy") for kind in "xy"]


def quality(model, classes, x, y):
    if classes == 0:
        return f"RMSE {mean_squared_error(y, model.predict(x), squared=False):.5g}"
    p = model.predict_proba(x)
    return f"AUC {roc_auc_score(y, p[:, 1]):.5g}" if classes == 2 else f"accuracy {accuracy_score(y, p.argmax(1)):.5g}"


def boosting(classes, rounds):
    make = HistGradientBoostingClassifier if classes else HistGradientBoostingRegressor
    return make(max_iter=rounds, learning_rate=0.1, max_leaf_nodes=63, l2_regularization=1, early_stopping=False)


def forest(classes, _):
    return RandomForestClassifier(100, n_jobs=threads) if classes else RandomForestRegressor(100, n_jobs=threads, max_features=1 / 3)


rows = []  # (name, prepare() -> call)
note = None


def add_fit(row, name, make):
    classes, rounds = SETS[name]

    def prepare():
        global note
        (x, y), (tx, ty) = part(name, "train"), part(name, "test")
        if make is forest:
            x, tx = numpy.nan_to_num(x, nan=-1), numpy.nan_to_num(tx, nan=-1)  # forests of this version take no NaN
        note = quality(make(classes, rounds).fit(x, y), classes, tx, ty)
        return lambda: make(classes, rounds).fit(x, y)

    rows.append((row, prepare))


def add_answers(row, name, make, one):
    classes, rounds = SETS[name]

    def prepare():
        global note
        (x, y), (tx, _) = (map(lambda a: numpy.nan_to_num(a, nan=-1), part(name, which)) for which in ("train", "test"))
        model = make(classes, rounds).fit(x, y)
        note = None
        call = model.predict_proba if classes else model.predict
        some = tx[:1] if one else tx
        return lambda: call(some)

    rows.append((row, prepare))


for name, (_, rounds) in SETS.items():
    if not pathlib.Path(f"tree/{name}-test-y.npy").exists():
        continue
    add_fit(f"boost {name}, {rounds} rounds", name, boosting)
    if name in ("adult", "california-housing", "covertype-15k"):
        add_answers(f"boost {name}, predict all test rows", name, boosting, False)
        add_answers(f"boost {name}, predict one row", name, boosting, True)
        add_fit(f"forest {name}, 100 trees", name, forest)
        add_answers(f"forest {name}, predict one row", name, forest, True)

print(json.dumps({"rows": [[name, ""] for name, _ in rows]}), flush=True)
prepared = (None, None, None)
for line in sys.stdin:
    index = int(line)
    if prepared[0] != index:
        prepared = (index, None, None)  # the old one goes first
        note = None
        prepared = (index, rows[index][1](), note)
    switches = resource.getrusage(resource.RUSAGE_SELF).ru_nivcsw
    calls, start = 0, clock()
    while calls == 0 or clock() - start < 0.01:
        prepared[1]()
        calls += 1
    seconds = (clock() - start) / calls
    interrupted = resource.getrusage(resource.RUSAGE_SELF).ru_nivcsw != switches
    answer = {"value": 1e6 * seconds, "unit": "us", "flops": 0, "bytes": 0, "interrupted": interrupted}
    print(json.dumps(answer | ({"note": prepared[2]} if prepared[2] else {})), flush=True)
