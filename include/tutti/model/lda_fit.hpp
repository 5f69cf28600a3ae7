// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/class_spread.hpp>
#include <tutti/model/lda.hpp>
#include <tutti/model/pca_fit.hpp>

#include <limits>
#include <string_view>

namespace tutti {
namespace detail {

/// Where a discriminant analysis is fitted, and what it was told.
struct DiscriminantProblem {
  RowSource x{};
  Buffer<int> label{};
  int classes = 0;
  double shrinkage = 0;
  Buffer<float> priors{};
  std::string_view path{}, name{};
  bool one_class = false;  // is enough

  void expect(bool condition, std::initializer_list<Word> reason) const {
    if (!condition) [[unlikely]]
      throw FitError(path.empty() ? name : path, joined(reason));
  }
};
template <class X, class Y> DiscriminantProblem discriminant_problem(const Dataset<X, Y>& data) {
  DiscriminantProblem p;
  p.x = row_source(data);
  p.classes = data.classes();
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) p.label.push_back(data.y(i).index());
  return p;
}
/// Whether one class has all the weight.
[[gnu::cold]] inline bool is_alone(const Buffer<double>& weight) {
  std::ptrdiff_t present = 0;
  for (const double w : weight) present += w > 0;
  return present == 1;
}
/// What is asked of rows and options; gives the priors.
template <class Problem> Buffer<double> checked_priors(const Problem& p, const Buffer<double>& weight) {
  check_priors(p.priors, p.classes, [&](bool condition, std::initializer_list<Word> reason) { p.expect(condition, reason); });
  checked_moments(p.x, std::string(p.path), p.name, {.variance = false});
  int present = 0;
  std::size_t only = 0;
  for (std::size_t c = 0; c < weight.size(); ++c)
    if (weight[c] > 0) {
      ++present;
      only = c;
    }
  p.expect(p.one_class || present > 1, {"expected rows of at least two classes, got rows of class ", only, " alone"});
  Buffer<double> prior = priors_of(p.priors, weight);
  double all = 0;
  for (const double v : prior) all += v;
  p.expect(all > 0, {"expected a prior above 0 for a class that has rows"});
  return prior;
}

/// Means of the classes and the covariance within them.
/// Shapes   means (K, columns), covariance (columns, columns).
struct WithinClasses {
  Buffer<double> means{}, covariance{};
};
template <class Problem>
WithinClasses within_classes(const Problem& p, const Buffer<ChosenRows>& rows, const Buffer<double>& prior) {
  const auto width = static_cast<std::size_t>(p.x.width);
  WithinClasses all{Buffer<double>(rows.size() * width), Buffer<double>(width * width)};
  double freedom = 0;
  for (std::size_t c = 0; c < rows.size(); ++c) {
    if (rows[c].row.empty()) continue;
    const ClassSpread spread = class_spread(rows[c]);
    std::copy_n(spread.rows.mean.data(), width, all.means.data() + c * width);
    freedom += spread.freedom;
    if (p.shrinkage == 0) kernel::axpy(std::ssize(all.covariance), 1.0, spread.scatter.data(), all.covariance.data());
    else kernel::axpy(std::ssize(all.covariance), prior[c], shrunk_covariance(spread, p.shrinkage).data(), all.covariance.data());
  }
  if (p.shrinkage == 0)
    for (double& v : all.covariance) v /= freedom > 0 ? freedom : 1.0;
  return all;
}

/// Discriminants, and where the means of the classes lie among them.
struct DiscriminantSpace {
  PrincipalComponents space{};  // variance: between the classes
  Buffer<double> centres{}, prior{};
};

/// The directions in which the means vary most, seen where the covariance within classes is I.
/// Shapes   M (K, directions of T): the means there.
template <class Space> void add_discriminants(Space& found, const Sphering& T, const Buffer<double>& M) {
  const std::size_t width = found.space.mean.size(), classes = found.prior.size();
  const auto directions = static_cast<std::size_t>(T.directions);
  Buffer<double> gram(classes * classes), v(directions), direction(width);
  for (std::size_t a = 0; a < classes; ++a)
    for (std::size_t b = 0; b < classes; ++b)
      gram[a * classes + b] = std::sqrt(found.prior[a] * found.prior[b]) *
                              kernel::sum_of_products(T.directions, M.data() + a * directions, M.data() + b * directions);
  const SymmetricEigen e = symmetric_eigen(std::move(gram), std::ssize(found.prior), std::ssize(found.prior));
  std::size_t kept = 0;
  double all = 0;
  for (const double value : e.values) {
    all += std::max(value, 0.0);
    kept += value > 1e-8 * e.values[0] && kept < directions && kept + 1 < classes ? 1 : 0;
  }
  PrincipalComponents& space = found.space;
  space.directions.resize(width * kept);
  space.scale.assign(kept, 1.0);
  found.centres.resize(classes * kept);
  for (std::size_t k = 0; k < kept; ++k) {
    space.variance.push_back(e.values[k]);
    space.ratio.push_back(e.values[k] / all);
    std::fill(v.begin(), v.end(), 0.0);  // M^T u, of length 1
    for (std::size_t c = 0; c < classes; ++c)
      kernel::axpy(T.directions, std::sqrt(found.prior[c] / e.values[k]) * e.vectors[k * classes + c], M.data() + c * directions,
                   v.data());
    for (std::size_t j = 0; j < width; ++j)
      direction[j] = kernel::sum_of_products(T.directions, T.numbers.data() + j * directions, v.data());
    const Buffer<double> before = direction;
    orient(direction.data(), std::ssize(direction));
    const double sign = kernel::sum_of_products(std::ssize(before), before.data(), direction.data()) < 0 ? -1 : 1;
    for (std::size_t j = 0; j < width; ++j) space.directions[j * kept + k] = direction[j];
    for (std::size_t c = 0; c < classes; ++c)
      found.centres[c * kept + k] = sign * kernel::sum_of_products(T.directions, M.data() + c * directions, v.data());
  }
}

template <class Problem> DiscriminantSpace discriminant_space(const Problem& p) {
  p.expect(p.shrinkage == -1 || (p.shrinkage >= 0 && p.shrinkage <= 1),
           {"expected a shrinkage in [0, 1] or LDA::ledoit_wolf, got ", p.shrinkage});
  const Buffer<ChosenRows> rows = rows_of_classes(p.x, p.label, p.classes);
  DiscriminantSpace found;
  const Buffer<double> weight = weights_of(rows);
  found.prior = checked_priors(p, weight);
  if (is_alone(weight)) {  // nothing to tell apart, in no direction
    found.space.mean.resize(static_cast<std::size_t>(p.x.width));
    return found;
  }
  WithinClasses within = within_classes(p, rows, found.prior);
  // scikit-learn's limit, 1e-4 of a singular value; shrunk covariances are of full rank
  const double least = p.shrinkage == 0 ? 1e-8 : static_cast<double>(p.x.width) * std::numeric_limits<double>::epsilon();
  const Sphering T = sphering(std::move(within.covariance), p.x.width, least);
  p.expect(T.directions > 0, {"expected classes that vary in at least one column, with finite squares"});

  const auto width = static_cast<std::size_t>(p.x.width), directions = static_cast<std::size_t>(T.directions);
  Buffer<double>& mean = found.space.mean;
  mean.resize(width);
  for (std::size_t c = 0; c < rows.size(); ++c)
    kernel::axpy(p.x.width, found.prior[c], within.means.data() + c * width, mean.data());
  Buffer<double> M(rows.size() * directions);
  for (std::size_t c = 0; c < rows.size(); ++c)
    for (std::size_t j = 0; j < width && !rows[c].row.empty(); ++j)
      kernel::axpy(T.directions, within.means[c * width + j] - mean[j], T.numbers.data() + j * directions,
                   M.data() + c * directions);
  add_discriminants(found, T, M);
  return found;
}

}  // namespace detail

template <class X, class Y> LDA::Model<X, Y> LDA::fit(const Dataset<X, Y>& data, Context context) const {
  detail::DiscriminantProblem p = detail::discriminant_problem(data);
  p.shrinkage = static_cast<double>(shrinkage);
  p.priors = priors;
  p.path = context.path();
  p.name = "LDA";
  p.one_class = true;
  detail::DiscriminantSpace found = detail::discriminant_space(p);
  const std::size_t classes = found.prior.size(), n = found.space.scale.size();
  Model<X, Y> model;
  model.mean = found.space.mean;
  model.coefficients.resize(model.mean.size() * classes);
  for (std::size_t c = 0; c < classes; ++c) {  // -|z - centre|^2 / 2, without what all classes have in common
    const double* const centre = found.centres.data() + c * n;
    double bias = std::log(found.prior[c]);
    for (std::size_t k = 0; k < n; ++k) bias -= centre[k] * centre[k] / 2;
    model.bias.push_back(bias);
    for (std::size_t j = 0; j < model.mean.size(); ++j)
      for (std::size_t k = 0; k < n; ++k) model.coefficients[j * classes + c] += found.space.directions[j * n + k] * centre[k];
  }
  return model;
}

}  // namespace tutti
