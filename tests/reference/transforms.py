#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Numbers that the transforms are tested against, from scikit-learn 1.2 (python3-sklearn of Debian 12).

    python3 tests/reference/transforms.py > tests/reference/transforms.hpp

Inputs are rounded to three decimals and then to float: both sides see the same numbers.
"""
import datetime

import mpmath
import numpy
import sklearn
from scipy import stats
from sklearn import feature_extraction, feature_selection, impute, preprocessing

from emit import emit

random = numpy.random.RandomState(11)
nan = numpy.nan


def rounded(values):
    return numpy.asarray(values).round(3).astype(numpy.float32).astype(float)


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



def scalers(name, make, weights=True):
    """On the columns with holes, on copies of their rows where weights mean that, and on the degenerate ones."""
    emit(f"{name}", make().fit(h).transform(h))
    if weights:
        emit(f"{name}_weighted", make().fit(repeated).transform(h))
    emit(f"{name}_odd", make().fit(d).transform(d))


scalers("min_max", lambda: preprocessing.MinMaxScaler((-1, 2)), False)
emit("min_max_clip", preprocessing.MinMaxScaler(clip=True).fit(x[:12]).transform(x))
scalers("max_abs", lambda: preprocessing.MaxAbsScaler(), False)
scalers("robust", lambda: preprocessing.RobustScaler())
scalers("robust_unit", lambda: preprocessing.RobustScaler(quantile_range=(10, 85), unit_variance=True))
emit("robust_centre", preprocessing.RobustScaler(with_scaling=False).fit_transform(h))
emit("robust_scale", preprocessing.RobustScaler(with_centering=False).fit_transform(h))
for distribution in ["uniform", "normal"]:
    scalers(f"quantile_{distribution}", lambda: preprocessing.QuantileTransformer(n_quantiles=9, output_distribution=distribution))
    m = preprocessing.QuantileTransformer(output_distribution=distribution).fit(x[:20])
    emit(f"quantile_{distribution}_unseen", m.transform(x))
emit("normal_p", [1e-300, 1e-30, 1e-9, 1e-7, 0.001, 0.025, 0.3, 0.5, 0.5000001, 0.8, 0.99, 1 - 1e-9])
emit("normal_x", stats.norm.ppf([1e-300, 1e-30, 1e-9, 1e-7, 0.001, 0.025, 0.3, 0.5, 0.5000001, 0.8, 0.99, 1 - 1e-9]))

for name, low, high in [("quantiles", nan, nan), ("iqr", nan, nan), ("deviations", nan, nan)]:
    for suffix, training in [("", h), ("_weighted", repeated)]:
        if name == "quantiles":
            low, high = numpy.nanpercentile(training, [10, 85], axis=0)
        elif name == "iqr":
            q1, q3 = numpy.nanpercentile(training, [25, 75], axis=0)
            low, high = q1 - 0.5 * (q3 - q1), q3 + 0.5 * (q3 - q1)
        else:
            mean, sd = numpy.nanmean(training, axis=0), numpy.nanstd(training, axis=0)
            low, high = mean - 1.25 * sd, mean + 1.25 * sd
        emit(f"clip_{name}{suffix}", numpy.clip(h, low, high))

def binned(name, strategy, bins, training, to):
    m = preprocessing.KBinsDiscretizer(bins, encode="ordinal", strategy=strategy, subsample=None).fit(training)
    emit(name, m.transform(to), "int")


for strategy in ["uniform", "quantile"]:
    for bins in [2, 3, 7]:
        binned(f"bin_{strategy}_{bins}", strategy, bins, x, x)
        binned(f"bin_{strategy}_{bins}_weighted", strategy, bins, numpy.repeat(x, w, axis=0), x)
    binned(f"bin_{strategy}_odd", strategy, 3, d, d)
# Where k-means begins with an empty cluster, both ends of the column are farthest from their centres, and scikit-learn
# takes the one or the other as it rounds: not here.
spread = rounded(numpy.stack([numpy.clip(random.standard_normal(60), -1.5, 1.5), random.uniform(-4, 9, 60) ** 2], axis=1))
times = random.randint(1, 4, 60)
emit("spread", spread, "float")
emit("spread_copies", times, "float")
for bins in [2, 3, 5, 7]:
    assert all((numpy.histogram(c, bins)[0] > 0).all() for c in spread.T)
    binned(f"bin_kmeans_{bins}", "kmeans", bins, spread, spread)
    binned(f"bin_kmeans_{bins}_weighted", "kmeans", bins, numpy.repeat(spread, times, axis=0), spread)
binned("bin_kmeans_odd", "kmeans", 2, d, d)

# scikit-learn finds lambda by Brent's minimisation, to about 1e-8: here it is brought to the root of the derivative.
mpmath.mp.dps = 100


def transformed(v, a, method):
    if method == "box-cox":
        return mpmath.log(v) if a == 0 else (v**a - 1) / a
    if v >= 0:
        return mpmath.log(v + 1) if a == 0 else ((v + 1) ** a - 1) / a
    return -mpmath.log(1 - v) if a == 2 else -((1 - v) ** (2 - a) - 1) / (2 - a)


def likelihood(column, a, method):
    y = [transformed(mpmath.mpf(v), a, method) for v in column]
    mean = mpmath.fsum(y) / len(y)
    variance = mpmath.fsum((v - mean) ** 2 for v in y) / len(y)
    jacobian = [mpmath.log(mpmath.mpf(v)) if method == "box-cox" else mpmath.sign(v) * mpmath.log(1 + abs(mpmath.mpf(v))) for v in column]
    return -len(y) * mpmath.log(variance) / 2 + (a - 1) * mpmath.fsum(jacobian)


def polished(m, data):
    for j in range(data.shape[1]):
        column = data[:, j][~numpy.isnan(data[:, j])]
        if len(set(column)) < 2:
            m.lambdas_[j] = 1
            continue
        root = mpmath.findroot(lambda a: mpmath.diff(lambda b: likelihood(column, b, m.method), a), m.lambdas_[j], tol=1e-30, maxsteps=50)
        assert abs(root - m.lambdas_[j]) < 1e-5 * max(1, abs(root)), (j, root, m.lambdas_[j])
        m.lambdas_[j] = float(root)
    return m


def power(name, method, data, fit_to, to):
    m = polished(preprocessing.PowerTransformer(method=method, standardize=False).fit(fit_to), fit_to)
    emit(f"{name}_lambda", m.lambdas_)
    emit(f"{name}_raw", m.transform(to))
    emit(f"{name}", preprocessing.StandardScaler().fit(m.transform(fit_to)).transform(m.transform(to)))


three = [0, 1, 2]  # the fourth column, 1000 + u, is all but linear in any power: lambda is of no meaning there
power("yeo_johnson", "yeo-johnson", h, h[:, three], h[:, three])
power("yeo_johnson_weighted", "yeo-johnson", h, repeated[:, three], h[:, three])
positive = numpy.stack([h[:, 1], h[:, 2] + 1], axis=1)
emit("positive", positive, "float")
power("box_cox", "box-cox", h, positive, positive)
power("yeo_johnson_odd", "yeo-johnson", d, d[:, [1, 2]], d[:, [1, 2]])

# Ordinal places, with values that were not seen.
m = preprocessing.OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1).fit(c)
emit("ordinal", m.transform(numpy.concatenate([c, unseen])), "int")

# Hashes of two columns of categories.
towns, sexes = ["Aix", "Bonn", "Cork", "Düren", "Essen and more"], ["f", "m"]
rows = [{"town": t, "sex": s} for t in towns for s in sexes]
for sign in [True, False]:
    m = feature_extraction.FeatureHasher(5, input_type="dict", alternate_sign=sign)
    emit("hashed_signed" if sign else "hashed", m.transform(rows).toarray(), "int")

# Polynomials of three columns.
p = x[:6, :3]
emit("base", p, "float")
for name, options in [("2", {"degree": 2}), ("3", {"degree": 3}), ("interaction", {"degree": 3, "interaction_only": True}),
                      ("plain", {"degree": 2, "include_bias": False})]:
    m = preprocessing.PolynomialFeatures(**options).fit(p)
    emit(f"polynomial_{name}", m.transform(p))
    print(f"inline constexpr const char* polynomial_{name}_names[] = {{" + ", ".join(f'"{n}"' for n in m.get_feature_names_out(["a", "b", "c"])) + "};")

# Selection: eight columns of unlike worth, one constant; two, three classes and a number to tell.
s = rounded(random.standard_normal((40, 8)) + numpy.arange(8))
s[:, 5] = 2.5
number = rounded(s[:, 1] - 2 * s[:, 3] + 0.2 * s[:, 6] + random.standard_normal(40))
three_classes = numpy.digitize(number, numpy.quantile(number, [0.3, 0.7]))
sw = random.randint(1, 4, 40)
emit("candidates", s, "float")
emit("candidate_number", number, "float")
emit("candidate_class", three_classes, "int")
emit("candidate_copies", sw, "float")
many, many_classes, many_numbers = (numpy.repeat(v, sw, axis=0) for v in (s, three_classes, number))
emit("f_classes", feature_selection.f_classif(s, three_classes)[0])
emit("f_classes_weighted", feature_selection.f_classif(many, many_classes)[0])
emit("f_numbers", feature_selection.f_regression(s, number)[0])
emit("f_numbers_weighted", feature_selection.f_regression(many, many_numbers)[0])
counts = numpy.abs(s).round()
emit("counts", counts, "float")
emit("chi2_classes", feature_selection.chi2(counts, three_classes)[0])
emit("chi2_classes_weighted", feature_selection.chi2(numpy.repeat(counts, sw, axis=0), many_classes)[0])
for k in [1, 3, 7]:
    emit(f"best_{k}", feature_selection.SelectKBest(k=k).fit(s, three_classes).get_support(indices=True), "int")
for percent in [10, 30, 60, 100]:
    emit(f"percentile_{percent}", feature_selection.SelectPercentile(percentile=percent).fit(s, three_classes).get_support(indices=True), "int")
emit("variances", feature_selection.VarianceThreshold().fit(h).variances_)
emit("variances_weighted", feature_selection.VarianceThreshold().fit(repeated).variances_)

# Target encoding: scikit-learn has it since 1.3; its formulas, on the categories above.
real = rounded(c[:, 0] * 2 - c[:, 1] + random.standard_normal(60))
emit("encoded_number", real, "float")
copies_of_codes = random.randint(1, 4, 60)
emit("code_copies", copies_of_codes, "float")


def target_encoded(codes, y, smooth, to):
    mean, variance, out = y.mean(), y.var(), numpy.full(to.shape, y.mean())
    for j in range(codes.shape[1]):
        for v in set(codes[:, j]):
            own = y[codes[:, j] == v]
            if smooth == "auto":
                share = variance * len(own) / (variance * len(own) + own.var())
                value = share * own.mean() + (1 - share) * mean
            else:
                value = (own.sum() + smooth * mean) / (len(own) + smooth)
            out[to[:, j] == v, j] = value
    return out


everything = numpy.concatenate([c, unseen])
emit("target_auto", target_encoded(c, real, "auto", everything))
emit("target_10", target_encoded(c, real, 10, everything))
emit("target_0", target_encoded(c, real, 0, everything))
emit("target_auto_weighted", target_encoded(numpy.repeat(c, copies_of_codes, axis=0), numpy.repeat(real, copies_of_codes), "auto", everything))
above = (real > numpy.median(real)).astype(float)
emit("target_class", target_encoded(c, above, "auto", everything))

# Dates, from the year 1 to 9999, with ends of months and years; times that a float holds.
days = sorted(set(random.randint(-719162, 2932896, 60)) | {-719162, 2932896, -1, 0, 1, 58, 59, 60, 364, 365, 789, 11016, 19782, -25509})
moments = numpy.array(days + [0.25, 100.75, -0.5, 730.4375, -1.125])
parts = []
for day in moments:
    m = datetime.datetime(1970, 1, 1) + datetime.timedelta(days=float(day))
    parts.append([m.year, m.month, m.day, m.weekday(), m.timetuple().tm_yday, m.weekday() >= 5, m.hour, m.minute])
emit("days", moments, "float")
emit("date_parts", parts, "int")

print("\n}  // namespace reference")
