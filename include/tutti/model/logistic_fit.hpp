// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/class_balance.hpp>
#include <tutti/model/logistic.hpp>
#include <tutti/model/logistic_search.hpp>

#include <limits>

namespace tutti {
namespace detail {

/// What each class's rows count for, and the share of the whole that they then have.
/// Shapes   factor, share (classes).
struct ClassBalance {
  Buffer<double> factor{}, share{};
};
template <class Spec> ClassBalance class_balance(const Spec& s, const RowSource& x, const Buffer<int>& target, std::size_t classes) {
  ClassBalance c{Buffer<double>(classes, 1.0), Buffer<double>(classes, 0.0)};
  for (std::size_t i = 0; i < target.size(); ++i) c.share[static_cast<std::size_t>(target[i])] += x.weight[i] / x.total;
  if (s.balanced) c.factor = balancing_factors(c.share);
  double total = 0;
  for (std::size_t k = 0; k < classes; ++k) {
    if (s.class_weights) c.factor[k] = s.class_weights[static_cast<std::ptrdiff_t>(k)];
    total += c.share[k] *= c.factor[k];
  }
  if (s.balanced || s.class_weights)
    for (double& v : c.share) v /= total;
  return c;
}

}  // namespace detail

template <class X, class Y>
Logistic::Model<X, Y> Logistic::fit(const Dataset<X, Y>& data, Context context) const {
  const auto expect = [&](bool condition, std::initializer_list<Word> reason) {
    detail::fit_check(condition, context.path(), "Logistic", reason);
  };
  expect(lambda >= 0 && std::isfinite(lambda), {"expected a finite lambda >= 0, got ", lambda});
  expect(tolerance >= 0, {"expected a tolerance >= 0, got ", tolerance});
  expect(iterations >= 0, {"expected iterations >= 0, got ", iterations});
  expect(l1_ratio >= 0 && l1_ratio <= 1, {"expected an l1_ratio in [0, 1], got ", l1_ratio});
  expect(!balanced || !class_weights, {"expected either balanced classes or class_weights, got both"});
  const auto width = static_cast<std::size_t>(data.width()),
             classes = static_cast<std::size_t>(data.classes());
  class_weights.check(data.classes());
  RowSource x = row_source(data);
  Buffer<int> target;
  for (std::ptrdiff_t i = 0; i < x.rows; ++i) target.push_back(data.target(i)[0]);
  detail::ClassBalance balance = detail::class_balance(*this, x, target, classes);
  if (balanced || class_weights) {
    x.total = 0;
    for (std::size_t i = 0; i < target.size(); ++i)
      x.total += x.weight[i] *= balance.factor[static_cast<std::size_t>(target[i])];
  }
  const Moments m = detail::checked_moments(x, context.path(), "Logistic", {});

  Buffer<double>& share = balance.share;
  Buffer<std::size_t> present;  // classes that have rows
  Buffer<int> place(classes, 0);
  for (std::size_t k = 0; k < classes; ++k)
    if (share[k] > 0) {
      place[k] = static_cast<int>(present.size());
      share[present.size()] = share[k];
      present.push_back(k);
    }
  share.resize(present.size());

  const Buffer<double> mean = intercept ? m.mean : Buffer<double>(width);
  Buffer<double> W;
  int found_logits = 0;
  if (present.size() > 1) {
    found_logits = logits(static_cast<int>(present.size()));
    const DesignRows rows(std::move(x), mean, intercept);
    for (int& k : target) k = place[static_cast<std::size_t>(k)];
    detail::LogisticProblem p{rows, std::move(target), found_logits, static_cast<double>(lambda), intercept};
    detail::LogisticOptimum found = detail::search_logistic(
        p, m, static_cast<double>(l1_ratio), {iterations, static_cast<double>(tolerance)}, share);
    if (!found.converged && context.progress())
      context.progress().report(context.path(), detail::joined({"not converged after ", found.iterations, " iterations"}));
    W = std::move(found.W);
  }

  const bool binary = classes == 2;  // one logit, of class 1
  const auto outputs = static_cast<std::size_t>(logits(static_cast<int>(classes)));
  constexpr float never = -std::numeric_limits<float>::infinity();
  Model<X, Y> model;
  model.width = data.width();
  model.classes = data.classes();
  model.coefficients.resize(width * outputs);
  model.intercept.assign(outputs, never);
  if (binary && present.size() == 1) model.intercept[0] = present[0] == 0 ? never : -never;
  if (!binary && present.size() <= 2) model.intercept[present[0]] = 0;
  for (std::size_t l = 0; l < static_cast<std::size_t>(found_logits); ++l) {
    const std::size_t k = binary ? 0 : present[found_logits == 1 ? 1 : l];
    double b = W[static_cast<std::size_t>(found_logits) * width + l];
    for (std::size_t j = 0; j < width; ++j) {
      const double exact = W[l * width + j];
      const float rounded = model.coefficients[j * outputs + k] = static_cast<float>(exact);
      b += mean[j] * (exact - static_cast<double>(rounded));  // the intercept makes up for the rounding
    }
    model.intercept[k] = static_cast<float>(b);
  }
  return model;
}

}  // namespace tutti
