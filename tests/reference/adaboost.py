#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Numbers that AdaBoost is tested against, from scikit-learn 1.2 (python3-sklearn of Debian 12).

    python3 tests/reference/adaboost.py > tests/reference/adaboost.hpp

SAMME is compared on exact trees. AdaBoost.R2 of scikit-learn draws rows at random: its members here pay no heed to them, member
m says the m-th of given columns, so that errors, votes and the median are left to compare.
"""
import numpy
import sklearn
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.ensemble import AdaBoostClassifier, AdaBoostRegressor
from sklearn.tree import DecisionTreeClassifier

from emit import emit

random = numpy.random.RandomState(3)


def rounded(values):
    return values.round(3).astype(numpy.float32).astype(float)


print(f"""// SPDX-License-Identifier: Apache-2.0
// Made by tests/reference/adaboost.py with scikit-learn {sklearn.__version__}; do not edit.
#pragma once

namespace reference {{
""")

# Classes: 90 rows of 3 columns around three centres; of two classes the first 60 rows' labels are 0 and 1.
rows, columns = 90, 3
label = numpy.arange(rows) % 3
x = rounded(random.standard_normal((rows, columns)) + 1.2 * numpy.eye(3)[label])
weight = rounded(random.uniform(0.5, 2, rows))
emit("samme_x", x, "float")
emit("samme_label", label, "int")
emit("samme_weight", weight, "float")


def samme(name, y, depth, rate, sample_weight):
    found = []
    for seed in (0, 1):  # the seed decides between equally good splits: there are none
        found.append(AdaBoostClassifier(DecisionTreeClassifier(max_depth=depth), n_estimators=12, learning_rate=rate,
                                        algorithm="SAMME", random_state=seed).fit(x, y, sample_weight))
    assert (found[0].decision_function(x) == found[1].decision_function(x)).all()
    model, classes = found[0], len(set(y))
    said = numpy.array([[t.predict(x)] for t in model.estimators_])[:, 0]
    votes = model.estimator_weights_[:len(model.estimators_)]
    f = sum(v * numpy.where(numpy.arange(classes)[None] == s[:, None], 1, -1 / (classes - 1)) for v, s in zip(votes, said))
    assert (f.argmax(1) == model.predict(x)).all()
    emit(f"{name}_votes", votes)
    emit(f"{name}_errors", model.estimator_errors_[:len(votes)])
    emit(f"{name}_decision", f)
    emit(f"{name}_score", [model.score(x, y)])


samme("samme_three", label, 2, 1.0, None)
samme("samme_slow", label, 1, 0.5, weight)
samme("samme_two", label == 0, 1, 1.0, None)

# Numbers: 40 rows, member m says column m of 8.
target = rounded(3 * random.standard_normal(40))
said = rounded(target[:, None] + random.standard_normal((40, 8)) * numpy.linspace(0.5, 2, 8))
emit("r2_target", target, "float")
emit("r2_said", said, "float")


class Column(BaseEstimator, RegressorMixin):
    fits = 0

    def fit(self, inputs, _):
        self.at = Column.fits
        Column.fits += 1
        return self

    def predict(self, inputs):
        return inputs[:, self.at]


for loss in ("linear", "square", "exponential"):
    for rate in (1.0, 0.3):
        Column.fits = 0
        model = AdaBoostRegressor(Column(), n_estimators=8, loss=loss, learning_rate=rate, random_state=0).fit(said, target)
        name = f"r2_{loss}" + ("" if rate == 1 else "_slow")
        emit(f"{name}_votes", model.estimator_weights_[:len(model.estimators_)])
        emit(f"{name}_predicted", model.predict(said))

print("}  // namespace reference")
