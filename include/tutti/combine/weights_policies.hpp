// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/learnt_weights.hpp>
#include <tutti/combine/member_outputs.hpp>
#include <tutti/combine/mixture_weights.hpp>
#include <tutti/combine/non_negative_least_squares.hpp>
#include <tutti/measure/resample.hpp>

#include <limits>

/// How the policies of learnt_weights.hpp learn.
namespace tutti {
namespace detail {

/// What a member says is the probability of what is true, as LogLoss has it.
inline double chance_of(const Judged& j, std::ptrdiff_t i) {
  constexpr double eps = std::numeric_limits<float>::epsilon();
  double all = 0;
  for (const float p : j.outputs.row(i)) all += std::clamp<double>(p, eps, 1 - eps);
  return std::clamp<double>(j.outputs(i, j.label(i)), eps, 1 - eps) / all;
}
inline double chance_of_flag(const Judged& j, std::ptrdiff_t i, std::ptrdiff_t k) {
  constexpr double eps = std::numeric_limits<float>::epsilon();
  const double p = std::clamp<double>(j.outputs(i, k), eps, 1 - eps);
  return j.number(i, k) > 0.5f ? p : 1 - p;
}
inline double true_value(const Judged& j, std::ptrdiff_t i, std::ptrdiff_t k) {
  return j.labels.empty() ? static_cast<double>(j.number(i, k)) : j.label(i) == k ? 1.0 : 0.0;
}

/// Log-loss of labels and flags, squared error of numbers: of one row, the mean over its columns.
template <class = void>
[[gnu::cold]] double row_error(const Judged& j, std::ptrdiff_t i) {
  if (!j.labels.empty()) return -std::log(chance_of(j, i));
  double sum = 0;
  for (std::ptrdiff_t k = 0; k < j.outputs.width(); ++k) {
    const double e = static_cast<double>(j.outputs(i, k)) - static_cast<double>(j.number(i, k));
    sum += j.flags ? -std::log(chance_of_flag(j, i, k)) : e * e;
  }
  return sum / static_cast<double>(j.outputs.width());
}

/// The variance of each column of numbers, rows weighted.
template <class = void>
[[gnu::cold]] Buffer<double> variances(const Judged& j) {
  const auto width = static_cast<std::size_t>(j.outputs.width());
  Buffer<double> mean(width), variance(width);
  double total = 0;
  for (const bool second : {false, true}) {
    for (std::ptrdiff_t i = 0; i < j.rows(); ++i)
      for (std::size_t k = 0; k < width && j.weight_of(i) > 0; ++k) {
        const double v = static_cast<double>(j.number(i, static_cast<std::ptrdiff_t>(k)));
        if (second) variance[k] += j.weight_of(i) * (v - mean[k]) * (v - mean[k]);
        else mean[k] += j.weight_of(i) * v;
        if (k == 0 && !second) total += j.weight_of(i);
      }
    for (double& v : second ? variance : mean) v /= total;
  }
  return variance;
}
/// What a row adds to the mean that is accuracy or R2.
template <class = void>
[[gnu::cold]] double row_accuracy(const Judged& j, const Buffer<double>& variance, std::ptrdiff_t i) {
  if (!j.labels.empty()) return j.predicted(i) == j.label(i) ? 1 : 0;
  double sum = 0;
  for (std::ptrdiff_t k = 0; k < j.outputs.width(); ++k) {
    const double e = static_cast<double>(j.outputs(i, k)) - static_cast<double>(j.number(i, k)), v = variance[static_cast<std::size_t>(k)];
    if (j.flags) sum += (j.outputs(i, k) > 0.5f) == (j.number(i, k) > 0.5f) ? 1 : 0;
    else sum += v > 0 ? 1 - e * e / v : e == 0 ? 1 : 0;
  }
  return sum / static_cast<double>(j.outputs.width());
}
/// The mean over the folds, each as heavy as its rows, and the standard deviation.
template <class = void>
[[gnu::cold]] std::pair<double, double> mean_and_spread(const MemberOutputs& said, std::size_t member) {
  const Judged j = said.judged(member);
  const Buffer<double> variance = j.labels.empty() && !j.flags ? variances(j) : Buffer<double>();
  Buffer<double> sum, weight;
  double mean = 0, total = 0, square = 0;
  for (std::ptrdiff_t i = 0; i < j.rows(); ++i) {
    if (!(j.weight_of(i) > 0)) continue;
    const auto f = static_cast<std::size_t>(said.fold_of(i));
    if (f >= sum.size()) sum.resize(f + 1), weight.resize(f + 1);
    sum[f] += j.weight_of(i) * row_accuracy(j, variance, i);
    weight[f] += j.weight_of(i);
  }
  for (std::size_t f = 0; f < sum.size(); ++f) mean += sum[f], total += weight[f];
  mean /= total;
  for (std::size_t f = 0; f < sum.size(); ++f)
    if (weight[f] > 0) square += weight[f] * (sum[f] / weight[f] - mean) * (sum[f] / weight[f] - mean);
  return {mean, std::sqrt(square / total)};
}

}  // namespace detail

template <class>
Buffer<double> AccuracyWeights::weights(const MemberOutputs& said) const {
  check(stability >= 0, "accuracy weights: expected a stability of 0 or more", stability);
  Buffer<double> w;
  double most = 0;
  for (std::size_t m = 0; m < said.members.size(); ++m) {
    const auto [mean, spread] = detail::mean_and_spread(said, m);
    w.push_back(std::max(0.0, mean - stability * spread));
    most = std::max(most, w.back());
  }
  if (!(most > 0)) w.assign(w.size(), 1.0);
  return w;
}

template <class>
Buffer<double> InverseErrorWeights::weights(const MemberOutputs& said) const {
  check(power >= 0, "inverse error weights: expected a power of 0 or more", power);
  Buffer<double> error;
  for (std::size_t m = 0; m < said.members.size(); ++m) {
    const Judged j = said.judged(m);
    double sum = 0;
    for (std::ptrdiff_t i = 0; i < j.rows(); ++i)
      if (j.weight_of(i) > 0) sum += j.weight_of(i) * detail::row_error(j, i);
    error.push_back(sum);
  }
  const double least = *std::min_element(error.begin(), error.end());
  for (double& e : error) e = power == 0 ? 1 : least > 0 ? std::pow(least / e, power) : e == 0 ? 1 : 0;
  return error;
}

template <class>
Buffer<double> BootstrapWeights::weights(const MemberOutputs& said) const {
  check(resamples >= 1, "bootstrap weights: expected at least one resample", resamples);
  const std::size_t count = said.members.size();
  const detail::DrawnUnits drawn(said.judged(0));
  Buffer<double> error(static_cast<std::size_t>(drawn.size()) * count);  // of each unit, member by member
  for (std::size_t m = 0; m < count; ++m) {
    const Judged j = said.judged(m);
    for (std::ptrdiff_t u = 0; u < drawn.size(); ++u)
      for (const RowIndex i : drawn.unit(u)) error[static_cast<std::size_t>(u) * count + m] += j.weight_of(i) * detail::row_error(j, i);
  }
  Buffer<double> won(static_cast<std::size_t>(resamples) * count), w(count);
  parallel::for_each(resamples, 8, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    Buffer<double> sum(count);
    for (std::ptrdiff_t r = begin; r < end; ++r) {
      Random random = said.random.stream(static_cast<std::uint64_t>(r));
      sum.assign(count, 0.0);
      for (std::ptrdiff_t n = 0; n < drawn.size(); ++n) {
        const double* const e = error.data() + random.below(static_cast<std::uint32_t>(drawn.size())) * count;
        for (std::size_t m = 0; m < count; ++m) sum[m] += e[m];
      }
      const double least = *std::min_element(sum.begin(), sum.end());
      const auto ties = static_cast<double>(std::count(sum.begin(), sum.end(), least));
      for (std::size_t m = 0; m < count; ++m) won[static_cast<std::size_t>(r) * count + m] = sum[m] == least ? 1 / ties : 0;
    }
  });
  for (std::size_t at = 0; at < won.size(); ++at) w[at % count] += won[at] / resamples;
  return w;
}

template <class>
Buffer<double> LeastSquaresWeights::weights(const MemberOutputs& said) const {
  const std::size_t n = said.members.size();
  Buffer<double> G(n * n), q(n), row(n);
  const Judged first = said.judged(0);
  for (std::ptrdiff_t i = 0; i < said.rows(); ++i) {
    const double weight = first.weight_of(i);
    for (std::ptrdiff_t k = 0; k < said.members[0].width() && weight > 0; ++k) {
      const double y = detail::true_value(first, i, k);
      for (std::size_t m = 0; m < n; ++m) row[m] = static_cast<double>(said.members[m](i, k)) - (sum_to_one ? y : 0);
      for (std::size_t m = 0; m < n; ++m) {
        q[m] += weight * row[m] * y;
        for (std::size_t l = 0; l < n; ++l) G[m * n + l] += weight * row[m] * row[l];
      }
    }
  }
  if (sum_to_one) return least_on_simplex(G, n);
  Buffer<double> w = non_negative_least_squares(G, q);
  if (*std::max_element(w.begin(), w.end()) == 0) w.assign(n, 1.0);  // nobody is better than nothing
  return w;
}

template <class>
Buffer<double> LogLossWeights::weights(const MemberOutputs& said) const {
  const std::size_t n = said.members.size();
  Buffer<double> q, weight;
  for (std::ptrdiff_t i = 0; i < said.rows(); ++i) {
    if (!(said.truth.weight_of(i) > 0)) continue;
    const std::ptrdiff_t chances = said.truth.flags ? said.members[0].width() : 1;
    for (std::ptrdiff_t k = 0; k < chances; ++k) {
      for (std::size_t m = 0; m < n; ++m)
        q.push_back(said.truth.flags ? detail::chance_of_flag(said.judged(m), i, k) : detail::chance_of(said.judged(m), i));
      weight.push_back(said.truth.weight_of(i));
    }
  }
  return likeliest_mixture({q.data(), std::ssize(weight), static_cast<std::ptrdiff_t>(n)}, {weight.data(), weight.size()}).weights;
}

}  // namespace tutti
