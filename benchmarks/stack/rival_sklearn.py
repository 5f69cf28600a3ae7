#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""scikit-learn's stacks on the rows of main.cpp, one way for each setting of its threads: folds side by side (outer), threads
inside each member (inner). Trees get categories as numbers and the forest -1 for gaps, the linear model one-hot columns. Run by
scripts/bench, which asks for a row by its number. CPU time, children's with it, on one thread, the clock on several."""
import json
import os
import pathlib
import resource
import subprocess
import sys
import time
import warnings

THREADS = int(os.environ.get("BENCHMARK_THREADS", "1"))
SETTINGS = [(1, 1)] if THREADS == 1 else [(1, 1), (1, THREADS), (THREADS, 1), (THREADS, THREADS)]  # outer, inner
SETS = {"adult": ("income", 2), "covertype-15k": ("Cover_Type", 7), "california-housing": ("median_house_value", 0)}
WHATS = ("fit", "fit beside a busy process", "predict one row")


def clock():
    if THREADS > 1:
        return time.perf_counter()
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def tables(name):
    import pandas
    target, classes = SETS[name]
    parts = [pandas.read_csv(pathlib.Path(os.environ["TUTTI_DATA"]) / name / f"{part}.csv.gz", na_values="?", skipinitialspace=True)
             for part in ("train", "test")]
    words = [c for c in parts[0].columns if c != target and parts[0][c].dtype == object]
    ys = [part[target].to_numpy() for part in parts]
    xs = [part.drop(columns=target) for part in parts]
    known = {c: {word: i for i, word in enumerate(sorted(xs[0][c].dropna().unique()))} for c in words}
    for x in xs:
        for c in words:
            x[c] = x[c].map(known[c])
    places = [list(xs[0].columns).index(c) for c in words]
    return [x.to_numpy("float64") for x in xs], ys, places, classes


def stack(outer, inner, width, places, classes):
    from sklearn.compose import ColumnTransformer
    from sklearn.ensemble import (HistGradientBoostingClassifier, HistGradientBoostingRegressor, RandomForestClassifier,
                                  RandomForestRegressor, StackingClassifier, StackingRegressor)
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression, Ridge
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    numbers = [j for j in range(width) if j not in places]
    prepare = ColumnTransformer([("numbers", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numbers),
                                 ("words", OneHotEncoder(handle_unknown="ignore"), places)])
    boosting = dict(max_iter=100, max_leaf_nodes=63, l2_regularization=1, early_stopping=False, random_state=1)
    filled = SimpleImputer(strategy="constant", fill_value=-1)  # forests of this version take no NaN
    if classes:
        members = [("forest", make_pipeline(filled, RandomForestClassifier(100, n_jobs=inner, random_state=1))),
                   ("boosting", HistGradientBoostingClassifier(**boosting)),
                   ("linear", make_pipeline(prepare, LogisticRegression(max_iter=1000)))]
        return StackingClassifier(members, LogisticRegression(max_iter=1000), cv=5, n_jobs=outer)
    members = [("forest", make_pipeline(filled, RandomForestRegressor(100, n_jobs=inner, random_state=1, max_features=1 / 3))),
               ("boosting", HistGradientBoostingRegressor(**boosting)), ("linear", make_pipeline(prepare, Ridge()))]
    return StackingRegressor(members, Ridge(), cv=5, n_jobs=outer)


def score(model, x, y, classes):
    from sklearn.metrics import accuracy_score, log_loss, mean_squared_error
    if classes == 0:
        return f"RMSE {mean_squared_error(y, model.predict(x), squared=False):.5g}"
    return f"accuracy {accuracy_score(y, model.predict(x)):.5g}, log-loss {log_loss(y, model.predict_proba(x)):.5g}"


def serve(inner):
    """One process for each number of inner threads: OpenMP reads it once. Answers lines `set what outer`."""
    held, model = None, None
    for line in sys.stdin:
        name, outer, what = line.rstrip("\n").split("\t")
        if held is None or held[0] != name:
            held, model = (name, *tables(name)), None
        _, (x, tx), (y, ty), places, classes = held
        make = lambda: stack(int(outer), inner, x.shape[1], places, classes).fit(x, y)
        note = None
        if what == "predict one row":
            if model is None:
                model = make()
            call = lambda: (model.predict_proba if classes else model.predict)(tx[:1])
            model.n_jobs = int(outer)
        else:
            call = make
        neighbour = subprocess.Popen([sys.executable, "-c", "while True: pass"]) if what.endswith("process") else None
        calls, start = 0, clock()
        while calls == 0 or clock() - start < 0.01:
            made = call()
            calls += 1
        seconds = (clock() - start) / calls
        if neighbour:
            neighbour.kill()
            neighbour.wait()
        if what == "fit":
            model, note = made, score(made, tx, ty, classes)
        answer = {"value": 1e6 * seconds, "unit": "us", "flops": 0, "bytes": 0}
        print(json.dumps(answer | ({"note": note} if note else {})), flush=True)


def main():
    warnings.simplefilter("ignore")
    if len(sys.argv) > 1:
        return serve(int(sys.argv[1]))
    rows = [(name, what, setting) for name in SETS for what in WHATS for setting in SETTINGS
            if setting == (THREADS, 1) or not what.endswith("process")]
    spelt = [[f"stack {name}, {what}", f"{outer} outer, {inner} inner"] for name, what, (outer, inner) in rows]
    print(json.dumps({"rows": spelt}), flush=True)
    servers = {}
    for line in sys.stdin:
        name, what, (outer, inner) = rows[int(line)]
        if inner not in servers:
            environment = dict(os.environ, OMP_NUM_THREADS=str(inner), OPENBLAS_NUM_THREADS=str(inner))
            servers[inner] = subprocess.Popen([sys.executable, __file__, str(inner)], env=environment, text=True,
                                              stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        servers[inner].stdin.write(f"{name}\t{outer}\t{what}\n")
        servers[inner].stdin.flush()
        print(servers[inner].stdout.readline().strip(), flush=True)
    for server in servers.values():
        server.stdin.close()
        server.wait()


if __name__ == "__main__":
    main()
