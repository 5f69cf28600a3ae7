#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes what linear models of labels are measured on to the folder named: <set>-{train,test}-{x,y}.npy, float32 inputs,
int32 classes. adult: numbers standardised, categories one-hot; covertype-15k: all columns standardised. The sets lie in the
directory TUTTI_DATA and are left out without it. What is there stays."""
import os
import pathlib
import sys

import numpy
import pandas
from sklearn.compose import ColumnTransformer
from sklearn.preprocessing import OneHotEncoder, StandardScaler


def write(folder, name, target):
    train, test = (pandas.read_csv(pathlib.Path(os.environ["TUTTI_DATA"]) / name / f"{part}.csv.gz") for part in ("train", "test"))
    classes = sorted(train[target].unique())
    numbers = [c for c in train.columns if c != target and train[c].dtype != object]
    words = [c for c in train.columns if c != target and train[c].dtype == object]
    prepare = ColumnTransformer([("numbers", StandardScaler(), numbers), ("words", OneHotEncoder(handle_unknown="ignore"), words)],
                                sparse_threshold=0).fit(train)
    for part, table in (("train", train), ("test", test)):
        numpy.save(folder / f"{name}-{part}-x.npy", numpy.ascontiguousarray(prepare.transform(table), numpy.float32))
        numpy.save(folder / f"{name}-{part}-y.npy", table[target].map({c: i for i, c in enumerate(classes)}).to_numpy(numpy.int32))


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, target in (("adult", "income"), ("covertype-15k", "Cover_Type"), ("digits", "target"), ("higgs-7k", "label"),
                         ("wine-quality", "quality")):
        if not (folder / f"{name}-test-y.npy").exists() and "TUTTI_DATA" in os.environ:
            write(folder, name, target)


main()
