// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/error.hpp>
#include <tutti/core/units.hpp>
#include <tutti/kernel/parallel.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>

namespace tutti {

namespace detail {

/// The digamma function of a whole number n >= 1, to about 1e-15.
[[gnu::cold]] inline double digamma(std::ptrdiff_t n) noexcept {
  double low = 0;
  for (; n < 16; ++n) low += 1 / static_cast<double>(n);
  const double x = static_cast<double>(n), s = 1 / (x * x);
  return std::log(x) - 0.5 / x - s * (1.0 / 12 - s * (1.0 / 120 - s * (1.0 / 252 - s * (1.0 / 240 - s / 132)))) - low;
}

/// Values in ascending order, and where they stood.
struct Ascending {
  Buffer<double> value{};
  Buffer<RowIndex> row{};
  std::ptrdiff_t different = 0;  // values

  [[gnu::cold]] explicit Ascending(std::span<const double> x) {
    SortKeys keys;
    for (std::size_t i = 0; i < x.size(); ++i) keys.emplace_back(ordered(x[i]), static_cast<RowIndex>(i));
    sort_keys(keys);
    for (std::size_t i = 0; i < keys.size(); ++i) {
      different += i == 0 || keys[i].first != keys[i - 1].first;
      value.push_back(x[keys[i].second]);
      row.push_back(keys[i].second);
    }
  }
};

/// How many of the ascending values are nearer to v than r, at r = 0 how many are v: the open ball, which has its centre.
inline std::ptrdiff_t within(std::span<const double> ascending, double v, double r) noexcept {
  const auto first = [&](const auto& not_yet) {
    std::size_t begin = 0, size = ascending.size();
    while (size > 0) {
      const std::size_t half = size / 2;
      if (not_yet(ascending[begin + half])) begin += half + 1, size -= half + 1;
      else size = half;
    }
    return static_cast<std::ptrdiff_t>(begin);
  };
  const auto inside = [&](double distance) { return r > 0 ? distance < r : distance <= 0; };
  return first([&](double a) { return a <= v || inside(a - v); }) - first([&](double a) { return a < v && !inside(v - a); });
}

/// The distance from value i to its k-th nearest of the others in ascending order, where `apart` says more of two places
/// than their difference does (at least as much).
template <class Apart>
double kth_nearest(std::span<const double> ascending, std::size_t i, std::span<double> nearest, const Apart& apart) {
  constexpr double far = std::numeric_limits<double>::infinity();
  std::fill(nearest.begin(), nearest.end(), far);
  std::size_t left = i, right = i + 1;  // the places that have been looked at: [left, right)
  for (;;) {
    const double below = left > 0 ? ascending[i] - ascending[left - 1] : far,
                 above = right < ascending.size() ? ascending[right] - ascending[i] : far;
    if (!(std::min(below, above) < nearest.back())) return nearest.back();
    const double d = below <= above ? apart(--left) : apart(right++);
    std::size_t at = nearest.size();
    for (; at > 0 && nearest[at - 1] > d; --at)
      if (at < nearest.size()) nearest[at] = nearest[at - 1];
    if (at < nearest.size()) nearest[at] = d;
  }
}

[[gnu::cold]] inline void check_information(std::size_t x, std::size_t y, int neighbours) {
  check(neighbours >= 1, "neighbours: expected at least one", neighbours);
  check(x == y, {"expected ", x, " values of the other variable"}, y);
}

}  // namespace detail

/// Mutual information of two continuous variables, in nats: psi(N) + psi(k) - <psi(n_x + 1) + psi(n_y + 1)>, where n_x and
/// n_y count the rows nearer in x and in y than the k-th nearest row is in the greater of both distances; at least 0. Both
/// variables should have the same scale, and no value twice: see SelectBest.
/// Cost     N log N + N w, w of the order of sqrt(k N): the rows as near in one variable as the k-th neighbour. On all cores.
/// Errors   DataError for k < 1, for no more than k rows, or as many values as rows are not.
/// Source   Kraskov, Stoegbauer, Grassberger, Estimating mutual information, Phys. Rev. E 69 (2004), eq. 8; scikit-learn 1.2,
///          mutual_info_regression, without the noise that it adds.
template <class On = parallel::Backend>
double mutual_information(std::span<const double> x, std::span<const double> y, int neighbours = 3) {
  detail::check_information(x.size(), y.size(), neighbours);
  const auto n = std::ssize(x);
  check(n > neighbours, {"expected more than ", neighbours, " rows"}, n);
  detail::Ascending a(x), b(y);
  if (a.different < b.different) {
    std::swap(a, b);
    std::swap(x, y);
  }
  Buffer<double> beside;  // the other variable in the order of the first
  for (const RowIndex row : a.row) beside.push_back(y[row]);
  constexpr std::ptrdiff_t grain = 1024;
  Buffer<double> sums(static_cast<std::size_t>(parallel::chunks(n, grain)));
  parallel::for_each<On>(n, grain, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    Buffer<double> nearest(static_cast<std::size_t>(neighbours));
    double& sum = sums[static_cast<std::size_t>(begin / grain)];
    for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
      const double at = a.value[i], other = beside[i];
      const double r = detail::kth_nearest(a.value, i, nearest, [&](std::size_t p) {
        return std::max(std::abs(a.value[p] - at), std::abs(beside[p] - other));
      });
      sum += detail::digamma(detail::within(a.value, at, r)) + detail::digamma(detail::within(b.value, other, r));
    }
  });
  double sum = 0;
  for (const double part : sums) sum += part;
  return std::max(0.0, detail::digamma(n) + detail::digamma(neighbours) - sum / static_cast<double>(n));
}

/// Mutual information of a continuous and a discrete variable, in nats: psi(N) + <psi(k) - psi(N_c) - psi(m)>, where m
/// counts the rows nearer than the k-th nearest row of the same class, of which there are N_c; k is smaller where a class
/// has no more than k rows, and a class of one row does not count.
/// Cost     N log N.
/// Errors   DataError for k < 1, or as many values as rows are not.
/// Source   Ross, Mutual information between discrete and continuous data sets, PLoS ONE 9 (2014); scikit-learn 1.2,
///          mutual_info_classif, without the noise that it adds.
template <class = void>
double mutual_information(std::span<const double> x, std::span<const std::int32_t> c, int neighbours = 3) {
  detail::check_information(x.size(), c.size(), neighbours);
  const detail::Ascending all(x);
  detail::SortKeys by_class;  // within a class by value
  for (std::size_t i = 0; i < all.row.size(); ++i) by_class.emplace_back(c[all.row[i]], static_cast<RowIndex>(i));
  detail::sort_keys(by_class);
  Buffer<double> values, nearest, radius(x.size(), -1.0);
  double sum = 0;
  std::ptrdiff_t rows = 0;
  for (std::size_t begin = 0, end = 0; begin < by_class.size(); begin = end) {
    values.clear();
    for (; end < by_class.size() && by_class[end].first == by_class[begin].first; ++end)
      values.push_back(all.value[by_class[end].second]);
    if (values.size() < 2) continue;
    nearest.resize(std::min(static_cast<std::size_t>(neighbours), values.size() - 1));
    rows += std::ssize(values);
    sum += static_cast<double>(values.size()) * (detail::digamma(std::ssize(nearest)) - detail::digamma(std::ssize(values)));
    for (std::size_t i = 0; i < values.size(); ++i)
      radius[by_class[begin + i].second] =
          detail::kth_nearest(values, i, nearest, [&](std::size_t p) { return std::abs(values[p] - values[i]); });
  }
  if (rows == 0) return 0;
  values.clear();
  for (std::size_t i = 0; i < x.size(); ++i)
    if (radius[i] >= 0) values.push_back(all.value[i]);
  for (std::size_t i = 0; i < x.size(); ++i)
    if (radius[i] >= 0) sum -= detail::digamma(detail::within(values, all.value[i], radius[i]));
  return std::max(0.0, detail::digamma(rows) + sum / static_cast<double>(rows));
}

/// Mutual information of two discrete variables, in nats: the sum of p(a, b) log(p(a, b) / (p(a) p(b))).
/// Cost     N log N.
/// Errors   DataError where the other variable has another number of values.
/// Source   scikit-learn 1.2, mutual_info_score.
template <class = void>
double mutual_information(std::span<const std::int32_t> a, std::span<const std::int32_t> b) {
  detail::check_information(a.size(), b.size(), 1);
  const auto n = static_cast<double>(a.size());
  Buffer<double> part(a.size(), 1.0);  // of each row: p(a, b) / (p(a) p(b))
  const auto divide = [&](const auto& key_of, bool by) {
    detail::SortKeys keys;
    for (std::size_t i = 0; i < a.size(); ++i) keys.emplace_back(key_of(i), static_cast<RowIndex>(i));
    detail::sort_keys(keys);
    for (std::size_t begin = 0, end = 0; begin < keys.size(); begin = end) {
      while (end < keys.size() && keys[end].first == keys[begin].first) ++end;
      const double share = static_cast<double>(end - begin) / n;
      for (std::size_t i = begin; i < end; ++i) part[keys[i].second] *= by ? 1 / share : share;
    }
  };
  divide([&](std::size_t i) { return std::int64_t{a[i]}; }, true);
  divide([&](std::size_t i) { return std::int64_t{b[i]}; }, true);
  divide([&](std::size_t i) { return std::int64_t{a[i]} * (std::int64_t{1} << 32) + b[i]; }, false);
  double sum = 0;
  for (const double p : part) sum += std::log(p);
  return a.empty() ? 0 : std::max(0.0, sum / n);
}

}  // namespace tutti
