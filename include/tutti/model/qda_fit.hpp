// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/lda_fit.hpp>
#include <tutti/model/qda.hpp>

namespace tutti {
namespace detail {

/// F with F F^T = S^-1 for the covariance S = (1 - r) scatter / freedom + r I of a class; gives log |S|.
/// Shapes   mean (columns), factor F (columns, columns).
template <class Problem>
double class_factor(const Problem& p, const ChosenRows& rows, std::size_t c, double r, double* mean, double* factor) {
  const ClassSpread spread = class_spread(rows);
  const std::ptrdiff_t n = p.x.width;
  const double share = spread.freedom > 0 ? (1 - r) / spread.freedom : 0;
  SymmetricSystem s(n, n);  // [S | I] becomes [U | F^T]
  for (std::ptrdiff_t i = 0; i < n; ++i) {
    mean[i] = spread.rows.mean[static_cast<std::size_t>(i)];
    for (std::ptrdiff_t j = i; j < n; ++j) s(i, j) = share * spread.scatter[static_cast<std::size_t>(i * n + j)] + (i == j ? r : 0);
    s(i, n + i) = 1;
  }
  const std::ptrdiff_t lost = factorise(s, r);
  p.expect(lost == n, {"expected regularization > 0, got 0: in rows of class ", c, " column ", lost,
                       " is a linear combination of those before it"});
  double log_determinant = 0;
  for (std::ptrdiff_t k = 0; k < n; ++k) {
    log_determinant += 2 * std::log(s(k, k));
    for (std::ptrdiff_t j = 0; j <= k; ++j) factor[j * n + k] = s(k, n + j);
  }
  p.expect(std::isfinite(log_determinant), {"expected numbers whose squares are finite"});
  return log_determinant;
}

}  // namespace detail

template <class X, class Y> QDA::Model<X, Y> QDA::fit(const Dataset<X, Y>& data, Context context) const {
  detail::DiscriminantProblem p = detail::discriminant_problem(data);
  p.priors = priors;
  p.path = context.path();
  p.name = "QDA";
  p.one_class = true;
  p.expect(regularization >= 0 && regularization <= 1, {"expected a regularization in [0, 1], got ", regularization});
  const Buffer<detail::ChosenRows> rows = detail::rows_of_classes(p.x, p.label, p.classes);
  const Buffer<double> weight = detail::weights_of(rows), prior = detail::checked_priors(p, weight);
  const bool alone = detail::is_alone(weight);  // then there is nothing to tell apart
  Model<X, Y> model;
  model.columns = data.width();
  const std::ptrdiff_t n = data.width();
  model.mean.resize(rows.size() * static_cast<std::size_t>(n));
  model.factor.resize(model.mean.size() * static_cast<std::size_t>(n));
  for (std::size_t c = 0; c < rows.size(); ++c) {
    const auto place = static_cast<std::ptrdiff_t>(c) * n;
    double log = std::log(prior[c]);
    if (!rows[c].row.empty() && !alone)
      log -= detail::class_factor(p, rows[c], c, static_cast<double>(regularization), model.mean.data() + place,
                                  model.factor.data() + place * n) /
             2;
    model.log_scale.push_back(log);
  }
  return model;
}

}  // namespace tutti
