// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/error.hpp>
#include <tutti/kernel/elementary.hpp>
#include <tutti/kernel/reduce.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <initializer_list>
#include <limits>
#include <span>

/// What LDA, QDA and NaiveBayes have in common: priors, and the way from log densities to probabilities.
namespace tutti::detail {

/// Logs of what the probabilities are in proportion to, which are used up; NaN in one of them is NaN in all.
inline void posterior(double* logs, std::span<float> p) noexcept {
  using kernel::lanes;
  const std::ptrdiff_t n = std::ssize(p);
  const kernel::Batch<double> most(kernel::max(n, logs));
  kernel::Batch<double> sum(0.0);
  for (std::ptrdiff_t c = 0; c < n; c += lanes<double>) {
    const std::ptrdiff_t count = std::min(lanes<double>, n - c);
    const auto e = kernel::exp<double>(kernel::load_count<double>(logs + c, count) - most);
    kernel::store_count<double>(e, logs + c, count);
    sum += kernel::first_lanes<double>(e, count);
  }
  const double factor = 1 / kernel::lane_sum<double>(sum);
  for (std::ptrdiff_t c = 0; c < n; ++c) p[static_cast<std::size_t>(c)] = static_cast<float>(logs[c] * factor);
}

/// Given priors are K numbers >= 0 that sum to 1; none: the shares of the classes' weights.
[[gnu::cold]] inline void check_priors(const Buffer<float>& priors, int classes, const auto& expect) {
  double sum = 0;
  bool nonnegative = true;
  for (const float p : priors) {
    nonnegative = nonnegative && p >= 0;
    sum += static_cast<double>(p);
  }
  expect(priors.empty() || std::ssize(priors) == classes, {"expected priors of ", classes, " classes, got ", priors.size()});
  expect(priors.empty() || (nonnegative && std::abs(sum - 1) <= 1e-5), {"expected priors >= 0 that sum to 1, got a sum of ", sum});
}

/// The priors of the classes that have rows, summing to 1; 0 for the others.
/// Shapes   weight (K): of the rows of each class.
[[gnu::cold]] inline Buffer<double> priors_of(const Buffer<float>& given, const Buffer<double>& weight) {
  Buffer<double> prior(weight.size());
  double all = 0;
  for (std::size_t c = 0; c < prior.size(); ++c)
    if (weight[c] > 0) all += prior[c] = given.empty() ? weight[c] : static_cast<double>(given[c]);
  for (double& p : prior) p = all > 0 ? p / all : 0;
  return prior;
}

}  // namespace tutti::detail
