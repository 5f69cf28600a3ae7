// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/folds.hpp>
#include <tutti/model/class_balance.hpp>
#include <tutti/model/moments.hpp>
#include <tutti/model/svm.hpp>
#include <tutti/model/svm_pairs.hpp>

#include <type_traits>

namespace tutti {
namespace detail {

/// Gamma in numbers, as scikit-learn makes it.
template <class Problem> float gamma_of(const Problem& p, float gamma) {
  if (gamma > 0) return gamma;
  if (gamma == svm::automatic) return 1.0f / static_cast<float>(p.width);
  const double n = static_cast<double>(p.x.size());
  double mean = 0, squares = 0;
  for (const float v : p.x) mean += static_cast<double>(v) / n;
  for (const float v : p.x) squares += (static_cast<double>(v) - mean) * (static_cast<double>(v) - mean) / n;
  return squares > 0 ? static_cast<float>(1 / (static_cast<double>(p.width) * squares)) : 1.0f;
}

/// What is asked of the options; expect(condition, words).
[[gnu::cold]] inline void check_svm(const SVM& spec, int classes, const auto& expect) {
  const auto positive = [](float v) { return v > 0 && std::isfinite(v); };
  const svm::Kernel& k = spec.kernel;
  expect(positive(spec.C), {"expected a finite C > 0, got ", spec.C});
  expect(spec.epsilon >= 0 && std::isfinite(spec.epsilon), {"expected a finite epsilon >= 0, got ", spec.epsilon});
  expect(positive(spec.tolerance), {"expected a finite tolerance > 0, got ", spec.tolerance});
  expect(spec.cache_mb >= 0, {"expected cache_mb >= 0, got ", spec.cache_mb});
  expect(spec.iterations >= 0, {"expected iterations >= 0, got ", spec.iterations});
  expect(k.kind == svm::Kernel::Kind::linear || positive(k.gamma) || k.gamma == svm::scale || k.gamma == svm::automatic,
         {"expected a finite gamma > 0, svm::scale or svm::automatic, got ", k.gamma});
  expect(std::isfinite(k.offset), {"expected a finite offset of the kernel, got ", k.offset});
  expect(k.degree >= 0, {"expected a degree >= 0, got ", k.degree});
  spec.class_weights.check(classes);
}

/// Rows, targets and options; expect(condition, words).
template <class X, class Y>
SvmProblem svm_problem(const SVM& spec, const Dataset<X, Y>& data, const std::string& path, const auto& expect) {
  check_svm(spec, Y::is_label ? data.outputs() : 0, expect);
  const RowSource x = row_source(data);
  checked_moments(x, path, "SVM", {.variance = false});
  SvmProblem p;
  p.width = x.width;
  p.x.reserve(static_cast<std::size_t>(x.rows * x.width));
  for (std::ptrdiff_t i = 0; i < x.rows; ++i) {
    const double w = x.weight[static_cast<std::size_t>(i)], y = static_cast<double>(data.target(i)[0]);
    if (!(w > 0)) continue;
    expect(std::isfinite(y), {"expected finite targets, got ", y, " in row ", i});
    p.row.push_back(i);
    p.weight.push_back(w);
    p.target.push_back(y);
    p.C.push_back(static_cast<double>(spec.C) * w);
    p.x.resize(p.x.size() + static_cast<std::size_t>(p.width));
    x.read(i, p.x.end() - p.width);
  }
  p.options.kernel = spec.kernel;
  p.options.kernel.gamma = gamma_of(p, spec.kernel.gamma);
  p.options.epsilon = Y::is_label ? 0 : static_cast<double>(spec.epsilon);
  p.options.tolerance = static_cast<double>(spec.tolerance);
  p.options.shrinking = spec.shrinking;
  p.options.cache_bytes = static_cast<std::size_t>(spec.cache_mb) << 20;
  p.options.iterations = spec.iterations;
  return p;
}

/// C of each row by its class.
template <class Problem>
void weigh_classes(Problem& p, const SVM& spec, const Buffer<Buffer<std::ptrdiff_t>>& rows_of,
                   const Buffer<std::int32_t>& classes) {
  Buffer<double> own(rows_of.size());
  for (std::size_t c = 0; c < rows_of.size(); ++c)
    for (const std::ptrdiff_t i : rows_of[c]) own[c] += p.weight[static_cast<std::size_t>(i)];
  const Buffer<double> balancing = balancing_factors(own);
  for (std::size_t c = 0; c < rows_of.size(); ++c) {
    const double factor = spec.class_weights[classes[c]] * (spec.balanced ? balancing[c] : 1);
    for (const std::ptrdiff_t i : rows_of[c]) p.C[static_cast<std::size_t>(i)] *= factor;
  }
}

}  // namespace detail

template <class X, class Y>
  requires(Y::is_label || Y::width == 1)
SVM::Model<X, Y> SVM::fit(const Dataset<X, Y>& data, Context context)
const {
  const auto expect = [&](bool condition, std::initializer_list<Word> reason) {
    detail::fit_check(condition, context.path(), "SVM", reason);
  };
  detail::SvmProblem p = detail::svm_problem(*this, data, context.path(), expect);
  Model<X, Y> model;
  model.outputs_of_row = data.outputs();
  const auto told = [&](const SmoSolution& s) {
    model.objective.push_back(s.objective);
    if (!s.converged && context.progress())
      context.progress().report(context.path(), detail::joined({"not converged after ", s.iterations, " iterations"}));
  };
  if constexpr (Y::is_label) {
    Buffer<Buffer<std::ptrdiff_t>> of_class(static_cast<std::size_t>(data.classes())), rows_of;
    for (std::ptrdiff_t i = 0; i < p.rows(); ++i)
      of_class[static_cast<std::size_t>(p.target[static_cast<std::size_t>(i)])].push_back(i);
    for (std::size_t c = 0; c < of_class.size(); ++c)
      if (!of_class[c].empty()) {
        model.classes.push_back(static_cast<std::int32_t>(c));
        rows_of.push_back(std::move(of_class[c]));
      }
    detail::weigh_classes(p, *this, rows_of, model.classes);
    if (probabilities && rows_of.size() > 1) {
      p.folds = std::min(5, Units(data).size());
      const FoldPlan plan(Folds{.k = p.folds}, data, context.random("probabilities"));
      for (const std::ptrdiff_t i : p.row) p.fold.push_back(plan.fold(data.origin(i)));
    }
    const Buffer<detail::PairOfClasses> pairs = detail::solve_pairs(p, rows_of);
    model.support = detail::all_machines(p, rows_of, pairs);
    if (pairs.empty()) model.support.offset.push_back(0);  // one class alone: nothing to decide
    for (const detail::PairOfClasses& pair : pairs) {
      told(pair.solution);
      if (probabilities) model.scales.push_back(pair.scale);
    }
  } else {
    Buffer<std::ptrdiff_t> all;
    for (std::ptrdiff_t i = 0; i < p.rows(); ++i) all.push_back(i);
    const SmoSolution solution = detail::solve_rows(p, all, -1);
    model.support = detail::one_machine(p, all, solution);
    told(solution);
  }
  return model;
}

}  // namespace tutti
