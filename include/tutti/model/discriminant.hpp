// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/error.hpp>

#include <cmath>
#include <cstddef>
#include <initializer_list>
#include <limits>
#include <span>

/// What LDA and QDA have in common: priors, and the way from log densities to probabilities.
namespace tutti::detail {

/// Logs of what the probabilities are in proportion to, which are used up; NaN in one of them is NaN in all.
inline void posterior(double* logs, std::span<float> p) noexcept {
  double most = logs[0], sum = 0;
  for (std::size_t c = 1; c < p.size(); ++c) most = logs[c] <= most ? most : logs[c];
  for (std::size_t c = 0; c < p.size(); ++c) sum += logs[c] = std::exp(logs[c] - most);
  for (std::size_t c = 0; c < p.size(); ++c) p[c] = static_cast<float>(logs[c] / sum);
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
