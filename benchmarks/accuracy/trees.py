#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Boost<Tree> beside XGBoost and scikit-learn's histogram boosting on eight tables: the same rows, like settings.

    TUTTI_DATA=... benchmarks/accuracy/trees.py build/bench/accuracy/accuracy --seeds 2 --sets adult,higgs-7k

For each seed train and test rows are put together and cut anew (80 to 20). Settings: 300 rounds at rate 0.1 with 63 leaves
(XGBoost lossguide) or depth 6; and everyone as they come. Leaves have 20 rows, as in scikit-learn; beside XGBoost a hessian
of 1, as there (tutti of small leaves). --bins 1024 adds ours and XGBoost's with so many bins (ours beside ours of 255, XGBoost's beside
ours of small leaves). Categories: sets here, as in scikit-learn; XGBoost gets one-hot columns. Prints the score of each (AUC, accuracy or RMSE), the loss (log-loss, squared error), and for each rival whether ours
differs from it: 95 % interval of the mean difference of the rows' losses, by the paired bootstrap over all test rows.
"""
import argparse
import os
import pathlib
import subprocess
import tempfile

os.environ.setdefault("OMP_NUM_THREADS", "1")  # rivals that wait for each other stand still beside other programs

import numpy
import pandas
import xgboost
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.metrics import roc_auc_score

SETS = {"adult": ("income", "labels"), "bank-marketing": ("y", "labels"), "credit-default": ("default.payment.next.month", "labels"),
        "covertype-15k": ("Cover_Type", "labels"), "higgs-7k": ("label", "labels"), "california-housing": ("median_house_value", "numbers"),
        "protein-regression": ("y", "numbers"), "kin40k-regression": ("y", "numbers")}
SETTINGS = ("63 leaves", "depth 6", "untouched")


def cut(name, seed, folder):
    target, kind = SETS[name]
    directory = pathlib.Path(os.environ["TUTTI_DATA"]) / name
    read = lambda part: pandas.read_csv(directory / f"{part}.csv.gz", na_values="?", skipinitialspace=True)
    table = pandas.concat([read("train"), read("test")], ignore_index=True)
    if kind == "labels":
        table[target] = table[target].astype(str).str.rstrip(".").astype("category").cat.codes
    table = table.rename(columns={target: "target"})
    order = numpy.random.RandomState(seed).permutation(len(table))
    test = len(table) // 5
    stem = folder / f"{kind}-{name}-{seed}"
    parts = {"test": table.iloc[order[:test]], "train": table.iloc[order[test:]]}
    for part, rows in parts.items():
        rows.to_csv(f"{stem}-{part}.csv", index=False)
    return stem, parts["train"], parts["test"]


def by_xgboost(setting, train, test, y, kind, bins=256):
    x = pandas.get_dummies(pandas.concat([train, test]), dtype=numpy.float32)
    options = dict(tree_method="hist", verbosity=0)
    if setting != "untouched":
        options.update(n_estimators=300, learning_rate=0.1, max_bin=bins)
        options.update(dict(grow_policy="lossguide", max_leaves=63, max_depth=0) if setting == "63 leaves" else dict(max_depth=6))
    model = (xgboost.XGBClassifier if kind == "labels" else xgboost.XGBRegressor)(**options).fit(x[:len(train)].to_numpy(), y)
    rows = x[len(train):].to_numpy()
    return model.predict_proba(rows) if kind == "labels" else model.predict(rows)[:, None]


def by_sklearn(setting, train, test, y, kind):
    both = pandas.concat([train, test])
    words = [c for c in both if both[c].dtype == object]
    for c in words:
        both[c] = both[c].astype("category").cat.codes.replace(-1, numpy.nan)
    options = dict(early_stopping=False, categorical_features=[c in words for c in both])
    if setting != "untouched":
        options.update(max_iter=300, learning_rate=0.1, l2_regularization=1)
        options.update(dict(max_leaf_nodes=63) if setting == "63 leaves" else dict(max_leaf_nodes=None, max_depth=6))
    else:
        options.pop("early_stopping")
    model = (HistGradientBoostingClassifier if kind == "labels" else HistGradientBoostingRegressor)(**options)
    model.fit(both[:len(train)].to_numpy(), y)
    rows = both[len(train):].to_numpy()
    return model.predict_proba(rows) if kind == "labels" else model.predict(rows)[:, None]


RIVALS = {"XGBoost": by_xgboost, "scikit-learn": by_sklearn}
SMALL, BINS, SMALL_BINS = "tutti, small", "tutti, bins", "tutti, small, bins"
WAYS = {"codes": "codes", "one-hot": "one-hot", "small": SMALL, "bins": BINS, "small, bins": SMALL_BINS}  # ours, otherwise
AGAINST = {"XGBoost": SMALL, "XGBoost, bins": SMALL_BINS}  # what a rival is compared with where that is measured


def judge(out, y, kind):
    """The score that people quote, and the loss of each row."""
    if kind == "numbers":
        loss = (out[:, 0].astype(float) - y) ** 2
        return loss.mean() ** 0.5, loss
    out = out.astype(float) / out.astype(float).sum(axis=1, keepdims=True)
    score = roc_auc_score(y, out[:, 1]) if out.shape[1] == 2 else (out.argmax(axis=1) == y).mean()
    return score, -numpy.log(numpy.maximum(out[numpy.arange(len(y)), y.astype(int)], 1e-15))


def interval(difference):
    random = numpy.random.RandomState(0)
    n = len(difference)
    means = [difference[random.randint(0, n, n)].mean() for _ in range(1000)]
    return numpy.quantile(means, [0.025, 0.975])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", help="the built benchmarks/accuracy")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--settings", default=",".join(SETTINGS))
    parser.add_argument("--rivals", default=",".join(RIVALS))
    parser.add_argument("--bins", help="more bins a column, for ours and XGBoost")
    parser.add_argument("--alone", action="store_true", help="no rivals: sets of categories beside their codes and one-hot columns")
    given = parser.parse_args()
    for name in given.sets.split(","):
        kind = SETS[name][1]
        scores, losses = {}, {}
        for seed in range(1, given.seeds + 1):
            with tempfile.TemporaryDirectory() as folder:
                stem, train, test = cut(name, seed, pathlib.Path(folder))
                environment = {**os.environ, "TUTTI_TREES": folder, "BENCHMARK_FILTER": "^trees$"}
                if given.bins:
                    environment["TUTTI_BINS"] = given.bins
                subprocess.run([given.program], env=environment, check=True, stdout=subprocess.DEVNULL)
                y, answers = test.pop("target").to_numpy(), train.pop("target").to_numpy()
                for setting in given.settings.split(","):
                    outs = {"tutti": numpy.load(f"{stem}-tutti-{setting}.npy")}
                    for way, who in WAYS.items():
                        if os.path.exists(f"{stem}-tutti-{setting}, {way}.npy"):
                            outs[who] = numpy.load(f"{stem}-tutti-{setting}, {way}.npy")
                    for who in given.rivals.split(",") if not given.alone else ():
                        outs[who] = RIVALS[who](setting, train, test, answers, kind)
                    if given.bins and not given.alone and setting != "untouched":
                        outs["XGBoost, bins"] = by_xgboost(setting, train, test, answers, kind, int(given.bins))
                    for who, out in outs.items():
                        score, loss = judge(out, y, kind)
                        scores.setdefault((setting, who), []).append(score)
                        losses.setdefault((setting, who), []).append(loss)
        for (setting, who), all_scores in scores.items():
            line = f"{name:19} {setting:10} {who:18} {numpy.mean(all_scores):.5f} +- {numpy.std(all_scores):.5f}  loss "
            line += f"{numpy.mean(numpy.concatenate(losses[setting, who])):.6g}"
            ours = (setting, AGAINST.get(who, "tutti"))
            if ours not in losses:
                ours = (setting, "tutti")
            if who != "tutti":
                low, high = interval(numpy.concatenate(losses[ours]) - numpy.concatenate(losses[setting, who]))
                line += f"  ours - this [{low:+.3g}, {high:+.3g}] " + ("worse" if low > 0 else "better" if high < 0 else "no difference")
            print(line, flush=True)


main()
