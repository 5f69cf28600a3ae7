#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes what trees are measured on to the folder named: <set>-{train,test}-{x,y}.npy, float32 inputs with categories as
numbers in the order of their names, float32 targets. The real sets lie in the directory TUTTI_DATA and are left out
without it; the made ones are the first rows of one draw of scikit-learn's make_classification. What is there stays."""
import os
import pathlib
import sys

import numpy
import pandas

TARGETS = {"adult": "income", "bank-marketing": "y", "california-housing": "median_house_value", "protein-regression": "y",
           "covertype-15k": "Cover_Type", "credit-default": "default.payment.next.month", "higgs-7k": "label"}
NUMBERS = ("california-housing", "protein-regression")


def save(folder, name, part, x, y):
    for kind, values in (("x", x), ("y", y)):
        numpy.save(folder / f"{name}-{part}-{kind}.npy", numpy.ascontiguousarray(values, dtype=numpy.float32))


def real(folder, name, target):
    tables = {part: pandas.read_csv(pathlib.Path(os.environ["TUTTI_DATA"]) / name / f"{part}.csv.gz", na_values="?", skipinitialspace=True)
              for part in ("train", "test")}
    train = tables["train"]
    words = {c: sorted(train[c].dropna().unique()) for c in train.columns
             if train[c].dtype == object or (c == target and name not in NUMBERS)}
    for part, table in tables.items():
        for column, known in words.items():
            table[column] = table[column].map({word: i for i, word in enumerate(known)})
        save(folder, name, part, table.drop(columns=target).to_numpy(), table[target].to_numpy())


def made(folder, sizes):
    from sklearn.datasets import make_classification
    x, y = make_classification(1_020_000, 50, n_informative=20, n_redundant=10, n_clusters_per_class=8, class_sep=0.7, flip_y=0.05,
                               random_state=0)
    for n in sizes:
        save(folder, f"made-{n}", "train", x[:n], y[:n])
        save(folder, f"made-{n}", "test", x[-20_000:], y[-20_000:])


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    missing = lambda name: not (folder / f"{name}-test-y.npy").exists()
    for name, target in TARGETS.items():
        if missing(name) and "TUTTI_DATA" in os.environ:
            real(folder, name, target)
    sizes = [n for n in (10_000, 100_000, 1_000_000) if missing(f"made-{n}")]
    if sizes:
        made(folder, sizes)


main()
