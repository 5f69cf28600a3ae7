#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Numbers that Bag is tested against: scikit-learn's BaggingClassifier and BaggingRegressor of trees, with the rows that each member
has drawn. Random streams differ, so the draws are given: what is compared is what a bag makes of them, its mean and its out-of-bag
predictions and score.

    python3 tests/reference/bagging.py > tests/reference/bagging.hpp

Inputs are rounded to floats: both sides see the same numbers. Trees are shallow, their leaves hold an
eighth of the weight, and the script checks that none had two splits of the
same gain to choose from: another random order of the columns gives the same trees.
"""
import numpy
import sklearn
from sklearn.ensemble import BaggingClassifier, BaggingRegressor
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from emit import emit

ROWS, COLUMNS, MEMBERS = 64, 4, 12
random = numpy.random.RandomState(52)
x = random.standard_normal((ROWS, COLUMNS)).round(3).astype(numpy.float32)
number = (x[:, 0] * x[:, 1] + x[:, 2] + 0.3 * random.standard_normal(ROWS)).round(3).astype(numpy.float32)
label = numpy.digitize(number + random.standard_normal(ROWS), [-0.6, 0.7])


def bagged(bag, tree, target, sample_rows):
    """The bag, its draws, and that other trees of the same draws say the same."""
    model = bag(tree(max_depth=2, min_weight_fraction_leaf=0.125, random_state=0), n_estimators=MEMBERS, max_samples=sample_rows, oob_score=True, random_state=7)
    model.fit(x, target)
    for member, rows in zip(model.estimators_, model.estimators_samples_):
        for seed in range(8):
            other = tree(max_depth=2, min_weight_fraction_leaf=0.125, random_state=seed).fit(x, target, sample_weight=numpy.bincount(rows, minlength=ROWS))
            assert (other.tree_.feature == member.tree_.feature).all()
            assert (other.tree_.threshold == member.tree_.threshold).all()
    return model


print(f"""// SPDX-License-Identifier: Apache-2.0
// Made by tests/reference/bagging.py with scikit-learn {sklearn.__version__}; do not edit.
#pragma once

namespace reference {{

inline constexpr int bagging_members = {MEMBERS};""")
emit("bagging_x", x, "float")
emit("bagging_number", number, "float")
emit("bagging_label", label, "int")

classifier = bagged(BaggingClassifier, DecisionTreeClassifier, label, ROWS)
assert not numpy.isnan(classifier.oob_decision_function_).any()
emit("bagging_label_rows", numpy.stack(classifier.estimators_samples_), "int")
emit("bagging_probabilities", classifier.predict_proba(x))
emit("bagging_out_of_bag_probabilities", classifier.oob_decision_function_)
print(f"inline constexpr double bagging_label_score = {classifier.oob_score_!r};")

regressor = bagged(BaggingRegressor, DecisionTreeRegressor, number, ROWS // 2)
emit("bagging_number_rows", numpy.stack(regressor.estimators_samples_), "int")
emit("bagging_numbers", regressor.predict(x))
emit("bagging_out_of_bag_numbers", regressor.oob_prediction_)
print(f"inline constexpr double bagging_number_score = {regressor.oob_score_!r};")
print("""
}  // namespace reference""")
