#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Numbers that stacks are tested against, from scikit-learn 1.2 (python3-sklearn of Debian 12).

    python3 tests/reference/stacking.py > tests/reference/stacking.hpp

Folds are given row by row. Inputs are rounded to three decimals and then to float: both sides see the same numbers.
"""
import numpy
import sklearn
from sklearn.ensemble import StackingClassifier, StackingRegressor
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import PredefinedSplit

from emit import emit

random = numpy.random.RandomState(11)
ROWS, COLUMNS = 42, 4


def exact(values):
    return values.round(3).astype(numpy.float32).astype(float)


print(f"""// SPDX-License-Identifier: Apache-2.0
// Made by tests/reference/stacking.py with scikit-learn {sklearn.__version__}; do not edit.
#pragma once

namespace reference {{
""")

x = exact(random.standard_normal((ROWS, COLUMNS)) * [1, 3, 0.5, 1])
score = x @ [1, 0.5, -2, 0] + 0.3 * x[:, 0] * x[:, 3]
y = exact(score + 0.5 * random.standard_normal(ROWS))
label = numpy.digitize(score + random.standard_normal(ROWS), [-1, 1])
fold = random.permutation(numpy.arange(ROWS) % 3)
emit("stacking_x", x, "float")
emit("stacking_y", y, "float")
emit("stacking_label", label, "int")
emit("stacking_fold", fold, "int")

regressors = [("weak", Ridge(alpha=0.5, solver="svd")), ("strong", Ridge(alpha=40, solver="svd"))]


def classifier(c):
    return LogisticRegression(C=c, solver="newton-cg", tol=1e-8, max_iter=1000)


classifiers = [("weak", classifier(2)), ("strong", classifier(0.05))]
for name, passthrough in [("plain", False), ("passthrough", True)]:
    m = StackingRegressor(regressors, Ridge(alpha=1, solver="svd"), cv=PredefinedSplit(fold), passthrough=passthrough)
    emit(f"stacking_{name}_numbers", m.fit(x, y).predict(x))
    m = StackingClassifier(classifiers, classifier(1), cv=PredefinedSplit(fold), passthrough=passthrough)
    emit(f"stacking_{name}_probabilities", m.fit(x, label).predict_proba(x))

print("\n}  // namespace reference")
