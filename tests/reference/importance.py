#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Gain importances of small trees, from scikit-learn 1.2 (python3-sklearn of Debian 12).

    python3 tests/reference/importance.py > tests/reference/importance.hpp

Inputs are rounded to three decimals and then to float: both sides see the same numbers. Trees are shallow, so that no two
splits are equally good.
"""
import numpy
import sklearn
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from emit import emit

random = numpy.random.RandomState(11)

print(f"""// SPDX-License-Identifier: Apache-2.0
// Made by tests/reference/importance.py with scikit-learn {sklearn.__version__}; do not edit.
#pragma once

namespace reference {{
""")
x = random.standard_normal((80, 4)).round(3).astype(numpy.float32).astype(float)
w = random.randint(1, 5, 80) / 2
number = (x[:, 0] - 1.5 * (x[:, 1] > 0.3) + 0.5 * x[:, 2] ** 2 + 0.2 * random.standard_normal(80)).round(3).astype(numpy.float32).astype(float)
label = (number > -0.5).astype(int) + (number > 1)
emit("importance_x", x, "float")
emit("importance_w", w, "float")
emit("importance_number", number, "float")
emit("importance_label", label, "int")
for name, tree, y in [("gini", DecisionTreeClassifier(max_depth=3, criterion="gini"), label),
                      ("entropy", DecisionTreeClassifier(max_depth=3, criterion="entropy"), label),
                      ("squared", DecisionTreeRegressor(max_depth=3), number)]:
    emit(f"importance_{name}", tree.fit(x, y, sample_weight=w).feature_importances_)
print("\n}  // namespace reference")
