#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Numbers that trees and forests are tested against, from scikit-learn 1.2 (python3-sklearn of Debian 12).

    python3 tests/reference/trees.py > tests/reference/trees.hpp

Inputs are rounded to three decimals and then to float: both sides see the same numbers. scikit-learn chooses at random
between equally good splits; data are drawn anew until five of its random states grow the same tree.
"""
import warnings

import numpy
import sklearn
from sklearn.ensemble import (ExtraTreesClassifier, ExtraTreesRegressor, IsolationForest, RandomForestClassifier,
                              RandomForestRegressor)
from sklearn.ensemble._iforest import _average_path_length
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from emit import emit

warnings.simplefilter("ignore")


def as_float(values):
    return numpy.asarray(values).round(3).astype(numpy.float32).astype(float)


print(f"""// SPDX-License-Identifier: Apache-2.0
// Made by tests/reference/trees.py with scikit-learn {sklearn.__version__}; do not edit.
#pragma once

namespace reference {{
""")


def data(random, rows, columns, classes):
    x = as_float(random.standard_normal((rows, columns)) * [1, 5, 0.2, 2][:columns] + [0, 20, -1, 3][:columns])
    score = x @ [1, -0.3, 4, 0.5][:columns] + random.standard_normal(rows)
    if classes:
        y = numpy.digitize(score, numpy.quantile(score, numpy.arange(1, classes) / classes))
    else:
        y = as_float(numpy.abs(score) + random.exponential(1, rows))
    return x, y


def answers(make, x, y, w, asked):
    """Of the tree, if neither they nor any node hangs on the random state."""
    all, trees = [], set()
    for state in range(5):
        m = make(state).fit(x, y, sample_weight=w)
        all.append(m.predict_proba(asked) if hasattr(m, "predict_proba") else m.predict(asked))
        trees.add((m.tree_.feature.tobytes(), m.tree_.threshold.tobytes()))
    return all[0] if len(trees) == 1 else None


def trees(name, seed, rows, columns, classes, options, weighted=False, path=False):
    kind = DecisionTreeClassifier if classes else DecisionTreeRegressor
    for attempt in range(1000):
        random = numpy.random.RandomState(1000 * seed + attempt)
        x, y = data(random, rows, columns, classes)
        asked, _ = data(random, 20, columns, classes)
        w = random.randint(0, 5, rows) / 2 if weighted else None
        found = answers(lambda state: kind(random_state=state, **options), x, y, w, asked)
        whole = {**options, "ccp_alpha": 0.0}
        if found is not None and answers(lambda state: kind(random_state=state, **whole), x, y, w, asked) is not None:
            break
    else:
        raise SystemExit(f"{name}: equally good splits in all data")
    emit(f"{name}_x", x, "float")
    emit(f"{name}_y", y, "int" if classes else "float")
    if weighted:
        emit(f"{name}_w", w, "float")
    emit(f"{name}_asked", asked, "float")
    emit(f"{name}_answers", found)
    if path:
        p = kind(random_state=0, **options).cost_complexity_pruning_path(x, y, sample_weight=w)
        emit(f"{name}_alpha", p.ccp_alphas)
        emit(f"{name}_impurity", p.impurities)


# One column and no limits: more than 255 distinct values, down to single rows.
trees("tree_one_gini", 1, 400, 1, 3, {})
trees("tree_one_entropy", 2, 300, 1, 2, {"criterion": "entropy"})
trees("tree_one_squared", 3, 400, 1, 0, {})
trees("tree_one_absolute", 4, 60, 1, 0, {"criterion": "absolute_error"})
trees("tree_one_poisson", 5, 120, 1, 0, {"criterion": "poisson"})
# Several columns, depth first.
trees("tree_gini", 11, 400, 4, 3, {"max_depth": 4, "min_samples_leaf": 5})
trees("tree_entropy", 12, 300, 4, 3, {"criterion": "entropy", "max_depth": 3, "min_samples_split": 20})
trees("tree_squared", 13, 350, 4, 0, {"min_samples_leaf": 8})
trees("tree_absolute", 14, 200, 4, 0, {"criterion": "absolute_error", "min_samples_leaf": 10})
trees("tree_poisson", 15, 300, 4, 0, {"criterion": "poisson", "min_samples_leaf": 9})
# The most gainful split first; weights, some of them 0.
trees("tree_best_gini", 21, 400, 4, 3, {"max_leaf_nodes": 9})
trees("tree_best_squared", 22, 400, 4, 0, {"max_leaf_nodes": 17, "min_samples_leaf": 4})
trees("tree_weighted_gini", 23, 300, 4, 2, {"max_depth": 4, "min_samples_leaf": 6}, weighted=True)
trees("tree_weighted_squared", 24, 300, 4, 0, {"min_samples_leaf": 9}, weighted=True)
trees("tree_weighted_absolute", 25, 150, 4, 0, {"criterion": "absolute_error", "min_samples_leaf": 11}, weighted=True)
trees("tree_min_gain", 26, 300, 4, 3, {"min_impurity_decrease": 0.01})
trees("tree_min_weight", 27, 300, 4, 0, {"min_weight_fraction_leaf": 0.0625, "min_samples_leaf": 2})
trees("tree_balanced", 28, 300, 4, 3, {"class_weight": "balanced", "max_depth": 4, "min_samples_leaf": 6})
# Pruning and its path.
trees("tree_pruned_gini", 31, 200, 4, 3, {"min_samples_leaf": 4, "ccp_alpha": 0.0125}, path=True)
trees("tree_pruned_squared", 32, 200, 4, 0, {"min_samples_leaf": 6, "ccp_alpha": 0.0625}, path=True)
trees("tree_pruned_entropy", 33, 200, 4, 2, {"criterion": "entropy", "min_samples_leaf": 4, "ccp_alpha": 0.0125}, weighted=True, path=True)
trees("tree_pruned_absolute", 34, 120, 4, 0, {"criterion": "absolute_error", "min_samples_leaf": 7, "ccp_alpha": 0.03125}, path=True)
trees("tree_pruned_poisson", 35, 150, 4, 0, {"criterion": "poisson", "min_samples_leaf": 6, "ccp_alpha": 0.00390625}, path=True)

# Forests of so many trees that little is left to chance.
many = 1500
random = numpy.random.RandomState(41)
x, y = data(random, 200, 4, 3)
asked, _ = data(random, 20, 4, 3)
emit("forest_x", x, "float")
emit("forest_y", y, "int")
emit("forest_asked", asked, "float")
m = RandomForestClassifier(many, oob_score=True, random_state=0).fit(x, y)
emit("forest_answers", m.predict_proba(asked))
emit("forest_out_of_bag", m.oob_decision_function_)
emit("forest_out_of_bag_score", [m.oob_score_])
m = RandomForestClassifier(many, class_weight="balanced_subsample", max_depth=3, random_state=0)
rare = (y > 0) | (numpy.arange(200) % 5 == 0)
emit("forest_rare", rare, "int")
emit("forest_balanced_answers", m.fit(x[rare], y[rare]).predict_proba(asked))
emit("extra_trees_answers", ExtraTreesClassifier(many, random_state=0).fit(x, y).predict_proba(asked))
emit("extra_trees_limited_answers", ExtraTreesClassifier(many, max_depth=3, min_samples_leaf=4, random_state=0).fit(x, y).predict_proba(asked))
emit("isolation_scores", IsolationForest(n_estimators=many, random_state=0).fit(x).score_samples(asked))
m = IsolationForest(n_estimators=many, max_samples=64, contamination=0.125, random_state=0).fit(x)
emit("isolation_64_scores", m.score_samples(asked))
emit("isolation_64_offset", [m.offset_])
emit("isolation_depth", _average_path_length(numpy.array([0, 1, 2, 3, 10, 256, 1000])))
x, y = data(random, 200, 4, 0)
emit("forest_numbers_x", x, "float")
emit("forest_numbers_y", y, "float")
m = RandomForestRegressor(many, max_features=1, oob_score=True, random_state=0).fit(x, y)
emit("forest_numbers_answers", m.predict(asked))
emit("forest_numbers_out_of_bag", m.oob_prediction_)
emit("forest_numbers_out_of_bag_score", [m.oob_score_])
emit("extra_trees_numbers_answers", ExtraTreesRegressor(many, random_state=0).fit(x, y).predict(asked))

print("\n}  // namespace reference")
