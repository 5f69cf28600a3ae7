#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Numbers that Boost of any regressor is tested against (python3-sklearn of Debian 12).

    python3 tests/reference/boost.py > tests/reference/boost.hpp

Trees on squared error are scikit-learn's GradientBoostingRegressor. Ridge under other objectives follows Friedman's algorithm 1
in doubles, with scikit-learn's Ridge and a line search by scipy.
"""
import numpy
import scipy.optimize
import sklearn
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.linear_model import Ridge

from emit import emit

random = numpy.random.RandomState(5)


def rounded(values):
    return values.round(3).astype(numpy.float32).astype(float)


print(f"""// SPDX-License-Identifier: Apache-2.0
// Made by tests/reference/boost.py with scikit-learn {sklearn.__version__}; do not edit.
#pragma once

namespace reference {{
""")

rows, columns = 60, 3
x = rounded(random.standard_normal((rows, columns)))
y = rounded(x @ [1.0, -0.5, 0.25] + 0.5 * x[:, 0] * x[:, 1] + 0.3 * random.standard_normal(rows))
count = rounded(numpy.round(numpy.exp(0.5 * y)))
label = (numpy.digitize(y, [-0.5, 0.5])).astype(int)
weight = rounded(random.uniform(0.5, 2, rows))
emit("boost_x", x, "float")
emit("boost_y", y, "float")
emit("boost_count", count, "float")
emit("boost_label", label, "int")
emit("boost_weight", weight, "float")

found = [GradientBoostingRegressor(n_estimators=15, max_depth=2, learning_rate=0.3, criterion="squared_error", random_state=s)
         .fit(x, y, weight).predict(x) for s in (0, 1)]
assert numpy.allclose(found[0], found[1], rtol=0, atol=1e-12)  # no split is as good as another
emit("boost_trees", found[0])


def sigmoid(z):
    return 1 / (1 + numpy.exp(-z))


def softmax(z):
    e = numpy.exp(z - z.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def boost(name, begin, gradient, hessian, output, w=None, rounds=6, rate=0.5):
    """gradient, hessian: of scores (rows, K), of one row's loss; a hessian of None: the least step by search alone."""
    w = numpy.ones(rows) if w is None else w
    score = numpy.tile(numpy.atleast_1d(begin), (rows, 1)).astype(float)
    for _ in range(rounds):
        g = gradient(score)
        h = numpy.stack([Ridge(alpha=1).fit(x, -g[:, k], w).predict(x) for k in range(g.shape[1])], 1)

        def slope(step):
            return (w[:, None] * gradient(score + step * h) * h).sum()

        if hessian is None:
            high = 1.0
            while slope(high) < 0:
                high *= 2
            low = 0.0
            for _ in range(200):  # the least step whose slope is not negative
                middle = (low + high) / 2
                low, high = (middle, high) if slope(middle) < 0 else (low, middle)
            step = high
        else:
            step = -slope(0) / (w[:, None] * hessian(score) * h * h).sum()
            if slope(step) > 1e-9:
                step = scipy.optimize.brentq(slope, 0, step, xtol=1e-14)
        score = score + rate * step * h
    emit(f"boost_{name}", output(score))


Y = y[:, None]
boost("squared", y.mean(), lambda s: s - Y, lambda s: 1, lambda s: s)
boost("squared_weighted", numpy.average(y, weights=weight), lambda s: s - Y, lambda s: 1, lambda s: s, weight)
boost("absolute", numpy.median(y), lambda s: numpy.sign(s - Y), None, lambda s: s)
delta = y.std()
boost("huber", numpy.median(y), lambda s: numpy.clip(s - Y, -delta, delta),
      lambda s: numpy.minimum(1, delta / numpy.maximum(abs(s - Y), 1e-300)), lambda s: s)
C = count[:, None]
boost("poisson", numpy.log(count.mean()), lambda s: numpy.exp(s) - C, numpy.exp, numpy.exp)
two = (label == 2).astype(float)[:, None]
prior = two.mean()
boost("two", numpy.log(prior / (1 - prior)), lambda s: sigmoid(s) - two, lambda s: sigmoid(s) * (1 - sigmoid(s)), sigmoid)
hot = numpy.eye(3)[label]
boost("three", numpy.log(hot.mean(0)), lambda s: softmax(s) - hot, lambda s: 1.5 * softmax(s) * (1 - softmax(s)), softmax)

print("}  // namespace reference")
