// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/coordinate_descent.hpp>
#include <tutti/model/elastic_net.hpp>
#include <tutti/model/elastic_path.hpp>

namespace tutti {
namespace detail {

template <class Spec> void check_elastic_net(const Spec& s, const std::string& path, std::string_view name) {
  const auto expect = [&](bool condition, std::initializer_list<Word> reason) { fit_check(condition, path, name, reason); };
  const bool chosen = s.path != 0 || !s.lambdas.empty();
  expect(chosen || (s.lambda > 0 && std::isfinite(s.lambda)), {"expected a finite lambda > 0, got ", s.lambda});
  expect(s.path >= 0, {"expected a path of at least 1 lambda, got ", s.path});
  expect(s.path == 0 || s.lambdas.empty(), {"expected either a path or lambdas, got both"});
  for (const float v : s.lambdas) expect(v > 0 && std::isfinite(v), {"expected finite lambdas > 0, got ", v});
  expect(s.l1_ratio >= 0 && s.l1_ratio <= 1, {"expected an l1_ratio in [0, 1], got ", s.l1_ratio});
  expect(s.path == 0 || s.l1_ratio > 0, {"expected l1_ratio > 0 for a path, got 0: no lambda is large enough to begin at"});
  expect(s.tolerance >= 0, {"expected a tolerance >= 0, got ", s.tolerance});
  expect(s.iterations >= 1, {"expected iterations >= 1, got ", s.iterations});
}

/// The mean squared error on held-out rows of every lambda for each output.
/// Shapes   (outputs, lambdas).
template <class Spec, class Source>
Buffer<double> errors_on_folds(const Spec& s, const Source& x, const Buffer<double>& y, const Buffer<Buffer<double>>& grids,
                               const FoldPlan& plan, const Buffer<RowIndex>& origins, const std::string& path,
                               std::string_view name) {
  const std::size_t outputs = grids.size(), count = grids[0].size();
  Buffer<Buffer<double>> of_fold(static_cast<std::size_t>(plan.k()));
  parallel::for_each(plan.k(), 1, [&](std::ptrdiff_t f, std::ptrdiff_t) {
    Source learnt = x, held = x;
    learnt.total = held.total = 0;
    for (std::size_t i = 0; i < origins.size(); ++i) {
      if (!plan.trains(static_cast<int>(f), origins[i])) learnt.weight[i] = 0;
      if (!plan.tests(static_cast<int>(f), origins[i])) held.weight[i] = 0;
      learnt.total += learnt.weight[i];
      held.total += held.weight[i];
    }
    if (!(learnt.total > 0) || !(held.total > 0)) return;  // this member's rows are none of that fold
    const LinearProblem p = linear_problem(learnt, y, static_cast<int>(outputs), s.intercept, path, name);
    Buffer<double>& errors = of_fold[static_cast<std::size_t>(f)];
    const ElasticPaths paths(p, count);
    for (std::size_t c = 0; c < outputs; ++c)
      errors.append(held_out_errors(p, held, y, c, paths.solve(c, grids[c], penalty_of(s), nullptr)));
  });
  Buffer<double> sum(outputs * count, 0.0);
  bool any = false;
  for (const Buffer<double>& errors : of_fold)
    for (std::size_t i = 0; i < errors.size(); ++i) {
      sum[i] += errors[i];
      any = true;
    }
  fit_check(any, path, name, {"expected folds with rows to learn from and rows to be judged on, to choose lambda"});
  return sum;
}

template <class Spec, class X, class Y, class Model>
void fit_elastic_net(const Spec& s, const Dataset<X, Y>& data, const Context& context, std::string_view name, Model& m) {
  check_elastic_net(s, context.path(), name);
  const Buffer<double> y = finite_targets(data, context.path(), name);
  const RowSource x = row_source(data);
  const LinearProblem p = linear_problem(x, y, data.outputs(), s.intercept, context.path(), name);
  const std::size_t asked = s.path > 0 ? static_cast<std::size_t>(s.path) : std::max<std::size_t>(1, s.lambdas.size());
  const ElasticPaths paths(p, asked);
  Buffer<Buffer<double>> grids;
  for (std::size_t c = 0; c < p.centre.size(); ++c) grids.push_back(paths.grid(c, s));
  if (grids[0].size() > 1) {
    const auto plan = context.plan(data);
    Buffer<RowIndex> origins;
    for (std::ptrdiff_t i = 0; i < data.rows(); ++i) origins.push_back(data.origin(i));
    keep_best(grids, errors_on_folds(s, x, y, grids, *plan, origins, context.path(), name));
  }
  Buffer<double> W;
  for (std::size_t c = 0; c < grids.size(); ++c) {
    Descent last;
    const Buffer<double> w = paths.solve(c, grids[c], penalty_of(s), &last);
    W.append(w.end() - p.x.width, static_cast<std::size_t>(p.x.width));
    m.lambda.push_back(static_cast<float>(grids[c].back()));
    if (!last.converged && context.progress())
      context.progress().report(context.path(), joined({"not converged after ", last.sweeps, " sweeps"}));
  }
  set_coefficients(m, W, p.mean, p.centre);
}

}  // namespace detail

template <class X, class Y> ElasticNet::Model<X, Y> ElasticNet::fit(const Dataset<X, Y>& data, Context context) const {
  Model<X, Y> m;
  detail::fit_elastic_net(*this, data, context, "ElasticNet", m);
  return m;
}

}  // namespace tutti
