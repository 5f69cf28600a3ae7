#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes metrics.hpp beside this file: what scikit-learn and SciPy say about random and degenerate predictions.

Run with scikit-learn 1.2 (Debian 12: apt-get install python3-sklearn) by: /usr/bin/python3 tests/reference/metrics.py
The inputs are float32 numbers; scikit-learn gets the same numbers in double.
"""
import math
import textwrap
import warnings
from pathlib import Path

import numpy as np
import scipy
import scipy.special
import scipy.stats
import sklearn
from sklearn import metrics

warnings.simplefilter("ignore")                              # absent classes are among the cases
random = np.random.RandomState(20)
EPS = float(np.finfo(np.float32).eps)


def number(x):
    return "undefined" if math.isnan(x) else repr(float(x))


def single(x):                                               # the shortest digits that give the same float32
    return str(int(x)) if x == int(x) else np.format_float_scientific(np.float32(x), trim="0") + "f"


def braces(values, spell):
    text = "{" + ", ".join(spell(v) for v in np.ravel(values)) + "}"
    return textwrap.fill(text, 104, subsequent_indent="      ")


def probabilities(rows, classes, sharpness, labels, grid=0):
    logits = random.randn(rows, classes)
    logits[np.arange(rows), labels] += sharpness
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    if grid:                                                 # coarse probabilities: many ties
        p = np.round(p * grid)
        p[:, 0] += grid - p.sum(axis=1)
        p /= grid
    return p.astype(np.float32)


def label_case(what, p, labels, weight=None):
    classes = p.shape[1]
    p64, every = p.astype(np.float64), list(range(classes))
    guess = p.argmax(axis=1)

    def f1(**options):
        return metrics.f1_score(labels, guess, sample_weight=weight, zero_division=0, **options)

    def auc():
        present = np.unique(labels)
        if len(present) < 2:
            return math.nan                                  # scikit-learn raises
        if classes == 2:
            return metrics.roc_auc_score(labels, p64[:, 1], sample_weight=weight)
        if len(present) == classes:
            return metrics.roc_auc_score(labels, p64, sample_weight=weight, multi_class="ovr", labels=every)
        return np.mean([metrics.roc_auc_score(labels == k, p64[:, k], sample_weight=weight) for k in present])

    values = [metrics.accuracy_score(labels, guess, sample_weight=weight),
              metrics.log_loss(labels, p64, eps=EPS, sample_weight=weight, labels=every),
              f1(average="macro"), f1(average="micro"), f1(average="weighted"), f1(average="macro", labels=[1]),
              auc()]
    confusion = metrics.confusion_matrix(labels, guess, sample_weight=weight, labels=every)
    fields = [f'"{what}"', str(classes), braces(p, single), braces(labels, str),
              braces([] if weight is None else weight, single), *map(number, values), braces(confusion, number)]
    return "    {" + ",\n     ".join(fields) + "}"


def number_case(what, guess, truth, weight=None):
    guess, truth = np.atleast_2d(guess.astype(np.float32).T).T, np.atleast_2d(truth.astype(np.float32).T).T
    g, t = guess.astype(np.float64), truth.astype(np.float64)
    values = [metrics.mean_squared_error(t, g, sample_weight=weight, squared=False),
              metrics.mean_absolute_error(t, g, sample_weight=weight),
              metrics.r2_score(t, g, sample_weight=weight)]
    fields = [f'"{what}"', str(guess.shape[1]), braces(guess, single), braces(truth, single),
              braces([] if weight is None else weight, single), *map(number, values)]
    return "    {" + ",\n     ".join(fields) + "}"


def weights(rows):
    w = random.gamma(1, 2, rows).astype(np.float32)
    w[::7] = 0
    return w


def label_cases():
    def draw(rows, classes, odds=None):
        return random.choice(classes, rows, p=odds)

    y = draw(40, 2)
    yield label_case("two classes", probabilities(40, 2, 1, y), y)
    yield label_case("two classes, weights", probabilities(40, 2, 1, y), y, weights(40))
    y = draw(40, 2, [0.9, 0.1])
    yield label_case("two unbalanced classes, ties, weights", probabilities(40, 2, 1, y, 4), y, weights(40))
    y = draw(60, 3)
    yield label_case("three classes", probabilities(60, 3, 1.5, y), y)
    yield label_case("three classes, ties, weights", probabilities(60, 3, 1, y, 8), y, weights(60))
    y = draw(80, 5, [0.5, 0.3, 0.1, 0.06, 0.04])
    yield label_case("five unbalanced classes, weights", probabilities(80, 5, 0.5, y), y, weights(80))
    y = draw(30, 4, [0.4, 0.3, 0.3, 0])
    yield label_case("a class that is never true", probabilities(30, 4, 0.3, y), y)
    y = np.array([0, 1, 0, 1])
    yield label_case("a class that is neither true nor predicted", probabilities(4, 3, 30, y), y)
    yield label_case("one class present", probabilities(6, 2, 1, np.zeros(6, int)), np.zeros(6, int))
    votes = np.array([[1, 0], [0, 1], [1, 0], [0, 1], [1, 0]], np.float32)
    yield label_case("certain, once wrongly", votes, np.array([0, 1, 1, 1, 0]))
    yield label_case("always right", votes, votes.argmax(axis=1))
    yield label_case("always wrong", votes, 1 - votes.argmax(axis=1))
    yield label_case("no opinion", np.full((6, 3), 1 / 3, np.float32), np.array([0, 1, 2, 0, 1, 0]))


def number_cases():
    t = random.randn(50) * 3 + 1
    yield number_case("one number", t + random.randn(50), t)
    yield number_case("one number, weights", t + random.randn(50), t, weights(50))
    t = random.randn(40, 3) * [1, 10, 0.01] + [0, 100, 5]
    yield number_case("three numbers", t + random.randn(40, 3), t)
    yield number_case("three numbers, weights", t + random.randn(40, 3), t, weights(40))
    yield number_case("far from zero", 1e4 + random.randn(30), 1e4 + random.randn(30))
    yield number_case("a constant target", random.randn(8), np.full(8, 2.0))
    yield number_case("a constant target, exactly predicted", np.full(8, 2.0), np.full(8, 2.0))
    yield number_case("exactly predicted", np.arange(5.0), np.arange(5.0))
    yield number_case("the mean predicted", np.full(5, 2.0), np.arange(5.0))
    yield number_case("one row", np.array([1.5]), np.array([1.0]))


def t_quantile(level, degrees):                              # scipy.stats.t.ppf has nine digits only
    y = scipy.special.betaincinv(0.5, degrees / 2, level)    # t^2 / (t^2 + degrees)
    if y < 0.5:
        return math.sqrt(degrees * y / (1 - y))
    x = scipy.special.betaincinv(degrees / 2, 0.5, 1 - level)
    return math.sqrt(degrees * (1 - x) / x)


def quantiles():
    for level in (0.01, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999, 0.999999):
        yield f"    {{{level!r}, 0, {number(scipy.stats.norm.ppf((1 + level) / 2))}}}"
        for degrees in (1, 2, 3, 4, 9, 30, 99, 999, 10000, 10001, 1000000):
            yield f"    {{{level!r}, {degrees}, {number(t_quantile(level, degrees))}}}"


def main():
    text = f"""// SPDX-License-Identifier: Apache-2.0
#pragma once
// Made by metrics.py with scikit-learn {sklearn.__version__} and SciPy {scipy.__version__}; do not edit, run it again.
// clang-format off
#include <cstdint>
#include <limits>
#include <vector>

namespace reference {{

inline constexpr double undefined = std::numeric_limits<double>::quiet_NaN();  // scikit-learn raises, or says NaN

struct LabelCase {{
  const char* what;
  int classes;
  std::vector<float> outputs;
  std::vector<std::int32_t> labels;
  std::vector<float> weight;
  double accuracy, log_loss, f1_macro, f1_micro, f1_weighted, f1_of_class_1, auc;
  std::vector<double> confusion;
}};
struct NumberCase {{
  const char* what;
  int width;
  std::vector<float> outputs, numbers, weight;
  double rmse, mae, r2;
}};
struct Quantile {{
  double level;
  int degrees;  // 0: of the normal distribution
  double value;
}};

inline const std::vector<LabelCase> label_cases{{
{{label_cases}}}};

inline const std::vector<NumberCase> number_cases{{
{{number_cases}}}};

inline const std::vector<Quantile> quantiles{{
{{quantiles}}}};

}}  // namespace reference
"""
    parts = {"label_cases": label_cases(), "number_cases": number_cases(), "quantiles": quantiles()}
    for name, rows in parts.items():
        text = text.replace(f"{{{name}}}", ",\n".join(rows))
    Path(__file__).with_suffix(".hpp").write_text(text)


if __name__ == "__main__":
    main()
