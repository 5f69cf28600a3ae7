#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Numbers that PCA, KMeans, KNN and NaiveBayes are tested against, from scikit-learn 1.2 (python3-sklearn of Debian 12).

    python3 tests/reference/members.py > tests/reference/members.hpp

Inputs are rounded to three decimals and then to float: both sides see the same numbers.
"""
import numpy
import sklearn
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.naive_bayes import BernoulliNB, CategoricalNB, ComplementNB, GaussianNB, MultinomialNB
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor, NearestNeighbors
from sklearn.utils.extmath import svd_flip

from emit import emit

random = numpy.random.RandomState(17)


def as_float(x):
    return numpy.asarray(x, dtype=float).round(3).astype(numpy.float32).astype(float)


def inputs(rows, columns, scales=1, offsets=0):
    return as_float(random.standard_normal((rows, columns)) * scales + offsets)


print(f"""// SPDX-License-Identifier: Apache-2.0
// Made by tests/reference/members.py with scikit-learn {sklearn.__version__}; do not edit.
#pragma once

namespace reference {{
""")


# PCA. The sign is svd_flip's by the components, which does not depend on the rows (scikit-learn's own default from 1.5 on).
def emit_pca(name, x, **options):
    m = PCA(svd_solver="full", **options).fit(x)
    z, v = svd_flip(m.transform(x), m.components_, u_based_decision=False)
    emit(f"pca_{name}_directions", v)
    emit(f"pca_{name}_variance", m.explained_variance_)
    emit(f"pca_{name}_ratio", m.explained_variance_ratio_)
    emit(f"pca_{name}_noise", m.noise_variance_)
    emit(f"pca_{name}_transformed", z)
    emit(f"pca_{name}_restored", m.inverse_transform(m.transform(x)))


x = inputs(20, 5) @ random.standard_normal((5, 5)) * [1, 3, 0.5, 2, 1] + [0, 10, -3, 0, 100]
x = as_float(x)
emit("pca_tall_x", x, "float")
emit_pca("tall", x, n_components=3)
emit_pca("white", x, n_components=3, whiten=True)
emit_pca("all", x)
emit("pca_counts", [PCA(s, svd_solver="full").fit(x).n_components_ for s in (0.3, 0.6, 0.9, 0.99, 0.9999)], "int")
w = random.randint(0, 5, 20) / 2
emit("pca_w", w, "float")
emit("pca_weighted_variance", numpy.linalg.eigvalsh(numpy.cov(x.T, aweights=w))[::-1])
emit("pca_weighted_mean", numpy.average(x, axis=0, weights=w))
x = inputs(6, 9, 2, 1)
emit("pca_wide_x", x, "float")
emit_pca("wide", x, n_components=4)

# KMeans from given centres: three blobs; a start in which two clusters lose all rows; weights.
x = as_float(numpy.concatenate([inputs(12, 3, 1, c) for c in ([0, 5, 100], [4, 5, 100], [2, 9, 103])]))
w = random.randint(0, 4, 36) / 2
emit("kmeans_x", x, "float")
emit("kmeans_w", w, "float")


def emit_kmeans(name, start, weight=None, **options):
    start = as_float(start)
    emit(f"kmeans_{name}_start", start, "float")
    m = KMeans(len(start), init=start, n_init=1, algorithm="lloyd", **options).fit(x, sample_weight=weight)
    emit(f"kmeans_{name}_centres", m.cluster_centers_)
    emit(f"kmeans_{name}_inertia", m.inertia_)
    emit(f"kmeans_{name}_iterations", m.n_iter_, "int")
    emit(f"kmeans_{name}_labels", m.predict(x), "int")
    emit(f"kmeans_{name}_distances", m.transform(x))


emit_kmeans("near", x[[0, 1, 2]], tol=0)
emit_kmeans("far", numpy.concatenate([x[[3, 20]], [[900, 0, 0], [0, 900, 0]]]), tol=0)
emit_kmeans("weighted", x[[5, 6, 30, 31]], weight=w, tol=0)
emit_kmeans("stopped", x[[0, 1, 2, 3, 4]], tol=0, max_iter=2)
emit_kmeans("tolerant", x[[0, 1, 2, 3, 4]], tol=0.05)

# KNN: 40 rows of 4 columns, 3 classes, 2 numbers, 3 flags; 8 queries, two of which are training rows.
x = inputs(40, 4, [1, 2, 0.5, 1])
queries = as_float(numpy.concatenate([x[[3, 17]], inputs(6, 4, [1, 2, 0.5, 1])]))
label = random.randint(0, 3, 40)
numbers = inputs(40, 2)
flags = random.randint(0, 2, (40, 3))
emit("knn_x", x, "float")
emit("knn_queries", queries, "float")
emit("knn_label", label, "int")
emit("knn_numbers", numbers, "float")
emit("knn_flags", flags, "int")
for name, options in [("euclidean", {}), ("manhattan", {"metric": "manhattan"}), ("chebyshev", {"metric": "chebyshev"}),
                      ("minkowski", {"metric": "minkowski", "p": 3}), ("cosine", {"metric": "cosine"})]:
    m = NearestNeighbors(n_neighbors=6, algorithm="brute", **options).fit(x)
    distance, row = m.kneighbors(queries[2:])
    emit(f"knn_{name}_distance", distance)
    emit(f"knn_{name}_row", row, "int")
for name, weights in [("uniform", "uniform"), ("weighted", "distance")]:
    emit(f"knn_{name}_probabilities", KNeighborsClassifier(7, weights=weights, algorithm="kd_tree").fit(x, label).predict_proba(queries))
    emit(f"knn_{name}_mean", KNeighborsRegressor(7, weights=weights, algorithm="kd_tree").fit(x, numbers).predict(queries))
    several = KNeighborsClassifier(7, weights=weights, algorithm="kd_tree").fit(x, flags).predict_proba(queries)
    emit(f"knn_{name}_flags", numpy.stack([p[:, 1] for p in several], axis=1))

# NaiveBayes: 30 rows of 3 classes; numbers, counts and categories of 4 columns; queries are the first 10 rows.
label = random.randint(0, 3, 30)
numbers = as_float(inputs(30, 4, [1, 2, 0.5, 100], [0, 5, -1, 1000]) + label[:, None] * [1, 0, 0.3, 20])
counts = random.poisson([1, 4, 0.5, 2], (30, 4)) + (label[:, None] == [0, 1, 2, 1])
categories = random.randint(0, [2, 3, 5, 4], (30, 4))
w = random.randint(1, 5, 30) / 2
emit("nb_label", label, "int")
emit("nb_numbers", numbers, "float")
emit("nb_counts", counts, "float")
emit("nb_categories", categories, "float")
emit("nb_w", w, "float")
for name, m, x, weight in [
        ("gaussian", GaussianNB(), numbers, None), ("gaussian_weighted", GaussianNB(var_smoothing=0), numbers, w),
        ("gaussian_priors", GaussianNB(priors=[0.5, 0.25, 0.25], var_smoothing=0.125), numbers, None),
        ("multinomial", MultinomialNB(), counts, None), ("multinomial_weighted", MultinomialNB(alpha=0.25, fit_prior=False), counts, w),
        ("complement", ComplementNB(), counts, None), ("complement_norm", ComplementNB(alpha=0.5, norm=True), counts, w),
        ("bernoulli", BernoulliNB(), counts, None), ("bernoulli_weighted", BernoulliNB(alpha=0.5, binarize=2), counts, w),
        ("categorical", CategoricalNB(), categories, None), ("categorical_weighted", CategoricalNB(alpha=0.5, min_categories=7), categories, w)]:
    m.fit(x, label, sample_weight=weight)
    joint = m._joint_log_likelihood(m._check_X(x[:10]))
    emit(f"nb_{name}_joint", joint)
    emit(f"nb_{name}_probabilities", m.predict_proba(x[:10]))

print("\n}  // namespace reference")
