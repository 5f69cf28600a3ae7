#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Numbers that LDA and QDA are tested against, from scikit-learn 1.2 (python3-sklearn of Debian 12).

    python3 tests/reference/discriminant.py > tests/reference/discriminant.hpp

Inputs are rounded to three decimals and then to float: both sides see the same numbers.
"""
import numpy
import sklearn
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis

from emit import emit

random = numpy.random.RandomState(31)


def as_float(x):
    return numpy.asarray(x, dtype=float).round(3).astype(numpy.float32).astype(float)


print(f"""// SPDX-License-Identifier: Apache-2.0
// Made by tests/reference/discriminant.py with scikit-learn {sklearn.__version__}; do not edit.
#pragma once

namespace reference {{
""")


def log_posterior(m, x):
    z = m.decision_function(x) if hasattr(m, "scalings_") and isinstance(m, QuadraticDiscriminantAnalysis) else x @ m.coef_.T + m.intercept_
    z = z - z.max(axis=1, keepdims=True)
    return z - numpy.log(numpy.exp(z).sum(axis=1, keepdims=True))


def oriented(v):
    """Directions as columns; the largest entry is positive."""
    return v * numpy.sign(v[numpy.abs(v).argmax(axis=0), numpy.arange(v.shape[1])])


# Three classes of 36 rows, 4 columns of unlike scales that go together.
label = random.randint(0, 3, 36)
mix = random.standard_normal((4, 4))
x = as_float((random.standard_normal((36, 4)) @ mix + numpy.array([[0, 0, 0, 0], [1, 2, 0, 1], [2, -1, 1, 0]])[label]) * [1, 5, 0.3, 20] + [0, 50, -1, 300])
emit("discriminant_x", x, "float")
emit("discriminant_label", label, "int")
priors = numpy.array([0.5, 0.25, 0.25])

# decision_function of two classes is a difference, so probabilities of two classes are made by hand as those of three
for name, options in [("plain", {}), ("priors", {"priors": priors})]:
    m = LinearDiscriminantAnalysis(**options).fit(x, label)
    emit(f"lda_{name}_log", log_posterior(m, x))
    emit(f"lda_{name}_probabilities", m.predict_proba(x))
    emit(f"lda_{name}_directions", oriented(m.scalings_[:, :2]).T)
    emit(f"lda_{name}_transformed", (x - m.xbar_) @ oriented(m.scalings_[:, :2]))
    emit(f"lda_{name}_ratio", m.explained_variance_ratio_)
for name, options in [("shrunk", {"shrinkage": 0.25}), ("ledoit_wolf", {"shrinkage": "auto"}),
                      ("ledoit_wolf_priors", {"shrinkage": "auto", "priors": priors}), ("diagonal", {"shrinkage": 1.0})]:
    for solver in ("eigen", "lsqr"):
        m = LinearDiscriminantAnalysis(solver=solver, **options).fit(x, label)
        if solver == "eigen":
            emit(f"lda_{name}_log", log_posterior(m, x))
        else:
            assert abs(log_posterior(m, x) - first).max() < 1e-8
        first = log_posterior(m, x)

# Two classes.
two = (label > 0).astype(int)
emit("lda_two_probabilities", LinearDiscriminantAnalysis().fit(x, two).predict_proba(x))
emit("lda_two_shrunk_probabilities", LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto").fit(x, two).predict_proba(x))

# A column that is another's double, and a constant one: directions are left out.
dependent = numpy.concatenate([x, 2 * x[:, :1], numpy.full((36, 1), 7.0)], axis=1)
emit("lda_dependent_log", log_posterior(LinearDiscriminantAnalysis().fit(dependent, label), dependent))

# More columns than rows.
wide = as_float(random.standard_normal((12, 20)) + numpy.arange(12)[:, None] % 3)
emit("discriminant_wide", wide, "float")
emit("lda_wide_log", log_posterior(LinearDiscriminantAnalysis(solver="eigen", shrinkage="auto").fit(wide, numpy.arange(12) % 3), wide))

for name, options in [("plain", {}), ("priors", {"priors": priors}), ("regularised", {"reg_param": 0.25})]:
    m = QuadraticDiscriminantAnalysis(**options).fit(x, label)
    emit(f"qda_{name}_log", log_posterior(m, x))
    emit(f"qda_{name}_probabilities", m.predict_proba(x))

print("\n}  // namespace reference")
