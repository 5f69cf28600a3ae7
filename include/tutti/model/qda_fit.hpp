// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/lda_fit.hpp>
#include <tutti/model/qda.hpp>

namespace tutti {
namespace detail {

/// Where the covariance (1 - r) S / freedom + r I of a class is I; gives the log of its determinant.
template <class Problem>
double class_space(const Problem& p, const ChosenRows& rows, std::size_t c, double r, PrincipalComponents& space) {
  ClassSpread spread = class_spread(rows);
  const auto width = static_cast<std::size_t>(p.x.width);
  for (double& v : spread.scatter) v /= spread.freedom > 0 ? spread.freedom : 1.0;
  const SymmetricEigen e = symmetric_eigen(std::move(spread.scatter), p.x.width, p.x.width);
  p.expect(e.values.size() == width, {"expected numbers whose squares are finite"});
  std::size_t varied = 0;
  for (const double v : e.values)
    varied += v > e.values[0] * static_cast<double>(p.x.width) * std::numeric_limits<double>::epsilon() ? 1 : 0;
  p.expect(r > 0 || varied == width,
           {"expected regularization > 0, got 0: rows of class ", c, " vary in ", varied, " of ", width, " directions"});
  space.mean = std::move(spread.rows.mean);
  space.directions.resize(width * width);
  space.variance = e.values;
  double log_determinant = 0;
  for (std::size_t k = 0; k < width; ++k) {
    const double variance = (1 - r) * std::max(e.values[k], 0.0) + r;
    log_determinant += std::log(variance);
    space.scale.push_back(std::sqrt(variance));
    for (std::size_t j = 0; j < width; ++j) space.directions[j * width + k] = e.vectors[k * width + j];
  }
  space.ratio.assign(width, 0.0);
  for (std::size_t k = 0; k < width && e.values[0] > 0; ++k) {
    double all = 0;
    for (const double v : e.values) all += std::max(v, 0.0);
    space.ratio[k] = std::max(e.values[k], 0.0) / all;
  }
  return log_determinant;
}

}  // namespace detail

template <class X, class Y> QDA::Model<X, Y> QDA::fit(const Dataset<X, Y>& data, Context context) const {
  detail::DiscriminantProblem p = detail::discriminant_problem(data);
  p.priors = priors;
  p.path = context.path();
  p.name = "QDA";
  p.expect(regularization >= 0 && regularization <= 1, {"expected a regularization in [0, 1], got ", regularization});
  const Buffer<detail::ChosenRows> rows = detail::rows_of_classes(p.x, p.label, p.classes);
  const Buffer<double> prior = detail::checked_priors(p, detail::weights_of(rows));
  Model<X, Y> model;
  model.columns = data.width();
  model.spaces.resize(rows.size());
  for (std::size_t c = 0; c < rows.size(); ++c) {
    double log = std::log(prior[c]);
    if (!rows[c].row.empty()) log -= detail::class_space(p, rows[c], c, static_cast<double>(regularization), model.spaces[c]) / 2;
    model.log_scale.push_back(log);
  }
  return model;
}

}  // namespace tutti
