# SPDX-License-Identifier: Apache-2.0
"""The rows of svm.cpp for rival_sklearn.py."""
import os

import numpy
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.svm import SVC, SVR, LinearSVC, LinearSVR


threads = int(os.environ.get("BENCHMARK_THREADS", "1"))


def part_of(name, part):
    return tuple(numpy.load(f"learner/{name}-{part}-{kind}.npy") for kind in "xy")


def add(rows, clouds, say):
    """Appends to rows; say(text) notes a score."""

    def add_fit(name, make, parts):
        def prepare():
            (x, y), (test, truth) = parts()
            p = make().fit(x, y).predict(test)
            numbers = p.dtype.kind == "f"
            say(f"RMSE {((p - truth) ** 2).mean() ** 0.5:.6g}" if numbers else f"accuracy {(p == truth).mean():.6g}")
            return lambda: make().fit(x, y)

        rows.append((name, "", prepare))

    def add_answers(name, make, parts):
        def prepare():
            (x, y), (test, _) = parts()
            m = make().fit(x, y)
            return lambda: m.predict(test)

        rows.append((name, "", prepare))

    def add_set(name, make, data):
        if not os.path.exists(f"learner/{data}-test-y.npy"):
            return
        parts = lambda: (part_of(data, "train"), part_of(data, "test"))
        add_fit(f"{name} fit, {data}", make, parts)
        add_answers(f"{name}, test rows of {data}", make, parts)

    def add_clouds(name, make, n, columns):
        parts = lambda: (clouds(n, columns),) * 2
        add_fit(f"{name} fit, {n} x {columns}", make, parts)
        add_answers(f"{name}, {n} rows, of {n} x {columns}", make, parts)

    for data, make in [("digits", SVC), ("higgs-7k", SVC), ("wine-quality", SVR)]:
        add_set("SVM", lambda make=make: make(C=10), data)
    add_clouds("SVM", SVC, 3000, 32)
    for data, make in [("digits", LinearSVC), ("higgs-7k", LinearSVC),
                       ("wine-quality", lambda: LinearSVR(loss="squared_epsilon_insensitive", epsilon=0.1))]:
        add_set("LinearSVM", make, data)
    add_set("LinearSVM, hinge", lambda: LinearSVC(loss="hinge"), "digits")
    for data, make in [("digits", KNeighborsClassifier), ("covertype-15k", KNeighborsClassifier), ("wine-quality", KNeighborsRegressor)]:
        add_set("KNN of 5", lambda make=make: make(5, n_jobs=threads), data)
    for data in ("covertype-15k", "higgs-7k"):
        add_set("naive Bayes, Gaussian", GaussianNB, data)
    for n, columns in [(50000, 16), (5000, 512)]:
        add_clouds("LDA", LinearDiscriminantAnalysis, n, columns)
    for n, columns in [(50000, 16), (20000, 64)]:
        add_clouds("QDA", QuadraticDiscriminantAnalysis, n, columns)
