#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Numbers that OneVsRest and OneVsOne are tested against, from scikit-learn 1.2 (python3-sklearn of Debian 12).

    python3 tests/reference/one_vs.py > tests/reference/one_vs.hpp

Coupling is not in scikit-learn: p solves the linear system of Wu, Lin and Weng (2004), section 4.2, by numpy.
"""
import itertools

import numpy
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsOneClassifier, OneVsRestClassifier

from emit import emit

random = numpy.random.RandomState(11)


print(f"""// SPDX-License-Identifier: Apache-2.0
// Made by tests/reference/one_vs.py with scikit-learn {sklearn.__version__}; do not edit.
#pragma once

namespace reference {{
""")

rows, classes = 80, 4
label = numpy.arange(rows) % classes
centres = numpy.array([[0, 0], [1.5, 0], [0, 1.5], [1.5, 1.8]])
x = (random.standard_normal((rows, 2)) + centres[label]).round(3).astype(numpy.float32).astype(float)
emit("one_vs_x", x, "float")
emit("one_vs_label", label, "int")
flags = numpy.stack([x[:, 0] > 0.5, x.sum(1) + random.standard_normal(rows) > 1], 1).astype(int)
emit("one_vs_flags", flags, "int")

member = LogisticRegression(C=1, tol=1e-12, max_iter=10000)
emit("one_vs_rest", OneVsRestClassifier(member).fit(x, label).predict_proba(x))
emit("one_vs_rest_flags", OneVsRestClassifier(member).fit(x, flags).predict_proba(x))

pairs = OneVsOneClassifier(member).fit(x, label)
r = numpy.zeros((rows, classes, classes))
votes = numpy.zeros((rows, classes))
for (a, b), m in zip(itertools.combinations(range(classes), 2), pairs.estimators_):
    p = m.predict_proba(x)
    r[:, a, b], r[:, b, a] = p[:, 0], p[:, 1]
    votes[:, a] += p[:, 0] > 0.5
    votes[:, b] += p[:, 1] > 0.5
top = numpy.sort(votes, 1)
untied = top[:, -1] > top[:, -2]
emit("one_vs_one_votes", numpy.where(untied, pairs.predict(x), -1), "int")  # -1: a tie, which scikit-learn breaks by log-odds

coupled = []
for row in r:
    Q = -row.T * row
    Q[numpy.diag_indices(classes)] = (row ** 2).sum(0)
    system = numpy.block([[Q, numpy.ones((classes, 1))], [numpy.ones((1, classes)), numpy.zeros((1, 1))]])
    coupled.append(numpy.linalg.solve(system, [0] * classes + [1])[:classes])
emit("one_vs_one_coupled", coupled)

print("}  // namespace reference")
