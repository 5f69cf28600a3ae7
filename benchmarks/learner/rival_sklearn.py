#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""scikit-learn's learners on the rows of main.cpp and linear.cpp; run by scripts/bench, which asks for a row
by its number. scikit-learn measures its own process: CPU time on one thread, the clock on several."""
import functools
import json
import os
import resource
import sys
import time
import warnings

if sys.executable != "/usr/bin/python3" and os.path.exists("/usr/bin/python3"):  # where the package is
    os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.argv])

import numpy
import scipy.sparse
import svm_rows
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.linear_model import ElasticNet, Lasso, LassoCV, LogisticRegression, PoissonRegressor, Ridge, RidgeCV
from sklearn.naive_bayes import CategoricalNB, GaussianNB, MultinomialNB
from sklearn.neighbors import KNeighborsClassifier

warnings.simplefilter("ignore")
threads = int(os.environ.get("BENCHMARK_THREADS", "1"))
clock = time.process_time if threads == 1 else time.perf_counter


def clouds(rows, columns, counts=False, offset=True, first=0):
    with numpy.errstate(over="ignore"):
        step = numpy.uint64(0x9E3779B97F4A7C15)
        z = numpy.arange(first, first + rows * columns, dtype=numpy.uint64) * step + step
        z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
        z ^= z >> numpy.uint64(31)
    x = numpy.full(rows * columns, -2, numpy.float32)
    for part in range(0, 64, 16):
        x += ((z >> numpy.uint64(part)) & numpy.uint64(0xFFFF)).astype(numpy.float32) / numpy.float32(65536)
    x = x.reshape(rows, columns)
    y = numpy.arange(rows) % 10
    if offset:
        x += (numpy.arange(columns) % 10 == y[:, None]).astype(numpy.float32)
    if counts:
        x = numpy.floor(numpy.maximum(0, 2 * x))
    return x, y


rows = []  # (name, who, prepare() -> call)
note = ""


def score(m, x, y):
    if hasattr(m, "explained_variance_ratio_"):
        return f"explained {m.explained_variance_ratio_.sum():.6g}"
    if hasattr(m, "inertia_"):
        return f"inertia {m.inertia_:.6g}"
    return f"accuracy {(m.predict(x[:1000]) == y[:1000]).mean():.6g}"


def add_fit(name, make, n, columns, counts=False):
    def prepare():
        global note
        x, y = clouds(n, columns, counts)
        m = make(columns)
        note = score(m.fit(x, y), x, y)
        return lambda: m.fit(x, y)

    rows.append((f"{name} fit, {n} x {columns}", "", prepare))


def add_answers(name, make, n, columns, asked, counts=False):
    def prepare():
        x, y = clouds(n, columns, counts)
        m = make(columns).fit(x, y)
        some = x[:asked]
        return (lambda: m.transform(some)) if hasattr(m, "transform") else (lambda: m.predict_proba(some))

    rows.append((f"{name}, {'one row' if asked == 1 else f'{asked} rows'}, of {n} x {columns}", "", prepare))


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


def regression(n, columns, counts=False):
    x, _ = clouds(n, columns, offset=False)
    noise, _ = clouds(n, 1, offset=False, first=n * columns)
    y = noise[:, 0] + sum(x[:, j] / numpy.float32(j + 1) for j in range(min(8, columns)))
    return x, numpy.floor(numpy.exp(y / 2 + 1)) if counts else y


def add_line_fit(name, make, n, columns, counts=False):
    def prepare():
        global note
        x, y = regression(n, columns, counts)
        truth, p = y.astype(float), make().fit(x, y).predict(x).astype(float)
        note = f"R2 {1 - ((truth - p) ** 2).sum() / ((truth - truth.mean()) ** 2).sum():.6g}"
        return lambda: make().fit(x, y)

    rows.append((f"{name} fit, {n} x {columns}", "", prepare))


def add_line_answers(name, make, n, columns, counts=False):
    def prepare(one):
        x, y = regression(n, columns, counts)
        m = make().fit(x, y)
        return (lambda: m.predict(x[:1])) if one else (lambda: m.predict(x))

    for one in (False, True):
        rows.append((f"{name}, {'one row' if one else f'{n} rows'}, of {n} x {columns}", "", lambda one=one: prepare(one)))


def add_logistic(name, data, make, with_answers):
    if not os.path.exists(f"learner/{data}-test-y.npy"):
        return

    def load(part, sparse):
        x, y = (numpy.load(f"learner/{data}-{part}-{kind}.npy") for kind in "xy")
        return scipy.sparse.csr_matrix(x) if sparse else x, y

    @functools.cache
    def fitted(sparse):
        return make().fit(*load("train", sparse))

    def fit(sparse):
        global note
        x, y = load("train", sparse)
        test, truth = load("test", sparse)
        p = fitted(sparse).predict_proba(test)
        note = f"log-loss {-numpy.log(p[numpy.arange(len(truth)), truth]).mean():.6g}"
        return lambda: make().fit(x, y)

    def answers(sparse, one):
        m = fitted(sparse)
        test = load("test", sparse)[0]
        some = test[:1] if one else test
        return lambda: m.predict_proba(some)

    for sparse in (False, True) if with_answers else (True,):
        who = "sparse" if sparse else "dense"
        rows.append((f"{name} fit, {data}", who, lambda sparse=sparse: fit(sparse)))
        for one in (False, True):
            if with_answers:
                what = f"{name}, {'one row' if one else 'test rows'} of {data}"
                rows.append((what, who, lambda sparse=sparse, one=one: answers(sparse, one)))


for n, columns in [(20000, 16), (20000, 64), (2000, 500), (200, 2000)]:
    add_line_fit("Ridge", Ridge, n, columns)
    add_line_fit("Lasso", lambda: Lasso(0.02), n, columns)
    add_line_fit("ElasticNet", lambda: ElasticNet(0.02), n, columns)
    add_line_answers("Ridge", Ridge, n, columns)
    add_line_answers("Lasso", lambda: Lasso(0.02), n, columns)
for n, columns in [(5000, 32), (200, 1000)]:
    add_line_fit("Ridge of 10 lambdas", lambda: RidgeCV([0.01, 0.1, 1, 3, 10, 30, 100, 300, 1000, 3000]), n, columns)
    add_line_fit("Lasso of 50 lambdas", lambda: LassoCV(n_alphas=50, cv=5, n_jobs=threads), n, columns)
add_line_fit("GLM, Poisson", lambda: PoissonRegressor(alpha=0.01), 20000, 32, True)
add_line_answers("GLM, Poisson", lambda: PoissonRegressor(alpha=0.01), 20000, 32, True)
add_logistic("Logistic", "adult", lambda: LogisticRegression(max_iter=1000), True)
add_logistic("Logistic with an l1", "adult", lambda: LogisticRegression(penalty="l1", solver="liblinear"), False)
add_logistic("Logistic", "covertype-15k", lambda: LogisticRegression(max_iter=1000), True)


def say(text):
    global note
    note = text


svm_rows.add(rows, clouds, say)

print(json.dumps({"rows": [[name, who] for name, who, _ in rows]}), flush=True)
prepared = (None, None)
for line in sys.stdin:
    index = int(line)
    if prepared[0] != index:
        prepared = (index, None)  # the old one goes first
        note = ""
        prepared = (index, rows[index][2]())
        if not rows[index][0].startswith("Logistic fit"):  # these take seconds
            prepared[1]()
    switches = resource.getrusage(resource.RUSAGE_SELF).ru_nivcsw
    calls, start = 0, clock()
    while calls == 0 or clock() - start < 0.01:
        prepared[1]()
        calls += 1
    seconds = (clock() - start) / calls
    interrupted = resource.getrusage(resource.RUSAGE_SELF).ru_nivcsw != switches
    answer = {"value": 1e6 * seconds, "unit": "us", "flops": 0, "bytes": 0, "interrupted": interrupted}
    print(json.dumps({**answer, "note": note} if note else answer), flush=True)
