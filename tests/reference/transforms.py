#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Numbers that the transforms are tested against, from scikit-learn 1.2 (python3-sklearn of Debian 12).

    python3 tests/reference/transforms.py > tests/reference/transforms.hpp

Inputs are rounded to three decimals and then to float: both sides see the same numbers.
"""
import numpy
import sklearn
from sklearn import impute, preprocessing

random = numpy.random.RandomState(11)
nan = numpy.nan


def rounded(values):
    return numpy.asarray(values).round(3).astype(numpy.float32).astype(float)


def emit(name, values, kind="double"):
    def spell(v):
        if numpy.isnan(v):
            return "none"
        if kind == "int":
            return str(int(v))
        if kind == "float":
            return f"{v:.9g}f" if any(c in f"{v:.9g}" for c in ".e") else f"{v:.9g}.0f"
        return f"{v:.17g}" if any(c in f"{v:.17g}" for c in ".e") else f"{v:.17g}.0"

    lines, line = [], "   "
    for t in [spell(v) for v in numpy.asarray(values).ravel()]:
        if len(line) + len(t) + 2 > 108:
            lines.append(line)
            line = "   "
        line += f" {t},"
    lines.append(line)
    print(f"inline constexpr {kind} {name}[] = {{\n" + "\n".join(lines).rstrip(",") + "};")


print(f"""// SPDX-License-Identifier: Apache-2.0
// Made by tests/reference/transforms.py with scikit-learn {sklearn.__version__}; do not edit.
#pragma once
#include <limits>

namespace reference {{

inline constexpr float none = std::numeric_limits<float>::quiet_NaN();
""")

# 37 rows of unlike columns: normal, skewed, whole numbers with ties, small against their offset; then with holes.
x = rounded(numpy.stack([random.standard_normal(37) * 3, numpy.exp(random.standard_normal(37) * 1.5),
                         random.randint(0, 6, 37), 1000 + random.uniform(0, 1, 37)], axis=1))
h = x.copy()
h[random.uniform(size=x.shape) < 0.2] = nan
w = random.randint(1, 4, 37)
# Degenerate: constant, two values, one far away, zeros, all ties but one.
d = rounded([[2.5, 0, 1, 0, 7], [2.5, 1, 1.5, 0, 7], [2.5, 0, 2, 0, 7], [2.5, 0, 1.25, 0, 7], [2.5, 1, 1e4, 0, 8],
             [2.5, 0, 1, 0, 7]])
emit("full", x, "float")
emit("holes", h, "float")
emit("copies", w, "float")
emit("odd", d, "float")
repeated = numpy.repeat(h, w, axis=0)  # what weights mean

for strategy in ["mean", "median", "most_frequent"]:
    emit(f"impute_{strategy}", impute.SimpleImputer(strategy=strategy).fit_transform(h))
    emit(f"impute_{strategy}_weighted", impute.SimpleImputer(strategy=strategy).fit(repeated).transform(h))
emit("indicators", impute.SimpleImputer(add_indicator=True).fit_transform(h))

# Categories with many and few rows; the last rows are unseen in training.
c = numpy.stack([random.choice([0, 1, 2, 3, 5], 60, p=[0.5, 0.25, 0.15, 0.05, 0.05]), random.randint(0, 2, 60)], axis=1)
unseen = numpy.array([[4, 0], [0, 7], [6, 1]])
emit("codes", c, "float")
emit("unseen_codes", unseen, "float")
for name, options in [("plain", {}), ("first", {"drop": "first"}), ("binary", {"drop": "if_binary"}),
                      ("rare", {"min_frequency": 10}), ("share", {"min_frequency": 0.1}), ("most", {"max_categories": 3}),
                      ("most_first", {"max_categories": 2, "drop": "first"}),
                      ("both", {"min_frequency": 5, "max_categories": 4, "drop": "if_binary"})]:
    m = preprocessing.OneHotEncoder(handle_unknown="infrequent_if_exist", sparse_output=False, **options).fit(c)
    emit(f"one_hot_{name}", m.transform(numpy.concatenate([c, unseen])), "int")

m = preprocessing.StandardScaler().fit(h)
emit("standardize", m.transform(h))
emit("standardize_odd", preprocessing.StandardScaler().fit_transform(d))

print("\n}  // namespace reference")
