#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Numbers that isotonic regression and Calibrate are tested against, from scikit-learn 1.2 (python3-sklearn of Debian 12).

    python3 tests/reference/calibration.py > tests/reference/calibration.hpp

Inputs are rounded to three decimals and then to float: both sides see the same numbers.
"""
import warnings

import numpy
import sklearn
from scipy.optimize import minimize, minimize_scalar
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV, _SigmoidCalibration
from sklearn.isotonic import IsotonicRegression

from emit import emit

warnings.filterwarnings("ignore")
random = numpy.random.RandomState(7)


def as_float(x):
    return numpy.asarray(x, dtype=float).round(3).astype(numpy.float32).astype(float)


class Given(BaseEstimator, ClassifierMixin):
    """A classifier whose inputs are its outputs: probabilities, or decisions."""

    def __init__(self, decides=False):
        self.decides = decides

    def fit(self, x, y):
        self.classes_ = numpy.unique(y)
        return self

    def __sklearn_is_fitted__(self):
        return True


class GivenProbabilities(Given):
    def predict_proba(self, X):
        return X


class GivenDecisions(Given):
    def decision_function(self, X):
        return X[:, 1] if X.shape[1] == 2 else X


def log_odds(p):
    """log p_k - log of the others' sum, either at least 1e-6."""
    others = p.sum(axis=1, keepdims=True) - p
    return numpy.log(numpy.maximum(p, 1e-6)) - numpy.log(numpy.maximum(others, 1e-6))


def calibrated(model, z, y, w, method):
    fitted = CalibratedClassifierCV(model.fit(z, y), method=method, cv="prefit").fit(z, y, sample_weight=w)
    return fitted.predict_proba(z)


def isotonic(p, y, w, floor):
    """One class against the others, no probability below the floor."""
    def curve(k):
        fitted = IsotonicRegression(out_of_bounds="clip").fit(p[:, k], y == k, sample_weight=w)
        return numpy.clip(fitted.predict(p[:, k]), floor, 1 - floor)
    if p.shape[1] == 2:
        return numpy.stack([1 - curve(1), curve(1)], axis=1)
    q = numpy.stack([curve(k) for k in range(p.shape[1])], axis=1)
    return q / q.sum(axis=1, keepdims=True)


def probabilities(rows, classes, sharp):
    """Labels, and probabilities that are too sure of themselves; a few are 0 and some are the same."""
    y = random.randint(0, classes, rows)
    z = random.standard_normal((rows, classes)) + 1.2 * numpy.eye(classes)[y]
    e = numpy.exp(sharp * z)
    p = (e / e.sum(axis=1, keepdims=True)).round(2)
    p[:, 0] = (1 - p[:, 1:].sum(axis=1)).round(2)
    p = numpy.abs(p)
    return y, as_float(p)


def loss_of_temperature(p, y, w):
    logs = numpy.log(numpy.maximum(p, 1e-6))

    def loss(s):
        z = s * logs
        z -= z.max(axis=1, keepdims=True)
        return float((w * (numpy.log(numpy.exp(z).sum(axis=1)) - z[numpy.arange(len(y)), y])).sum())
    return loss


def best_temperature(p, y, w):
    return minimize_scalar(loss_of_temperature(p, y, w), bounds=(1 / 64, 64), method="bounded", options={"xatol": 1e-13}).x


def vector_scaling(p, y, w):
    logs, k, total = numpy.log(numpy.maximum(p, 1e-6)), p.shape[1], w.sum()

    def loss(v):
        z = v[:k] * logs + v[k:]
        z = z - z.max(axis=1, keepdims=True)
        q = numpy.exp(z)
        q /= q.sum(axis=1, keepdims=True)
        nll = -(w * numpy.log(q[numpy.arange(len(y)), y])).sum() / total
        d = w[:, None] * (q - numpy.eye(k)[y]) / total
        gradient = numpy.concatenate([(d * logs).sum(axis=0) + (v[:k] - 1) / total, d.sum(axis=0) + v[k:] / total])
        return nll + (((v[:k] - 1) ** 2).sum() + (v[k:] ** 2).sum()) / (2 * total), gradient
    start = numpy.concatenate([numpy.ones(k), numpy.zeros(k)])
    return minimize(loss, start, jac=True, method="BFGS", options={"gtol": 1e-11, "maxiter": 5000}).x


print(f"""// SPDX-License-Identifier: Apache-2.0
// Made by tests/reference/calibration.py with scikit-learn {sklearn.__version__}; do not edit.
#pragma once

namespace reference {{
""")

# Isotonic regression: ties in x, weights with zeros, both directions, numbers beyond either end.
x = as_float(random.standard_normal(60).round(1))
y = as_float(x + random.standard_normal(60))
w = random.randint(0, 4, 60) / 2
at = as_float(numpy.concatenate([random.uniform(-3, 3, 30), [-9, 9], x[:8]]))
emit("iso_x", x, "float")
emit("iso_y", y, "float")
emit("iso_w", w, "float")
emit("iso_at", at, "float")
for name, direction, weight in [("up", True, None), ("down", False, None), ("weighted", True, w)]:
    fitted = IsotonicRegression(increasing=direction, out_of_bounds="clip").fit(x, y, sample_weight=weight)
    emit(f"iso_{name}", fitted.predict(at))

for classes, sharp in [(2, 3.0), (4, 2.0)]:
    y, p = probabilities(120, classes, sharp)
    w = random.randint(1, 5, 120) / 2
    n = f"cal{classes}"
    emit(f"{n}_y", y, "int")
    emit(f"{n}_p", p, "float")
    emit(f"{n}_w", w, "float")
    one = numpy.ones(120)
    for tag, weight in [("", one), ("_weighted", w)]:
        emit(f"{n}_platt{tag}", calibrated(GivenDecisions(), log_odds(p), y, weight, "sigmoid"))
        theirs = calibrated(GivenProbabilities(), p, y, weight, "isotonic")
        assert numpy.allclose(isotonic(p, y, weight, 0), theirs, atol=1e-12)   # without a floor it is scikit-learn's
        emit(f"{n}_isotonic{tag}", isotonic(p, y, weight, 1 / (weight.sum() + 2)))
    emit(f"{n}_temperature", [best_temperature(p, y, one), best_temperature(p, y, w)])
    emit(f"{n}_vector", numpy.concatenate([vector_scaling(p, y, one), vector_scaling(p, y, w)]))

# The slope and shift of one sigmoid, with numbers on other scales than log-odds.
f = as_float(random.standard_normal(50) * 4)
above = (f + 3 * random.standard_normal(50) > 1).astype(int)
s = _SigmoidCalibration().fit(f, above)
emit("sigmoid_f", f, "float")
emit("sigmoid_above", above, "int")
emit("sigmoid", [s.a_, s.b_])
print("\n}  // namespace reference")
