#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""scikit-learn's PCA, KMeans, neighbours and naive Bayes on the rows of main.cpp; run by scripts/bench, which asks for a row
by its number. scikit-learn measures its own process: CPU time on one thread, the clock on several."""
import json
import os
import resource
import sys
import time
import warnings

if sys.executable != "/usr/bin/python3" and os.path.exists("/usr/bin/python3"):  # where the package is
    os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.argv])

import numpy
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.naive_bayes import CategoricalNB, GaussianNB, MultinomialNB
from sklearn.neighbors import KNeighborsClassifier

warnings.simplefilter("ignore")
threads = int(os.environ.get("BENCHMARK_THREADS", "1"))
clock = time.process_time if threads == 1 else time.perf_counter


def clouds(rows, columns, counts=False):
    with numpy.errstate(over="ignore"):
        z = numpy.arange(rows * columns, dtype=numpy.uint64) * numpy.uint64(0x9E3779B97F4A7C15) + numpy.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
        z ^= z >> numpy.uint64(31)
    x = numpy.full(rows * columns, -2, numpy.float32)
    for part in range(0, 64, 16):
        x += ((z >> numpy.uint64(part)) & numpy.uint64(0xFFFF)).astype(numpy.float32) / numpy.float32(65536)
    x = x.reshape(rows, columns)
    y = numpy.arange(rows) % 10
    x += (numpy.arange(columns) % 10 == y[:, None]).astype(numpy.float32)
    if counts:
        x = numpy.floor(numpy.maximum(0, 2 * x))
    return x, y


rows = []  # (name, prepare() -> call)


def add_fit(name, make, n, columns, counts=False):
    def prepare():
        x, y = clouds(n, columns, counts)
        m = make(columns)
        return lambda: m.fit(x, y)

    rows.append((f"{name} fit, {n} x {columns}", prepare))


def add_answers(name, make, n, columns, asked, counts=False):
    def prepare():
        x, y = clouds(n, columns, counts)
        m = make(columns).fit(x, y)
        some = x[:asked]
        return (lambda: m.transform(some)) if hasattr(m, "transform") else (lambda: m.predict_proba(some))

    rows.append((f"{name}, {'one row' if asked == 1 else f'{asked} rows'}, of {n} x {columns}", prepare))


def pca(columns):
    return PCA(16, svd_solver="full")


def kmeans(columns):
    return KMeans(20, init=clouds(20, columns)[0], n_init=1, max_iter=20, tol=0)


def knn(columns):
    return KNeighborsClassifier(5, n_jobs=threads)


for n, columns in [(20000, 16), (10000, 256), (200, 1000)]:
    add_fit("PCA to 16", pca, n, columns)
    add_answers("PCA to 16", pca, n, columns, n)
for n, columns in [(50000, 8), (10000, 128)]:
    add_fit("KMeans of 20", kmeans, n, columns)
    add_answers("KMeans of 20", kmeans, n, columns, n)
for n, columns in [(50000, 4), (20000, 12), (20000, 64), (10000, 784)]:
    add_fit("KNN of 5", knn, n, columns)
    add_answers("KNN of 5", knn, n, columns, 1000)
    add_answers("KNN of 5", knn, n, columns, 1)
for n, columns in [(50000, 16), (5000, 784)]:
    for name, make, counts in [("Gaussian", GaussianNB, False), ("multinomial", MultinomialNB, True), ("categorical", CategoricalNB, True)]:
        add_fit(f"naive Bayes, {name}", lambda _, make=make: make(), n, columns, counts)
        add_answers(f"naive Bayes, {name}", lambda _, make=make: make(), n, columns, n, counts)

print(json.dumps({"rows": [[name, ""] for name, _ in rows]}), flush=True)
prepared = (None, None)
for line in sys.stdin:
    index = int(line)
    if prepared[0] != index:
        prepared = (index, None)  # the old one goes first
        prepared = (index, rows[index][1]())
        prepared[1]()
    switches = resource.getrusage(resource.RUSAGE_SELF).ru_nivcsw
    calls, start = 0, clock()
    while calls == 0 or clock() - start < 0.01:
        prepared[1]()
        calls += 1
    seconds = (clock() - start) / calls
    interrupted = resource.getrusage(resource.RUSAGE_SELF).ru_nivcsw != switches
    print(json.dumps({"value": 1e6 * seconds, "unit": "us", "flops": 0, "bytes": 0, "interrupted": interrupted}), flush=True)
