#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Numbers that SVM and LinearSVM are tested against, from scikit-learn 1.2 (python3-sklearn of Debian 12).

    python3 tests/reference/svm.py > tests/reference/svm.hpp

Inputs are rounded to three decimals and then to float: both sides see the same numbers. Stopping tolerances are far below
the defaults, so that the optimum is compared and not the way there.
"""
import numpy
import sklearn
from scipy.optimize import minimize
from sklearn.svm import SVC, SVR, LinearSVC, LinearSVR

from emit import emit

random = numpy.random.RandomState(5)


def as_float(x):
    return numpy.asarray(x, dtype=float).round(3).astype(numpy.float32).astype(float)


print(f"""// SPDX-License-Identifier: Apache-2.0
// Made by tests/reference/svm.py with scikit-learn {sklearn.__version__}; do not edit.
#pragma once

namespace reference {{
""")

# 90 rows, 3 columns of unlike scale, three classes that overlap, one target of numbers.
label = random.randint(0, 3, 90)
x = as_float((random.standard_normal((90, 3)) + numpy.array([[0, 0, 0], [1.5, 0.5, 0], [0, 1.5, -1]])[label]) * [1, 2, 0.5] + [0, 1, -1])
number = as_float(numpy.sin(x[:, 0]) + 0.3 * x[:, 1] + 0.2 * random.standard_normal(90))
w = random.randint(0, 5, 90) / 2
emit("svm_x", x, "float")
emit("svm_label", label, "int")
emit("svm_number", number, "float")
emit("svm_w", w, "float")


def kernel_of(m, a, b):
    g = m._gamma
    if m.kernel == "linear":
        return a @ b.T
    if m.kernel == "rbf":
        return numpy.exp(-g * ((a[:, None] - b) ** 2).sum(axis=2))
    z = g * (a @ b.T) + m.coef0
    return z ** m.degree if m.kernel == "poly" else numpy.tanh(z)


def dual(m, epsilon=None, y=None):
    """The objective that is minimised, from the coefficients (y alpha) of two classes or of numbers."""
    b = m.dual_coef_[0]
    quadratic = b @ kernel_of(m, m.support_vectors_, m.support_vectors_) @ b / 2
    return quadratic - (numpy.abs(b).sum() if epsilon is None else y[m.support_] @ b - epsilon * numpy.abs(b).sum())


two = (label > 0).astype(int)
emit("svm_two", two, "int")
cases = [("rbf", {}), ("rbf_sharp", {"gamma": 2.0, "C": 10}), ("rbf_auto", {"gamma": "auto", "C": 0.25}),
         ("linear", {"kernel": "linear", "C": 2}), ("polynomial", {"kernel": "poly", "degree": 3, "coef0": 1, "C": 0.5}),
         ("sigmoid", {"kernel": "sigmoid", "gamma": 0.25, "coef0": -0.5}),
         ("class_weights", {"class_weight": {0: 1, 1: 0.25}}), ("balanced", {"class_weight": "balanced", "C": 4})]
for name, options in cases:
    m = SVC(tol=1e-10, **options).fit(x, two)
    emit(f"svm_{name}_objective", dual(m))
    emit(f"svm_{name}_decisions", -m.decision_function(x))  # above 0 for class 0, as of each pair
m = SVC(tol=1e-10, C=2).fit(x, two, sample_weight=w)
emit("svm_weighted_objective", dual(m))
emit("svm_weighted_decisions", -m.decision_function(x))

m = SVC(tol=1e-10, C=3, gamma=0.5, decision_function_shape="ovo").fit(x, label)
emit("svm_pairs", m.decision_function(x))
emit("svm_pairs_label", m.predict(x), "int")
m.decision_function_shape = "ovr"
votes = numpy.exp(m.decision_function(x))
emit("svm_pairs_shares", votes / votes.sum(axis=1, keepdims=True))

for name, options in [("rbf", {}), ("tight", {"epsilon": 0.0, "C": 0.5}), ("linear", {"kernel": "linear", "epsilon": 0.3}),
                      ("wide", {"epsilon": 0.5, "C": 100, "gamma": 1.0})]:
    m = SVR(tol=1e-10, **options).fit(x, number)
    emit(f"svr_{name}_objective", dual(m, m.epsilon, number))
    emit(f"svr_{name}_numbers", m.predict(x))
m = SVR(tol=1e-10).fit(x, number, sample_weight=w)
emit("svr_weighted_numbers", m.predict(x))

# Linear machines, their columns standardised by hand so that the search ends soon. Coefficients, then the intercept of each.
z = as_float((x - x.mean(axis=0)) / x.std(axis=0))
emit("linear_x", z, "float")
options = {"tol": 1e-9, "max_iter": 10**6, "random_state": 0}  # below, rounding keeps rows that were put aside from coming back
for name, y, weight, o in [("squared", two, None, {}), ("hinge", two, None, {"loss": "hinge", "C": 0.5}),
                           ("origin", two, None, {"fit_intercept": False}), ("scaled", two, None, {"intercept_scaling": 10, "C": 0.25}),
                           ("weighted", two, w, {}), ("class_weights", two, None, {"class_weight": {0: 1, 1: 0.25}}),
                           ("balanced", two, None, {"class_weight": "balanced"}), ("three", label, None, {}),
                           ("three_hinge", label, w, {"loss": "hinge"})]:
    m = LinearSVC(**{"dual": True, **options, **o}).fit(z, y, sample_weight=weight)
    emit(f"linear_{name}_coefficients", m.coef_.T)
    emit(f"linear_{name}_intercept", m.intercept_ * numpy.ones(len(m.coef_)))
    if name == "three":
        emit("linear_three_decisions", m.decision_function(z))
for name, weight, o in [("numbers", None, {"epsilon": 0.2}), ("numbers_squared", None, {"epsilon": 0.2, "loss": "squared_epsilon_insensitive"}),
                        ("numbers_exact", w, {"epsilon": 0.0, "C": 0.1})]:
    m = LinearSVR(**{"dual": True, **options, **o}).fit(z, number, sample_weight=weight)
    emit(f"linear_{name}_coefficients", m.coef_)
    emit(f"linear_{name}_intercept", m.intercept_)

# Platt's scale of given decisions, by scipy from the formula; weighted by counts.
f = as_float(random.standard_normal(40) * 2)
above = (f + random.standard_normal(40) > 0.5).astype(int)
counts = random.randint(1, 4, 40)
emit("platt_f", f, "float")
emit("platt_above", above, "int")
emit("platt_weight", counts, "int")
for name, c in [("plain", numpy.ones(40)), ("counts", counts)]:
    yes, no = c[above == 1].sum(), c[above == 0].sum()
    t = numpy.where(above == 1, (yes + 1) / (yes + 2), 1 / (no + 2))
    z = lambda s: s[0] * f + s[1]
    loss = lambda s: (c * (t * z(s) + numpy.logaddexp(0, -z(s)))).sum()
    slope = lambda s: numpy.array([(c * d * g).sum() for d in [t - 1 / (1 + numpy.exp(z(s)))] for g in (f, 1)])
    s = minimize(loss, [0, 0], jac=slope, method="BFGS", options={"gtol": 1e-12}).x
    for _ in range(20):  # Newton's steps take what rounding leaves
        p = 1 / (1 + numpy.exp(z(s)))
        h = numpy.array([[(c * p * (1 - p) * a * b).sum() for a in (f, numpy.ones(40))] for b in (f, numpy.ones(40))])
        s = s - numpy.linalg.solve(h, slope(s))
    emit(f"platt_{name}", s)

# Pairwise coupling of four classes: the conditions of the minimum, solved as they stand.
r = random.uniform(0.05, 0.95, (4, 4))
r = numpy.triu(r, 1) + numpy.tril(1 - r.T, -1)
q = -r.T * r
for a in range(4):
    q[a, a] = sum(r[b, a] ** 2 for b in range(4) if b != a)
emit("couple_r", r)
emit("couple_p", numpy.linalg.solve(numpy.block([[q, numpy.ones((4, 1))], [numpy.ones((1, 4)), numpy.zeros((1, 1))]]), [0, 0, 0, 0, 1])[:4])

print("\n}  // namespace reference")
