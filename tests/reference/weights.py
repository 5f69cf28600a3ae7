#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Numbers that learnt weights are tested against: scipy.optimize.nnls, least squares on the simplex by trying every support,
likeliest mixtures by expectation-maximisation until nothing moves.

    python3 tests/reference/weights.py > tests/reference/weights.hpp

Inputs are rounded to floats: both sides see the same numbers.
"""
import itertools

import numpy
import scipy
from scipy.optimize import nnls

from emit import emit

random = numpy.random.RandomState(11)


def floats(values):
    return numpy.asarray(values).round(4).astype(numpy.float32).astype(float)


def simplex(P, y, w):
    """The convex combination of the least squared error: the best of all supports whose stationary point is feasible."""
    n = P.shape[1]
    R = (P - y[:, None]) * numpy.sqrt(w)[:, None]
    H = R.T @ R
    best, least = None, numpy.inf
    for size in range(1, n + 1):
        for support in itertools.combinations(range(n), size):
            S = list(support)
            K = numpy.zeros((size + 1, size + 1))
            K[:size, :size] = 2 * H[numpy.ix_(S, S)]
            K[:size, size] = K[size, :size] = 1
            v = numpy.linalg.solve(K, numpy.r_[numpy.zeros(size), 1])[:size]
            if (v < 0).any():
                continue
            full = numpy.zeros(n)
            full[S] = v
            value = full @ H @ full
            if value < least:
                best, least = full, value
    return best


def mixture(Q, w):
    v = numpy.full(Q.shape[1], 1 / Q.shape[1])
    for _ in range(400000):
        p = Q @ v
        new = v * (w[:, None] * Q / p[:, None]).sum(0) / w.sum()
        if abs(new - v).max() < 1e-17:
            break
        v = new
    return numpy.where(v < 1e-15, 0, v)


print(f"""// SPDX-License-Identifier: Apache-2.0
// Made by tests/reference/weights.py with numpy {numpy.__version__} and scipy {scipy.__version__}; do not edit.
#pragma once

namespace reference {{
""")

# Members that err by themselves and together, of unlike quality; one of them is against the others.
rows = 24
y = floats(random.standard_normal(rows) * 2 + 1)
common = random.standard_normal(rows)
P = numpy.stack([y + 0.5 * random.standard_normal(rows), y + 0.4 * common + 0.6 * random.standard_normal(rows),
                 0.5 * y + 0.8 * common, random.standard_normal(rows), y + 2 * common], axis=1)
P = floats(P)
w = random.randint(0, 5, rows) / 2
emit("weights_y", y, "float")
emit("weights_members", P, "float")
emit("weights_rows", w, "float")
emit("weights_nnls", nnls(P, y)[0])
emit("weights_nnls_weighted", nnls(P * numpy.sqrt(w)[:, None], y * numpy.sqrt(w))[0])
emit("weights_simplex", simplex(P, y, numpy.ones(rows)))
emit("weights_simplex_weighted", simplex(P, y, w))

# Probabilities of what is true.
truth = random.random_sample(40)
Q = numpy.stack([numpy.clip(truth ** 0.5, 0.01, 1), numpy.clip(1 - truth, 0.01, 1), random.random_sample(40) * 0.9 + 0.05,
                 random.random_sample(40) * 0.5 + 0.01], axis=1)
Q = floats(Q)
u = random.randint(1, 4, 40).astype(float)
emit("mixture_chances", Q, "float")
emit("mixture_rows", u, "float")
emit("mixture_weights", mixture(Q, numpy.ones(40)))
emit("mixture_weights_weighted", mixture(Q, u))

print("""
}  // namespace reference""")
