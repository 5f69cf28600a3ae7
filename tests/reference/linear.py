#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Numbers that the linear learners are tested against, from scikit-learn 1.2 (python3-sklearn of Debian 12).

    python3 tests/reference/linear.py > tests/reference/linear.hpp

Inputs are rounded to three decimals and then to float: both sides see the same numbers.
"""
import numpy
import sklearn
from sklearn.linear_model import ElasticNet, Lasso, LassoCV, LogisticRegression, Ridge, RidgeCV
from sklearn.linear_model import GammaRegressor, PoissonRegressor, TweedieRegressor
from sklearn.preprocessing import StandardScaler

from emit import emit

random = numpy.random.RandomState(7)


def inputs(rows, columns, scales, offsets):
    return (random.standard_normal((rows, columns)) * scales + offsets).round(3).astype(numpy.float32).astype(float)


print(f"""// SPDX-License-Identifier: Apache-2.0
// Made by tests/reference/linear.py with scikit-learn {sklearn.__version__}; do not edit.
#pragma once

namespace reference {{
""")

# Ridge: 14 rows, 3 columns of unlike scale and offset, 2 targets.
x = inputs(14, 3, [1, 5, 0.2], [0, 20, -1])
y = numpy.stack([x @ [1, -0.5, 2] + 3, x @ [0, 0.25, -4]], axis=1) + random.standard_normal((14, 2))
y = y.round(3).astype(numpy.float32).astype(float)
w = random.randint(1, 5, 14) / 2
emit("ridge_x", x, "float")
emit("ridge_y", y, "float")
emit("ridge_w", w, "float")
for name, alpha, weight, intercept in [("plain", 1.0, None, True), ("weighted", 0.5, w, True), ("origin", 2.0, w, False),
                                       ("least_squares", 0.0, w, True)]:
    m = Ridge(alpha=alpha, fit_intercept=intercept, solver="svd").fit(x, y, sample_weight=weight)
    emit(f"ridge_{name}_coefficients", m.coef_.T)
    emit(f"ridge_{name}_intercept", m.intercept_ if intercept else [0, 0])

# Ridge with more columns than rows.
x = inputs(5, 9, 1, 1)
y = inputs(5, 1, 2, 1)
emit("wide_x", x, "float")
emit("wide_y", y, "float")
m = Ridge(alpha=0.3, solver="svd").fit(x, y, sample_weight=[1, 2, 1, 0.5, 1])
emit("wide_coefficients", m.coef_.T)
emit("wide_intercept", m.intercept_)

# Logistic: 30 rows, 3 columns; 2 and 3 overlapping classes.
x = inputs(30, 3, [1, 4, 0.5], [0, 10, 2])
score = x @ [1, 0.3, -1] + random.standard_normal(30)
w = random.randint(1, 5, 30) / 2
emit("logistic_x", x, "float")
emit("logistic_w", w, "float")
two = (score > numpy.median(score)).astype(int)
three = numpy.digitize(score, numpy.quantile(score, [0.3, 0.7]))
emit("logistic_two", two, "int")
emit("logistic_three", three, "int")
for name, y, c, weight, intercept in [("two", two, 1.0, None, True), ("two_weighted", two, 4.0, w, True),
                                      ("two_origin", two, 1.0, w, False), ("three", three, 1.0, None, True),
                                      ("three_weighted", three, 0.25, w, True)]:
    # not L-BFGS: it would stop at a relative change of 2e-9 in the loss, which is 1e-4 in the coefficients
    m = LogisticRegression(C=c, solver="newton-cg", tol=1e-8, max_iter=1000, fit_intercept=intercept)
    m.fit(x, y, sample_weight=weight)
    emit(f"logistic_{name}_coefficients", m.coef_.T)
    emit(f"logistic_{name}_intercept", m.intercept_)
    emit(f"logistic_{name}_probabilities", m.predict_proba(x))

# Standardize, on the same inputs and weights.
m = StandardScaler().fit(x, sample_weight=w)
emit("standardize_mean", m.mean_)
emit("standardize_sd", m.scale_)

# Lasso and ElasticNet: 40 rows, 6 columns of which one is constant and two are twins; 2 targets. Then 12 rows of 30 columns.
x = inputs(40, 6, [1, 5, 0.2, 1, 0, 2], [0, 20, -1, 3, 7, 0])
x[:, 3] = x[:, 0]
y = numpy.stack([x @ [1, -0.5, 2, 0, 0, 0] + 3, x @ [0, 0.25, -4, 0, 0, 1]], axis=1) + random.standard_normal((40, 2))
y = y.round(3).astype(numpy.float32).astype(float)
w = random.randint(0, 5, 40) / 2
emit("elastic_x", x, "float")
emit("elastic_y", y, "float")
emit("elastic_w", w, "float")
sharp = {"tol": 1e-14, "max_iter": 1000000}
for name, alpha, ratio, weight, intercept in [("plain", 0.125, 0.5, None, True), ("weighted", 0.0625, 0.75, w, True), ("origin", 0.25, 0.5, w, False)]:
    m = ElasticNet(alpha=alpha, l1_ratio=ratio, fit_intercept=intercept, **sharp).fit(x, y, sample_weight=weight)
    emit(f"elastic_{name}_coefficients", m.coef_)  # (outputs, columns)
    emit(f"elastic_{name}_intercept", m.intercept_ if intercept else [0, 0])
few = x[:, [0, 1, 2, 4, 5]]  # without the twin, so that the optimum is one point
emit("lasso_x", few, "float")
for alpha in [0.5, 0.03125]:
    m = Lasso(alpha=alpha, **sharp).fit(few, y, sample_weight=w)
    emit(f"lasso_{'large' if alpha == 0.5 else 'small'}_coefficients", m.coef_)
    emit(f"lasso_{'large' if alpha == 0.5 else 'small'}_intercept", m.intercept_)
fold = numpy.arange(40) % 5
splits = [(numpy.flatnonzero(fold != f), numpy.flatnonzero(fold == f)) for f in range(5)]
noisy = (y[:, 0] + 6 * random.standard_normal(40)).round(3).astype(numpy.float32).astype(float)
emit("lasso_path_y", noisy, "float")
m = LassoCV(n_alphas=20, cv=splits, **sharp).fit(few, noisy)
emit("lasso_path", m.alphas_)
emit("lasso_path_errors", m.mse_path_.mean(axis=1))
emit("lasso_path_alpha", [m.alpha_])
emit("lasso_path_coefficients", m.coef_)
x = inputs(12, 30, 1, 1)
y = inputs(12, 1, 2, 1)
emit("wide_elastic_x", x, "float")
emit("wide_elastic_y", y, "float")
for name, m in [("lasso", Lasso(alpha=0.25, **sharp)), ("elastic", ElasticNet(alpha=0.25, l1_ratio=0.25, **sharp))]:
    m.fit(x, y[:, 0], sample_weight=[1, 2, 1, 0.5, 1, 1, 3, 1, 1, 1, 1, 0])
    emit(f"wide_{name}_coefficients", m.coef_)
    emit(f"wide_{name}_intercept", [m.intercept_])

# Ridge with lambda chosen by leaving one out: the sums of squares of every lambda.
alphas = [0.015625, 0.125, 1, 8, 64]
tall = inputs(30, 4, [1, 3, 0.5, 1], [0, 10, -1, 2])
goal = (numpy.stack([tall @ [1, -0.5, 2, 0], tall @ [0, 0.25, -1, 1]], axis=1) + random.standard_normal((30, 2))).round(3)
goal = goal.astype(numpy.float32).astype(float)
w = random.randint(1, 5, 30) / 2
emit("chosen_x", tall, "float")
emit("chosen_y", goal, "float")
emit("chosen_w", w, "float")
for name, a, b, weight, intercept in [("plain", tall, goal, None, True), ("weighted", tall, goal, w, True), ("origin", tall, goal, w, False), ("wide", x, y, None, True), ("wide_weighted", x, y, numpy.arange(1, 13) / 4, True)]:
    m = RidgeCV(alphas=alphas, fit_intercept=intercept, store_cv_values=True).fit(a, b, sample_weight=weight)
    emit(f"chosen_{name}_errors", m.cv_values_.sum(axis=(0, 1)))
    emit(f"chosen_{name}_alpha", [m.alpha_])
    emit(f"chosen_{name}_coefficients", m.coef_)

# GLM: 40 rows, 3 columns; counts and amounts.
x = inputs(40, 3, [1, 2, 0.5], [0, 5, -1])
w = random.randint(0, 5, 40) / 2
mean = numpy.exp(x @ [0.5, -0.25, 0.5] + 2)
counts = random.poisson(mean).astype(float)
amounts = (mean * random.gamma(2, 0.5, 40) + 0.001).round(3).astype(numpy.float32).astype(float)
emit("glm_x", x, "float")
emit("glm_w", w, "float")
emit("glm_counts", counts, "float")
emit("glm_amounts", amounts, "float")
very = {"tol": 1e-13, "max_iter": 1000, "solver": "newton-cholesky"}
for name, m, goal, weight in [("poisson", PoissonRegressor(alpha=0.125, **very), counts, None),
                              ("poisson_weighted", PoissonRegressor(alpha=0, **very), counts, w),
                              ("poisson_origin", PoissonRegressor(alpha=1, fit_intercept=False, **very), counts, w),
                              ("gamma", GammaRegressor(alpha=0.125, **very), amounts, w),
                              ("tweedie", TweedieRegressor(power=1.5, alpha=0.25, link="log", **very), counts, w)]:
    m.fit(x, goal, sample_weight=weight)
    emit(f"glm_{name}_coefficients", m.coef_)
    emit(f"glm_{name}_intercept", [m.intercept_])

# Logistic with an l1 and with class weights: 60 rows, 4 columns of which two matter.
x = inputs(60, 4, [1, 2, 0.5, 1], 0)
score = x @ [1, 0.4, 0, 0] + 0.5 * random.standard_normal(60)
w = random.randint(1, 5, 60) / 2
two = (score > numpy.quantile(score, 0.7)).astype(int)
three = numpy.digitize(score, numpy.quantile(score, [0.2, 0.5]))
emit("penalised_x", x, "float")
emit("penalised_w", w, "float")
emit("penalised_two", two, "int")
emit("penalised_three", three, "int")
for name, goal, options, weight in [("lasso", two, {"C": 0.25, "l1_ratio": 1}, None), ("elastic", two, {"C": 0.5, "l1_ratio": 0.5}, w),
                                    ("origin", two, {"C": 0.5, "l1_ratio": 0.75, "fit_intercept": False}, w),
                                    ("three_lasso", three, {"C": 0.25, "l1_ratio": 1}, None), ("three_elastic", three, {"C": 1, "l1_ratio": 0.5}, w)]:
    m = LogisticRegression(penalty="elasticnet", solver="saga", tol=1e-13, max_iter=1000000, random_state=0, **options)
    m.fit(x, goal, sample_weight=weight)
    emit(f"penalised_{name}_coefficients", m.coef_.T)
    emit(f"penalised_{name}_intercept", m.intercept_ - m.intercept_.mean() if len(m.intercept_) > 1 else m.intercept_)
for name, goal, weights in [("balanced", two, "balanced"), ("balanced_three", three, "balanced"), ("weights", three, {0: 0.5, 1: 2, 2: 1})]:
    m = LogisticRegression(solver="newton-cg", tol=1e-8, max_iter=1000, class_weight=weights).fit(x, goal)
    emit(f"penalised_{name}_coefficients", m.coef_.T)
    emit(f"penalised_{name}_intercept", m.intercept_)

print("\n}  // namespace reference")
