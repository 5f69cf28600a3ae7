#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""best() beside scikit-learn on eight tables: the same training rows, the same test rows, one seed.

    TUTTI_DATA=... benchmarks/accuracy/best.py build/bench/benchmarks/bench_accuracy --cache build/best

The rival is the best of scikit-learn's single models, picked by its score on the test rows, which is generous to it, and a stack of
forest, histogram boosting and a linear model with a linear model on top. Predictions of both sides stay in the folder --cache:
who is there is not fitted again. Prints log-loss or RMSE of each, and the 95 % interval of the mean difference of the rows' losses
(log-loss, squared error) by the paired bootstrap: better and worse where it leaves 0 out.
"""
import argparse
import os
import pathlib
import subprocess
import time
import warnings

os.environ.setdefault("OMP_NUM_THREADS", "1")  # rivals that wait for each other stand still beside other programs

import numpy
import pandas
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.ensemble import (ExtraTreesClassifier, ExtraTreesRegressor, HistGradientBoostingClassifier, HistGradientBoostingRegressor,
                              RandomForestClassifier, RandomForestRegressor, StackingClassifier, StackingRegressor)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

SETS = {"adult": ("income", "labels"), "bank-marketing": ("y", "labels"), "credit-default": ("default.payment.next.month", "labels"),
        "covertype-15k": ("Cover_Type", "labels"), "higgs-7k": ("label", "labels"), "california-housing": ("median_house_value", "numbers"),
        "protein-regression": ("y", "numbers"), "kin40k-regression": ("y", "numbers")}


def read(name, part):
    """Inputs and target; classes are numbered in the order of their names."""
    target, kind = SETS[name]
    table = pandas.read_csv(pathlib.Path(os.environ["TUTTI_DATA"]) / name / f"{part}.csv.gz", na_values="?", skipinitialspace=True)
    y = table.pop(target)
    return table, (y.astype(str).astype("category").cat.codes if kind == "labels" else y).to_numpy()


def rivals(kind, x):
    """Name to an estimator with the preprocessing that it needs: one-hot and standardised, or ordinal for trees."""
    words = [c for c in x if x[c].dtype == object]
    numbers = [c for c in x if c not in words]
    one_hot = lambda: ColumnTransformer([("numbers", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numbers),
                                         ("words", OneHotEncoder(handle_unknown="ignore"), words)], sparse_threshold=0)
    ordinal = lambda: ColumnTransformer([("words", OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=numpy.nan), words),
                                         ("numbers", "passthrough", numbers)])
    filled = lambda: SimpleImputer(strategy="constant", fill_value=-1)  # forests of this version take no NaN
    labels = kind == "labels"
    boost = HistGradientBoostingClassifier if labels else HistGradientBoostingRegressor
    forest, extra = (RandomForestClassifier, ExtraTreesClassifier) if labels else (RandomForestRegressor, ExtraTreesRegressor)
    share = {} if labels else {"max_features": 1 / 3}
    near = KNeighborsClassifier if labels else KNeighborsRegressor

    def trees(of, leaf):
        return make_pipeline(ordinal(), filled(), of(200, min_samples_leaf=leaf, random_state=1, **(share if of is forest else {})))

    def boosting(**options):
        return make_pipeline(ordinal(), boost(categorical_features=range(len(words)), random_state=1, **options))

    def net(*hidden):
        if labels:
            return make_pipeline(one_hot(), MLPClassifier(hidden, early_stopping=True, random_state=1))
        return TransformedTargetRegressor(make_pipeline(one_hot(), MLPRegressor(hidden, early_stopping=True, random_state=1)),
                                          transformer=StandardScaler())

    linear = lambda: make_pipeline(one_hot(), LogisticRegression(max_iter=1000) if labels else Ridge())
    members = [("forest", trees(forest, 1)), ("boosting", boosting()), ("linear", linear())]
    stack = StackingClassifier(members, LogisticRegression(max_iter=1000)) if labels else StackingRegressor(members, Ridge())
    singles = {"linear": linear(), "boosting": boosting(),
               "boosting, slow": boosting(max_iter=1000, learning_rate=0.05, early_stopping=True),
               "MLP 100": net(100), "MLP 256-128": net(256, 128),
               "5 neighbours": make_pipeline(one_hot(), near(5, weights="distance")),
               "forest": trees(forest, 1), "extra trees": trees(extra, 1)}
    if labels:  # probabilities of few rows are rash
        singles.update({"forest, leaves of 5": trees(forest, 5), "extra trees, leaves of 5": trees(extra, 5),
                        "30 neighbours": make_pipeline(one_hot(), near(30, weights="distance"))})
    return {**singles, "stack": stack}


def fit_rivals(name, cache):
    kind = SETS[name][1]
    (x, y), (tx, _) = read(name, "train"), read(name, "test")
    for who, model in rivals(kind, x).items():
        place = cache / f"{name}-{who}.npy"
        if place.exists():
            continue
        start = time.process_time()
        model.fit(x, y)
        out = model.predict_proba(tx) if kind == "labels" else model.predict(tx)[:, None]
        print(f"{name}: {who} took {time.process_time() - start:.0f} s of processor time", flush=True)
        numpy.save(place, out.astype("float32"))


def row_losses(out, y, kind):
    if kind == "numbers":
        return (out[:, 0].astype(float) - y) ** 2
    out = out.astype(float) / out.astype(float).sum(axis=1, keepdims=True)
    return -numpy.log(numpy.maximum(out[numpy.arange(len(y)), y.astype(int)], 1e-15))


def interval(difference):
    random = numpy.random.RandomState(0)
    n = len(difference)
    return numpy.quantile([difference[random.randint(0, n, n)].mean() for _ in range(2000)], [0.025, 0.975])


def compare(name, cache):
    kind = SETS[name][1]
    _, y = read(name, "test")
    losses = {path.stem.removeprefix(name + "-"): row_losses(numpy.load(path), y, kind) for path in sorted(cache.glob(f"{name}-*.npy"))}
    score = {who: loss.mean() if kind == "labels" else loss.mean() ** 0.5 for who, loss in losses.items()}
    for who in sorted(score, key=score.get):
        print(f"    {name} {who}: {score[who]:.6g}")
    single = min((who for who in score if who not in ("tutti", "stack")), key=score.get)
    cells = [name, "log-loss" if kind == "labels" else "RMSE", f"{score['tutti']:.5g}"]
    for rival in (single, "stack"):
        low, high = interval(losses["tutti"] - losses[rival])
        verdict = "better" if high < 0 else "worse" if low > 0 else "no difference"
        cells += [f"{rival} {score[rival]:.5g}" if rival == single else f"{score[rival]:.5g}", f"[{low:+.2g}, {high:+.2g}] {verdict}"]
    return f"| {' | '.join(cells)} |"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", nargs="?", help="the built benchmarks/accuracy; without it the rivals alone are fitted")
    parser.add_argument("--cache", type=pathlib.Path, default=pathlib.Path("build/best"))
    parser.add_argument("--sets", default=",".join(SETS))
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    given.cache.mkdir(parents=True, exist_ok=True)
    names = given.sets.split(",")
    for name in names:
        fit_rivals(name, given.cache)
    if given.program is None:
        return
    asked = [name for name in names if not (given.cache / f"{name}-tutti.npy").exists()]
    if asked:
        subprocess.run([given.program], check=True, env={**os.environ, "TUTTI_BEST": str(given.cache.resolve()),
                                                         "TUTTI_BEST_SETS": ",".join(asked), "BENCHMARK_FILTER": "^best$"})
    lines = [compare(name, given.cache) for name in names]
    print("| table | score | ours | best single model | ours - this | stack | ours - this |\n| :-- | :-- | --: | :-- | :-- | --: | :-- |")
    print("\n".join(lines))


main()
