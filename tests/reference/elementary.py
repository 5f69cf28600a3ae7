#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The polynomials of kernel/elementary.hpp: minimax by Remez's exchange, weighted by what an error costs in the result.

    python3 tests/reference/elementary.py > include/tutti/kernel/elementary_coefficients.hpp
"""
from mpmath import cos, erf, erfc, exp, expm1, log, lu_solve, matrix, mp, mpf, nstr, pi, sqrt, tanh

mp.dps = 60


def minimax(f, weight, variable, low, high, count):
    """Coefficients of the polynomial of `count` terms in variable(x) that is nearest to f, and weight times its distance."""
    n = count + 1
    grid = [(low + high) / 2 - (high - low) / 2 * cos(pi * i / (60 * n)) for i in range(60 * n + 1)]
    values = [(variable(x), f(x), weight(x)) for x in grid]
    most = max(w for _, _, w in values)
    inside = [i for i in range(len(grid)) if values[i][2] > most * mpf("1e-9")]
    nodes = [inside[round(k * (len(inside) - 1) / (n - 1))] for k in range(n)]
    for _ in range(30):
        a, b = matrix(n, n), matrix(n, 1)
        for row, i in enumerate(nodes):
            z, y, w = values[i]
            for k in range(count):
                a[row, k] = z**k
            a[row, count], b[row] = (-1) ** row / w, y
        c = list(lu_solve(a, b))[:count]
        error = [w * (sum(c[k] * z**k for k in range(count)) - y) for z, y, w in values]
        extremes = []  # the largest error of each stretch of one sign
        for i in inside:
            if extremes and (error[i] > 0) == (error[extremes[-1]] > 0):
                if abs(error[i]) > abs(error[extremes[-1]]):
                    extremes[-1] = i
            else:
                extremes.append(i)
        while len(extremes) > n:
            extremes.pop(0 if abs(error[extremes[0]]) < abs(error[extremes[-1]]) else -1)
        worst = max(abs(e) for e in error)
        if len(extremes) < n or min(abs(error[i]) for i in extremes) > worst * mpf("0.99"):
            break
        nodes = extremes
    return c, worst


def number(value, name):
    return nstr(value, 9 if name == "float" else 17, strip_zeros=False) + ("f" if name == "float" else "")


def high_part(value, bits):
    scale = mpf(2) ** bits
    return mpf(int(value * scale)) / scale


def coefficients(name, terms, hi_bits):
    half = log(2) / 2
    edge, most = mpf("0.55"), mpf(4 if name == "float" else 6)
    pole = mpf(1) if name == "float" else mpf(2)
    centre = high_part((1 / (1 + pole) + 1 / (most + pole)) / 2, 10)
    short = lambda x, f, series: f(x) if abs(x) > mpf("1e-12") else series
    fits = {
        "exp": ("(e^r - 1 - r) / r^2 for |r| <= ln(2) / 2",
                lambda r: short(r, lambda r: (expm1(r) - r) / r**2, mpf(1) / 2), lambda r: r**2 / exp(r), lambda r: r, -half, half),
        "tanh": (f"(tanh(x) / x - 1) / x^2 in powers of x^2 for |x| <= {nstr(edge, 3)}",
                 lambda t: short(t, lambda t: (tanh(sqrt(t)) / sqrt(t) - 1) / t, -mpf(1) / 3), lambda t: t, lambda t: t, mpf(0), edge**2),
        "erf": ("erf(x) / x - 1 in powers of x^2 for |x| <= 1",
                lambda t: short(t, lambda t: erf(sqrt(t)) / sqrt(t) - 1, 2 / sqrt(pi) - 1), lambda t: mpf(1), lambda t: t, mpf(0), mpf(1)),
        "erfc": (f"erfc(x) e^(x^2) in powers of 1 / (x + erfc_pole) - erfc_centre for 1 <= x <= {nstr(most, 1)}",
                 lambda x: erfc(x) * exp(x * x), lambda x: exp(-x * x), lambda x: 1 / (x + pole) - centre, mpf(1), most),
        "log": ("(2 artanh(s) - 2 s) / s^3 in powers of s^2 for |s| <= (sqrt(2) - 1) / (sqrt(2) + 1)",
                lambda z: short(z, lambda z: (log((1 + sqrt(z)) / (1 - sqrt(z))) / sqrt(z) - 2) / z, mpf(2) / 3),
                lambda z: z, lambda z: z, mpf(0), (sqrt(2) - 1) ** 4),
    }
    print(f"template <> struct Coefficients<{name}> {{")
    for field, (comment, f, weight, variable, low, high) in fits.items():
        c, worst = minimax(f, weight, variable, low, high, terms[field])
        print(f"  // {comment}; off by at most 2^{nstr(log(worst, 2), 3)}")
        texts = [number(v, name) for v in c]
        per_line = 8 if name == "float" else 5
        lines = [", ".join(texts[i:i + per_line]) for i in range(0, len(texts), per_line)]
        print(f"  static constexpr {name} {field}[] = {{\n      " + ",\n      ".join(lines) + "};")
    hi = high_part(log(2), hi_bits)
    for field, value in (("erfc_pole", pole), ("erfc_centre", centre), ("erfc_most", most), ("tanh_edge", edge), ("per_ln2", 1 / log(2)),
                         ("ln2_high", hi), ("ln2_low", log(2) - hi)):
        print(f"  static constexpr {name} {field} = {number(value, name)};")
    print("};")


print("""// SPDX-License-Identifier: Apache-2.0
// Made by tests/reference/elementary.py; do not edit.
#pragma once

namespace tutti::kernel::detail {

/// The polynomials of elementary.hpp, lowest power first. ln2_high has so few digits that its products with exponents are exact.
template <class T> struct Coefficients;
""")
coefficients("float", {"exp": 5, "tanh": 5, "erf": 7, "erfc": 6, "log": 3}, 12)
print()
coefficients("double", {"exp": 10, "tanh": 10, "erf": 12, "erfc": 13, "log": 7}, 40)
print("\n}  // namespace tutti::kernel::detail")
