// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/parallel.hpp>
#include <tutti/model/class_balance.hpp>
#include <tutti/model/dual_descent.hpp>
#include <tutti/model/finite_newton.hpp>
#include <tutti/model/linear_svm.hpp>
#include <tutti/model/moments.hpp>

#include <limits>

namespace tutti {
namespace detail {

/// The rows of positive weight, widened by a constant for the intercept and by zeros to whole eights.
/// Shapes   x (rows, stride), C, target (rows).
struct LinearSvmRows {
  Buffer<float> x{};
  std::ptrdiff_t width = 0, stride = 0;
  Buffer<double> C{}, target{};  // target: a class, or a number
  int used = 0;                  // width, and 1 for the intercept

  RowSource source() const {
    RowSource s;
    s.rows = std::ssize(C);
    s.width = used;
    s.weight.assign(C.size(), 1.0);
    s.total = static_cast<double>(s.rows);
    s.data = this;
    s.copy = [](const void* self, std::ptrdiff_t i, float* to) {
      const auto& rows = *static_cast<const LinearSvmRows*>(self);
      std::copy_n(rows.x.data() + i * rows.stride, rows.used, to);
    };
    return s;
  }
};
template <class X, class Y>
LinearSvmRows linear_svm_rows(const LinearSVM& spec, const Dataset<X, Y>& data, const RowSource& x, const auto& expect) {
  LinearSvmRows r;
  r.width = x.width;
  r.used = x.width + (spec.intercept ? 1 : 0);
  r.stride = (std::ptrdiff_t{r.used} + 7) / 8 * 8;
  r.x.reserve(static_cast<std::size_t>(x.rows * r.stride));
  for (std::ptrdiff_t i = 0; i < x.rows; ++i) {
    const double w = x.weight[static_cast<std::size_t>(i)], y = static_cast<double>(data.target(i)[0]);
    if (!(w > 0)) continue;
    expect(std::isfinite(y), {"expected finite targets, got ", y, " in row ", i});
    r.x.resize(r.x.size() + static_cast<std::size_t>(r.stride));
    x.read(i, r.x.end() - r.stride);
    if (spec.intercept) *(r.x.end() - r.stride + x.width) = spec.intercept_scale;
    r.C.push_back(static_cast<double>(spec.C) * w);
    r.target.push_back(y);
  }
  return r;
}

struct LinearSvmSolution {
  Buffer<double> w{};
  int iterations = 0;
  bool converged = false;
};
/// By Newton's steps where the loss is squared and columns are few, else by the dual, row by row.
template <class Rows>
LinearSvmSolution solve_linear(const LinearSVM& spec, const Rows& r, Buffer<double> z, bool labels, Random random) {
  constexpr std::ptrdiff_t few = 512;
  const double epsilon = labels ? 0 : static_cast<double>(spec.epsilon), tolerance = static_cast<double>(spec.tolerance);
  if (spec.squared && r.width < few && r.width <= std::ssize(z)) {
    FiniteNewtonProblem p;
    p.x = r.source();
    p.z = std::move(z);
    p.C = r.C;
    p.labels = labels;
    p.epsilon = epsilon;
    p.tolerance = tolerance;
    p.iterations = spec.iterations;
    FiniteNewtonSolution s = finite_newton(p);
    return {std::move(s.w), s.iterations, s.converged};
  }
  DualDescentProblem p;
  p.x = r.x.data();
  p.width = r.stride;
  p.epsilon = epsilon;
  p.tolerance = tolerance;
  p.iterations = spec.iterations;
  for (std::size_t i = 0; i < z.size(); ++i) {
    const double most = spec.squared ? std::numeric_limits<double>::infinity() : r.C[i];
    p.ridge.push_back(spec.squared ? 1 / (2 * r.C[i]) : 0);
    p.high.push_back(labels && z[i] < 0 ? 0 : most);
    p.low.push_back(labels && z[i] > 0 ? 0 : -most);
  }
  p.z = std::move(z);
  DualDescentSolution s = dual_descent(p, random);
  return {std::move(s.w), s.iterations, s.converged};
}

/// What is asked of the options; expect(condition, words).
[[gnu::cold]] inline void check_linear_svm(const LinearSVM& spec, int classes, const auto& expect) {
  const auto positive = [](float v) { return v > 0 && std::isfinite(v); };
  expect(positive(spec.C), {"expected a finite C > 0, got ", spec.C});
  expect(spec.epsilon >= 0 && std::isfinite(spec.epsilon), {"expected a finite epsilon >= 0, got ", spec.epsilon});
  expect(positive(spec.tolerance), {"expected a finite tolerance > 0, got ", spec.tolerance});
  expect(positive(spec.intercept_scale), {"expected a finite intercept_scale > 0, got ", spec.intercept_scale});
  expect(spec.iterations >= 0, {"expected iterations >= 0, got ", spec.iterations});
  spec.class_weights.check(classes);
}

/// Classes that have rows, and C of their rows weighed by class.
template <class Rows> Buffer<int> weighed_classes(const LinearSVM& spec, Rows& r, int classes) {
  Buffer<double> own(static_cast<std::size_t>(classes));
  Buffer<int> present;
  for (std::size_t i = 0; i < r.C.size(); ++i) own[static_cast<std::size_t>(r.target[i])] += r.C[i];
  const Buffer<double> balancing = balancing_factors(own);
  for (int c = 0; c < classes; ++c)
    if (own[static_cast<std::size_t>(c)] > 0) present.push_back(c);
  for (std::size_t i = 0; i < r.C.size(); ++i) {
    const auto c = static_cast<std::size_t>(r.target[i]);
    r.C[i] *= spec.class_weights[static_cast<std::ptrdiff_t>(c)];
    if (spec.balanced) r.C[i] *= balancing[c];
  }
  return present;
}

}  // namespace detail

template <class X, class Y>
  requires(Y::is_label || Y::width == 1)
LinearSVM::Model<X, Y> LinearSVM::fit(const Dataset<X, Y>& data, Context context)
const {
  const auto expect = [&](bool condition, std::initializer_list<Word> reason) {
    detail::fit_check(condition, context.path(), "LinearSVM", reason);
  };
  detail::check_linear_svm(*this, Y::is_label ? data.outputs() : 0, expect);
  const RowSource x = row_source(data);
  detail::checked_moments(x, context.path(), "LinearSVM", {.variance = false});
  detail::LinearSvmRows rows = detail::linear_svm_rows(*this, data, x, expect);
  const Random random = context.random("order");

  Buffer<int> present;
  Buffer<detail::LinearSvmSolution> solution(1);
  if constexpr (Y::is_label) {
    present = detail::weighed_classes(*this, rows, data.outputs());
    solution.resize(present.size() == 1 ? 0 : present.size() == 2 ? 1 : present.size());
    parallel::for_each(std::ssize(solution), 1, [&](std::ptrdiff_t k, std::ptrdiff_t end) {
      for (; k < end; ++k) {
        const int own = present.size() == 2 ? present[1] : present[static_cast<std::size_t>(k)];
        Buffer<double> z;
        for (const double c : rows.target) z.push_back(static_cast<int>(c) == own ? 1 : -1);
        solution[static_cast<std::size_t>(k)] = detail::solve_linear(*this, rows, std::move(z), true, random);
      }
    });
  } else {
    solution[0] = detail::solve_linear(*this, rows, rows.target, false, random);
  }
  for (const detail::LinearSvmSolution& s : solution)
    if (!s.converged && context.progress())
      context.progress().report(context.path(), detail::joined({"not converged after ", s.iterations, " iterations"}));

  Model<X, Y> model;
  const auto outputs = static_cast<std::size_t>(decisions<Y>(data.outputs())), width = static_cast<std::size_t>(data.width());
  model.width = data.width();
  model.outputs_of_row = data.outputs();
  model.coefficients.resize(width * outputs);
  model.intercept.assign(outputs, Y::is_label && outputs > 1 ? -std::numeric_limits<float>::infinity() : 0.0f);
  const auto place = [&](std::size_t output, const Buffer<double>& w, double factor) {
    for (std::size_t j = 0; j < width; ++j) model.coefficients[j * outputs + output] = static_cast<float>(factor * w[j]);
    model.intercept[output] = intercept ? static_cast<float>(factor * w[width] * static_cast<double>(intercept_scale)) : 0.0f;
  };
  if (solution.empty()) {  // one class alone is certain
    constexpr float certain = std::numeric_limits<float>::infinity();
    if (data.outputs() == 2) model.intercept[0] = present[0] == 1 ? certain : -certain;
    else model.intercept[static_cast<std::size_t>(present[0])] = 0;
  } else if (outputs == 1) {
    place(0, solution[0].w, 1);
  } else if (solution.size() == 1) {  // two of many classes: half of the decision for one, half against the other
    place(static_cast<std::size_t>(present[0]), solution[0].w, -0.5);
    place(static_cast<std::size_t>(present[1]), solution[0].w, 0.5);
  } else {
    for (std::size_t k = 0; k < solution.size(); ++k) place(static_cast<std::size_t>(present[k]), solution[k].w, 1);
  }
  return model;
}

}  // namespace tutti
