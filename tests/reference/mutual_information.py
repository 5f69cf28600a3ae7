#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Mutual information as scikit-learn 1.2 estimates it (python3-sklearn of Debian 12), without the noise that it adds first.

    python3 tests/reference/mutual_information.py > tests/reference/mutual_information.hpp

The noise is in `_estimate_mi`; what is called here are the functions behind it. Inputs are float32. Neighbours are looked for in
trees: in classes of at most seven rows scikit-learn would take distances from a product of matrices, whose rounding counts the
k-th neighbour itself, or not, by chance.
"""
import numpy
import sklearn
from sklearn.feature_selection import _mutual_info
from sklearn.feature_selection._mutual_info import _compute_mi, _compute_mi_cc, _compute_mi_cd
from sklearn.metrics.cluster import mutual_info_score
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import scale

from emit import emit

_mutual_info.NearestNeighbors = lambda **options: NearestNeighbors(algorithm="kd_tree", **options)
random = numpy.random.RandomState(17)


def floats(values):
    return numpy.asarray(values).astype(numpy.float32).astype(float)


print(f"""// SPDX-License-Identifier: Apache-2.0
// Made by tests/reference/mutual_information.py with scikit-learn {sklearn.__version__}; do not edit.
#pragma once

namespace mutual_reference {{
""")

# 120 rows of six columns: noise, a line, a parabola, a wide scale, whole numbers, one of two numbers; the number they tell
# of, and three classes of it.
n = 120
number = floats(random.standard_normal(n))
x = floats(numpy.stack([random.standard_normal(n), number + 0.3 * random.standard_normal(n),
                        number ** 2 + 0.1 * random.standard_normal(n), numpy.exp(3 * number + random.standard_normal(n)),
                        (2 * number + random.standard_normal(n)).round(), number + random.standard_normal(n) > 0], axis=1))
classes = numpy.digitize(number, numpy.quantile(number, [0.3, 0.7]))
emit("x", x, "float")
emit("number", number, "float")
emit("classes", classes, "int")
for k in [1, 3, 10]:  # as they are: of whole numbers all distances are exact
    emit(f"numbers_{k}", [_compute_mi_cc(x[:, j], number, k) for j in range(6)])
    emit(f"classes_{k}", [_compute_mi_cd(x[:, j], classes, k) for j in range(6)])
emit("discrete", [mutual_info_score(x[:, j], classes) for j in [4, 5]])
# what SelectBest sees: columns of continuous numbers in units of their deviation, the last two discrete
s = scale(x, with_mean=False)
s[:, 4:] = x[:, 4:]
discrete = [False] * 4 + [True] * 2
emit("selected_for_number", [_compute_mi(s[:, j], scale(number, with_mean=False), discrete[j], False) for j in range(6)])
emit("selected_for_classes", [_compute_mi(s[:, j], classes, discrete[j], True) for j in range(6)])

# Degenerate: all whole numbers with many equal ones, a constant, few rows, classes of one and two rows.
a, b = random.randint(0, 5, 60).astype(float), random.randint(0, 7, 60).astype(float)
few = floats(numpy.sort(random.standard_normal(12)))
rare = numpy.array([0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 2])
emit("a", a, "int")
emit("b", b, "int")
emit("few", few, "float")
emit("rare", rare, "int")
emit("repeated_numbers", [_compute_mi_cc(a, b, 3), _compute_mi_cc(a, numpy.zeros(60), 3), _compute_mi_cc(a, a, 3)])
emit("repeated_classes", [_compute_mi_cd(a, b.astype(int), 3), _compute_mi_cd(numpy.zeros(60), b.astype(int), 3),
                          _compute_mi_cd(a, a.astype(int), 3)])
emit("repeated_discrete", [mutual_info_score(a, b), mutual_info_score(a, numpy.zeros(60)), mutual_info_score(a, a)])
emit("few_rows", [_compute_mi_cc(few[:4], few[4:8], 1), _compute_mi_cc(few, few ** 2, 3), _compute_mi_cd(few, rare, 3), _compute_mi_cd(few, rare, 1)])
print("\n}  // namespace mutual_reference")
