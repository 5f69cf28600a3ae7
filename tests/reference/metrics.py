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


def scores(values):
    cells = ", ".join(f'{{"{name.replace(" ", "~")}",~{number(v)}}}' for name, v in values.items())
    lines = textwrap.fill(cells, 104, subsequent_indent="      ", break_on_hyphens=False)
    return "{" + lines.replace("~", " ") + "}"               # no line ends inside of a name


def counting(weight, *columns):                              # a row of weight 0 counts as absent
    if weight is None:
        return columns + ({},)
    keep = weight > 0
    return tuple(c[keep] for c in columns) + ({"sample_weight": weight[keep].astype(np.float64)},)


def attempt(f, *arguments, **options):
    try:
        return f(*arguments, **options)
    except ValueError:                                       # scikit-learn raises where a score is not defined
        return math.nan


def present_mean(score, truth, p, w, weighted=False):        # one-vs-rest over the classes where it is defined
    ks = [k for k in range(p.shape[1]) if not math.isnan(score(truth[:, k], p[:, k], **w))]
    if not ks:
        return math.nan
    mass = [np.sum(truth[:, k] * w.get("sample_weight", 1)) if weighted else 1 for k in ks]
    return np.average([score(truth[:, k], p[:, k], **w) for k in ks], weights=mass)


def roc_area(truth, p, **w):
    return attempt(metrics.roc_auc_score, truth, p, **w)


def pr_area(truth, p, **w):
    return metrics.average_precision_score(truth, p, **w) if truth.any() else math.nan


def one_vs_one(y, p, w, weighted):
    if w == {} and len(np.unique(y)) == p.shape[1] > 2:
        return metrics.roc_auc_score(y, p, multi_class="ovo", average="weighted" if weighted else "macro")
    pairs, mass = [], []                                     # scikit-learn takes no weights here, and no absent class
    for a in np.unique(y):
        for b in np.unique(y):
            if a < b:
                rows = (y == a) | (y == b)
                part = {k: v[rows] for k, v in w.items()}
                pairs.append((roc_area(y[rows] == a, p[rows, a], **part) + roc_area(y[rows] == b, p[rows, b], **part)) / 2)
                mass.append(np.sum(w.get("sample_weight", np.ones(len(y)))[rows]) if weighted else 1)
    return np.average(pairs, weights=mass) if pairs else math.nan


def calibration_error(y, p, w, bins):
    mass, sure, right = w.get("sample_weight", np.ones(len(y))), p.max(axis=1), p.argmax(axis=1) == y
    bin_of = np.clip(np.ceil(sure * bins) - 1, 0, bins - 1)
    gaps = [np.sum(mass[bin_of == b]) * abs(np.average(right[bin_of == b], weights=mass[bin_of == b])
                                            - np.average(sure[bin_of == b], weights=mass[bin_of == b]))
            for b in np.unique(bin_of)]
    return np.sum(gaps) / np.sum(mass)


def counted(y, guess, w, averages, **options):               # what is made of how often a class is true and predicted
    values = {}
    for average in averages:
        o = dict(w, average=average, zero_division=0, **options)
        values |= {f"precision {average}": metrics.precision_score(y, guess, **o),
                   f"recall {average}": metrics.recall_score(y, guess, **o),
                   f"F1 {average}": metrics.f1_score(y, guess, **o),
                   f"F2 {average}": metrics.fbeta_score(y, guess, beta=2, **o),
                   f"F0.5 {average}": metrics.fbeta_score(y, guess, beta=0.5, **o),
                   f"Jaccard {average}": metrics.jaccard_score(y, guess, **o)}
    one = dict(w, average="macro", zero_division=0, labels=[1])
    return values | {"precision of 1": metrics.precision_score(y, guess, **one), "recall of 1": metrics.recall_score(y, guess, **one),
                     "F1 of 1": metrics.f1_score(y, guess, **one), "Jaccard of 1": metrics.jaccard_score(y, guess, **one)}


def label_scores(labels, p64, weight):
    y, p, w = counting(weight, labels, p64)
    classes, every, guess = p.shape[1], list(range(p.shape[1])), p.argmax(axis=1)
    truth = (y[:, None] == np.arange(classes)).astype(int)
    margin = p[:, 1] - p[:, 0] if classes == 2 else p
    hinge = metrics.hinge_loss(y, margin, labels=every, **w)
    if classes == 2 and not (1 - y).any():                   # scikit-learn takes the only class for the negative one
        hinge = metrics.hinge_loss(1 - y, -margin, labels=every, **w)
    values = counted(y, guess, w, ("macro", "micro", "weighted"))
    values |= {"accuracy": metrics.accuracy_score(y, guess, **w), "log-loss": metrics.log_loss(y, p, eps=EPS, labels=every, **w),
               "Hamming loss": metrics.hamming_loss(y, guess, **w), "zero-one": metrics.zero_one_loss(y, guess, **w),
               "balanced accuracy": metrics.balanced_accuracy_score(y, guess, **w),
               "balanced accuracy adjusted": metrics.balanced_accuracy_score(y, guess, adjusted=True, **w) if len(np.unique(y)) > 1 else math.nan,
               "MCC": metrics.matthews_corrcoef(y, guess, **w), "hinge": hinge,
               "ECE": calibration_error(y, p, w, 15), "ECE 5": calibration_error(y, p, w, 5),
               "AUC one against one": one_vs_one(y, p, w, False), "AUC one against one weighted": one_vs_one(y, p, w, True)}
    for kappa in (None, "linear", "quadratic"):
        values[f"kappa {kappa}".lower()] = metrics.cohen_kappa_score(y, guess, weights=kappa, labels=every, **w)
    if classes == 2:
        values |= {"Brier": metrics.brier_score_loss(y, p[:, 1], pos_label=1, **w), "AUC": roc_area(y, p[:, 1], **w),
                   "AP": pr_area(y, p[:, 1], **w), "AP of 0": pr_area(1 - y, p[:, 0], **w)}
    else:                                                    # scikit-learn's ties go to the last class, ours to the first
        flipped = dict(labels=every, **w)
        values |= {"Brier": np.average(((p - truth) ** 2).sum(axis=1), weights=w.get("sample_weight")),
                   "AUC": present_mean(roc_area, truth, p, w), "AUC weighted": present_mean(roc_area, truth, p, w, True),
                   "AP": present_mean(pr_area, truth, p, w), "AP weighted": present_mean(pr_area, truth, p, w, True)}
        for k in (1, 2):
            values[f"top-{k}"] = metrics.top_k_accuracy_score(classes - 1 - y, p[:, ::-1], k=k, **flipped)
        if w == {} and len(np.unique(y)) == classes:         # where scikit-learn has the average itself
            assert values["AUC"] == metrics.roc_auc_score(y, p, multi_class="ovr")
            assert np.isclose(values["AUC weighted"], metrics.roc_auc_score(y, p, multi_class="ovr", average="weighted"))
            assert np.isclose(values["AP"], metrics.average_precision_score(truth, p))
    return values


def label_case(what, p, labels, weight=None):
    classes = p.shape[1]
    p64, every = p.astype(np.float64), list(range(classes))
    confusion = metrics.confusion_matrix(labels, p.argmax(axis=1), sample_weight=weight, labels=every)
    fields = [f'"{what}"', str(classes), braces(p, single), braces(labels, str), braces([] if weight is None else weight, single),
              scores(label_scores(labels, p64, weight)), braces(confusion, number)]
    return "    {" + ",\n     ".join(fields) + "}"


def flag_case(what, p, truth, weight=None):
    y, q, w = counting(weight, truth, p.astype(np.float64))
    guess = (q > 0.5).astype(int)
    values = counted(y, guess, w, ("macro", "micro", "weighted", "samples"))
    values |= {"accuracy": metrics.accuracy_score(y, guess, **w), "Hamming loss": metrics.hamming_loss(y, guess, **w),
               "Brier": np.average(((q - y) ** 2).mean(axis=1), weights=w.get("sample_weight")),
               "log-loss": np.mean([metrics.log_loss(y[:, k], q[:, k], eps=EPS, labels=[0, 1], **w) for k in range(y.shape[1])]),
               "coverage error": metrics.coverage_error(y, q, **w), "ranking loss": metrics.label_ranking_loss(y, q, **w),
               "LRAP": metrics.label_ranking_average_precision_score(y, q, **w),
               "AUC": present_mean(roc_area, y, q, w), "AUC weighted": present_mean(roc_area, y, q, w, True),
               "AP": present_mean(pr_area, y, q, w), "AP weighted": present_mean(pr_area, y, q, w, True),
               "AUC of 1": roc_area(y[:, 1], q[:, 1], **w), "AP of 1": pr_area(y[:, 1], q[:, 1], **w)}
    if y.any(axis=0).all():
        assert np.isclose(values["AP"], metrics.average_precision_score(y, q, **w))
    fields = [f'"{what}"', str(p.shape[1]), braces(p, single), braces(truth, str), braces([] if weight is None else weight, single),
              scores(values)]
    return "    {" + ",\n     ".join(fields) + "}"


def columns(score, t, g, **w):                               # the mean over several numbers, where scikit-learn takes one
    return np.mean([attempt(score, t[:, c], g[:, c], **w) for c in range(t.shape[1])])


def number_scores(truth, guess, weight):
    t, g, w = counting(weight, truth, guess)
    ones = w or {"sample_weight": np.ones(len(t))}           # quantiles by weight: equal weights are as good as none
    values = {"RMSE": metrics.mean_squared_error(t, g, squared=False, **w), "MSE": metrics.mean_squared_error(t, g, **w),
              "MAE": metrics.mean_absolute_error(t, g, **w), "R2": metrics.r2_score(t, g, **w),
              "explained variance": metrics.explained_variance_score(t, g, **w),
              "MAPE": metrics.mean_absolute_percentage_error(t, g, **w),
              "median error": metrics.median_absolute_error(t, g, **w), "max error": max(metrics.max_error(a, b) for a, b in zip(t.T, g.T)),
              "pinball 0.5": metrics.mean_pinball_loss(t, g, alpha=0.5, **w), "pinball 0.9": metrics.mean_pinball_loss(t, g, alpha=0.9, **w),
              "D2 absolute": metrics.d2_absolute_error_score(t, g, **w),
              "D2 pinball 0.1": metrics.d2_pinball_score(t, g, alpha=0.1, **ones), "D2 pinball 0.75": metrics.d2_pinball_score(t, g, alpha=0.75, **ones),
              "Huber 1": np.average(scipy.special.huber(1, t - g), axis=0, weights=w.get("sample_weight")).mean()}
    if t.min() >= 0:
        values |= {"MSLE": attempt(metrics.mean_squared_log_error, t, g, **w),
                   "RMSLE": attempt(metrics.mean_squared_log_error, t, g, squared=False, **w)}
    for power in (-1, 0, 1, 1.5, 2, 3):
        if power not in (0, 1, 2) and np.abs(t - g).max() < 1e-3 * t.min():
            continue                                         # powers cancel: scikit-learn itself has eight digits there
        if power <= 0 or (t.min() >= 0 and power < 2) or t.min() > 0:
            values[f"Tweedie {power}"] = columns(metrics.mean_tweedie_deviance, t, g, power=power, **w)
            if len(t) > 1 and (t.max(axis=0) > t.min(axis=0)).all() and (power >= 0 or t.min() > 0):
                values[f"D2 Tweedie {power}"] = columns(metrics.d2_tweedie_score, t, g, power=power, **w)
    if t.min() >= 0:
        values["Poisson"] = columns(metrics.mean_poisson_deviance, t, g, **w)
    if t.min() > 0:
        values["gamma"] = columns(metrics.mean_gamma_deviance, t, g, **w)
    return values


def number_case(what, guess, truth, weight=None):
    guess, truth = np.atleast_2d(guess.astype(np.float32).T).T, np.atleast_2d(truth.astype(np.float32).T).T
    values = number_scores(truth.astype(np.float64), guess.astype(np.float64), weight)
    fields = [f'"{what}"', str(guess.shape[1]), braces(guess, single), braces(truth, single),
              braces([] if weight is None else weight, single), scores(values)]
    return "    {" + ",\n     ".join(fields) + "}"


def query_case(what, guess, truth, group, weight=None):      # weight: of a query, the same for all its rows
    guess, truth = guess.astype(np.float32), truth.astype(np.float32)
    t, g, q, w = counting(weight, truth.astype(np.float64), guess.astype(np.float64), group)
    sums, mass = {}, []
    for query in np.unique(q):
        rows = q == query
        r, s, n = t[rows], g[rows], int(rows.sum())
        mass.append(w["sample_weight"][rows].mean() if w else 1)
        for name, relevance in (("", r), (" exponential", 2 ** r - 1)):
            for k in (None, 1, 3):
                end = "" if k is None else f" at {k}"
                dcg = metrics.dcg_score([relevance], [s], k=k) if n > 1 else relevance[0]
                ndcg = metrics.ndcg_score([relevance], [s], k=k) if n > 1 else float(relevance[0] > 0)
                sums.setdefault("DCG" + name + end, []).append(dcg)
                sums.setdefault("NDCG" + name + end, []).append(ndcg)
        sums.setdefault("MAP", []).append(metrics.average_precision_score(r > 0, s))
        sums.setdefault("MRR", []).append(1 / np.sum(s >= s[r > 0].max()) if (r > 0).any() else 0.0)
    values = {name: np.average(each, weights=mass) for name, each in sums.items()}
    fields = [f'"{what}"', braces(guess, single), braces(truth, single), braces(group, str),
              braces([] if weight is None else weight, single), scores(values)]
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


def more_label_cases():                                      # after all others: these draw what the others did not
    y = random.choice(4, 50)
    w = weights(50)
    w[y == 2] = 0
    yield label_case("a class whose rows have no weight", probabilities(50, 4, 1, y, 6), y, w)
    yield label_case("one of three classes present", probabilities(9, 3, 0.2, np.ones(9, int)), np.ones(9, int))
    y = random.choice(2, 12)
    yield label_case("no opinion of two classes", np.full((12, 2), 0.5, np.float32), y, weights(12))
    yield label_case("one row", np.array([[0.25, 0.75]], np.float32), np.array([1]))
    y = random.choice(10, 120)
    yield label_case("ten classes, weights", probabilities(120, 10, 2, y), y, weights(120))


def flag_cases():
    def draw(rows, flags, grid=0):
        y = (random.rand(rows, flags) < np.linspace(0.2, 0.7, flags)).astype(int)
        p = 1 / (1 + np.exp(-(1.5 * (y - 0.5) + random.randn(rows, flags))))
        return (np.round(p * grid) / grid if grid else p).astype(np.float32), y

    p, y = draw(40, 4)
    yield flag_case("four flags", p, y)
    yield flag_case("four flags, weights", p, y, weights(40))
    p, y = draw(40, 5, 6)
    yield flag_case("five flags, ties, weights", p, y, weights(40))
    p, y = draw(20, 3)
    y[:, 1] = 0
    yield flag_case("a flag that is never true", p, y)
    p, y = draw(12, 3)
    y[:3], y[3:6] = 0, 1
    yield flag_case("rows with none and with all", p, y)
    yield flag_case("no flag predicted", (p / 4).astype(np.float32), y, weights(12))
    yield flag_case("never true, never predicted", np.full((4, 2), 0.25, np.float32), np.zeros((4, 2), int))
    yield flag_case("one row", np.array([[0.75, 0.25, 0.5]], np.float32), np.array([[1, 1, 0]]))


def query_cases():
    def draw(sizes, grid=0):
        group = np.repeat(random.permutation(100)[:len(sizes)], sizes)
        r = random.randint(0, 4, len(group)) * (random.rand(len(group)) < 0.6)
        s = r + 1.5 * random.randn(len(group))
        order = random.permutation(len(group))               # the rows of a query do not lie together
        return (np.round(s * grid) / grid if grid else s)[order], r[order], group[order]

    yield query_case("six queries", *draw([5, 8, 3, 10, 4, 6]))
    yield query_case("ties", *draw([5, 8, 3, 10, 4, 6], 1))
    s, r, group = draw([7, 5, 9, 6], 2)
    each = random.gamma(1, 2, 100).astype(np.float32)
    each[group[0]] = 0
    yield query_case("queries with weights, one with none", s, r, group, each[group])
    r[group == group[0]] = 0
    yield query_case("a query without a relevant row", s, r, group)
    yield query_case("constant scores", np.zeros(8), np.array([0, 1, 2, 0, 0, 1, 0, 0]), np.array([1, 1, 1, 1, 2, 2, 2, 2]))
    yield query_case("nothing relevant", np.arange(4.0), np.zeros(4), np.array([1, 1, 2, 2]))
    yield query_case("queries of one row", np.arange(3.0), np.array([1, 0, 2]), np.array([-5, 0, 7]))


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


def more_number_cases():
    t = random.poisson(2, 60)
    yield number_case("counts", t + random.rand(60), t)
    yield number_case("counts, weights", np.abs(t + random.randn(60)) + 0.1, t, weights(60))
    t = random.gamma(2, 3, (40, 2))
    yield number_case("two positive numbers, weights", t * np.exp(0.4 * random.randn(40, 2)), t, weights(40))
    t = random.gamma(2, 3, 11)
    yield number_case("a prediction below 0", t - 20, t)
    yield number_case("a constant error", np.arange(6.0) + 1, np.arange(6.0) + 2)
    yield number_case("a target of zeros", random.rand(5), np.zeros(5))
    yield number_case("many errors alike", np.array([1, 1, 2, 2, 3, 3, 5, 9.0]), np.full(8, 1.0) + np.arange(8), weights(8))


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


def interval_cases():                                        # of the mean, from resampled means that are given
    for what, x in (("roughly normal", random.randn(20)), ("skewed", random.gamma(0.5, 2, 15)), ("ties", random.randint(0, 3, 12) / 1.0)):
        for level in (0.8, 0.95):
            means = random.choice(x, (200, len(x))).mean(axis=1)
            low, high = scipy.stats._resampling._bca_interval((x,), np.mean, -1, (1 - level) / 2, means, None)[:2]
            plain = np.percentile(means, [50 - 50 * level, 50 + 50 * level])
            corrected = np.percentile(means, [100 * low, 100 * high])
            fields = [f'"{what}"', repr(level), braces(x, number), braces(means, number), braces(plain, number), braces(corrected, number)]
            yield "    {" + ",\n     ".join(fields) + "}"


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

struct Score {{
  const char* metric;
  double value;
}};
struct LabelCase {{
  const char* what;
  int classes;
  std::vector<float> outputs;
  std::vector<std::int32_t> labels;
  std::vector<float> weight;
  std::vector<Score> scores;
  std::vector<double> confusion;
}};
struct NumberCase {{
  const char* what;
  int width;
  std::vector<float> outputs, numbers, weight;
  std::vector<Score> scores;
}};
struct FlagCase {{
  const char* what;
  int flags;
  std::vector<float> outputs, numbers, weight;
  std::vector<Score> scores;
}};
struct QueryCase {{
  const char* what;
  std::vector<float> outputs, numbers;
  std::vector<std::int64_t> group;
  std::vector<float> weight;
  std::vector<Score> scores;
}};
struct IntervalCase {{
  const char* what;
  double level;
  std::vector<double> values, resampled_means, percentile, bca;  // the last two: low, high
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

inline const std::vector<FlagCase> flag_cases{{
{{flag_cases}}}};

inline const std::vector<QueryCase> query_cases{{
{{query_cases}}}};

inline const std::vector<IntervalCase> interval_cases{{
{{interval_cases}}}};

inline const std::vector<Quantile> quantiles{{
{{quantiles}}}};

}}  // namespace reference
"""
    labels, numbers = list(label_cases()), list(number_cases())
    parts = {"label_cases": labels + list(more_label_cases()), "number_cases": numbers + list(more_number_cases()),
             "flag_cases": flag_cases(), "query_cases": query_cases(), "interval_cases": interval_cases(),
             "quantiles": quantiles()}
    for name, rows in parts.items():
        text = text.replace(f"{{{name}}}", ",\n".join(rows))
    Path(__file__).with_suffix(".hpp").write_text(text)


if __name__ == "__main__":
    main()
