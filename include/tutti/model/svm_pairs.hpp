// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/smo.hpp>
#include <tutti/model/support_vectors.hpp>
#include <tutti/train/platt.hpp>

/// The dual problems of a support vector machine, and the machine that is made of their solutions.
namespace tutti::detail {

/// The rows of positive weight without their types, and what a support vector machine is told.
/// Shapes   x (rows, width), target, C, weight, fold (rows); row (rows): where it stands in the data.
struct SvmProblem {
  Buffer<float> x{};
  int width = 0;
  Buffer<double> target{}, C{}, weight{};  // target: a class, or a number
  Buffer<std::ptrdiff_t> row{};
  Buffer<int> fold{};  // only for probabilities
  int folds = 0;
  SmoProblem options{};  // without rows

  std::ptrdiff_t rows() const noexcept { return std::ssize(row); }
  const float* at(std::ptrdiff_t i) const noexcept { return x.data() + i * width; }
};

/// One dual problem: chosen rows, z = 1 for the first `above` of them and -1 for the others, or the targets.
template <class Problem> SmoSolution solve_rows(const Problem& p, const Buffer<std::ptrdiff_t>& chosen, std::ptrdiff_t above) {
  SmoProblem dual = p.options;
  dual.rows = KernelRows(p.width, KernelRows::blocks_for(std::ssize(chosen)));
  for (std::ptrdiff_t t = 0; t < std::ssize(chosen); ++t) {
    const auto i = static_cast<std::size_t>(chosen[static_cast<std::size_t>(t)]);
    const double z = above < 0 ? p.target[i] : t < above ? 1 : -1;
    dual.rows.set(t, p.at(static_cast<std::ptrdiff_t>(i)));
    dual.z.push_back(z);
    dual.low.push_back(above < 0 || z < 0 ? -p.C[i] : 0.0);
    dual.high.push_back(above < 0 || z > 0 ? p.C[i] : 0.0);
  }
  return solve_smo(std::move(dual));
}

/// The machine that makes one decision.
template <class Problem>
SupportVectors one_machine(const Problem& p, const Buffer<std::ptrdiff_t>& chosen, const SmoSolution& solution) {
  SupportVectors s;
  Buffer<std::size_t> kept;
  for (std::size_t t = 0; t < chosen.size(); ++t)
    if (solution.b[t] != 0) kept.push_back(t);
  s.kernel = p.options.kernel;
  s.rows = KernelRows(p.width, KernelRows::blocks_for(std::ssize(kept)));
  s.begin = {0, static_cast<std::int32_t>(s.rows.blocks)};
  s.offset = {solution.offset};
  s.coefficients.resize(static_cast<std::size_t>(s.rows.blocks * KernelRows::block));
  for (std::size_t t = 0; t < kept.size(); ++t) {
    s.rows.set(static_cast<std::ptrdiff_t>(t), p.at(chosen[kept[t]]));
    s.coefficients[t] = solution.b[kept[t]];
  }
  return s;
}

/// The rows of two classes, and what was found of them.
struct PairOfClasses {
  Buffer<std::ptrdiff_t> rows{};
  std::ptrdiff_t above = 0;  // of the first class
  SmoSolution solution{};
  PlattScale scale{};
};

/// Scales decisions on rows that a machine was not fitted to: fold by fold. Where the others are of one class, that is the
/// decision; where there are none, 0.
template <class Problem> PlattScale scale_out_of_fold(const Problem& p, const PairOfClasses& pair) {
  Buffer<double> f(pair.rows.size()), above(pair.rows.size()), weight(pair.rows.size());
  for (int fold = 0; fold < p.folds; ++fold) {
    Buffer<std::ptrdiff_t> others;
    Buffer<std::size_t> held;
    std::ptrdiff_t first = 0;
    for (std::size_t t = 0; t < pair.rows.size(); ++t) {
      const bool is_above = static_cast<std::ptrdiff_t>(t) < pair.above;
      const std::ptrdiff_t i = pair.rows[t];
      if (p.fold[static_cast<std::size_t>(i)] == fold) {
        held.push_back(t);
        above[t] = is_above ? 1 : -1;
        weight[t] = p.weight[static_cast<std::size_t>(i)];
      } else {
        others.push_back(i);
        first += is_above ? 1 : 0;
      }
    }
    const std::ptrdiff_t n = std::ssize(others);
    if (first == 0 || first == n) {
      for (const std::size_t t : held) f[t] = n == 0 ? 0 : first == 0 ? -1 : 1;
      continue;
    }
    const SupportVectors machine = one_machine(p, others, solve_rows(p, others, first));
    Buffer<double> sums(static_cast<std::size_t>(machine.sums()));
    for (const std::size_t t : held) machine.decide(p.at(pair.rows[t]), 1, sums.data(), &f[t]);
  }
  return platt_scale(f, above, weight);
}

/// All pairs, side by side.
template <class Problem> Buffer<PairOfClasses> solve_pairs(const Problem& p, const Buffer<Buffer<std::ptrdiff_t>>& rows_of) {
  Buffer<PairOfClasses> pairs;
  for (std::size_t a = 0; a < rows_of.size(); ++a)
    for (std::size_t b = a + 1; b < rows_of.size(); ++b) {
      PairOfClasses pair;
      pair.rows = rows_of[a];
      pair.rows.append(rows_of[b]);
      pair.above = std::ssize(rows_of[a]);
      pairs.push_back(std::move(pair));
    }
  parallel::for_each(std::ssize(pairs), 1, [&](std::ptrdiff_t k, std::ptrdiff_t end) {
    for (; k < end; ++k) {
      PairOfClasses& pair = pairs[static_cast<std::size_t>(k)];
      pair.solution = solve_rows(p, pair.rows, pair.above);
      if (p.folds > 0) pair.scale = scale_out_of_fold(p, pair);
    }
  });
  return pairs;
}

/// Every row that supports a pair once, with its coefficients in all pairs of its class.
template <class Problem>
SupportVectors all_machines(const Problem& p, const Buffer<Buffer<std::ptrdiff_t>>& rows_of, const Buffer<PairOfClasses>& pairs) {
  const std::size_t classes = rows_of.size();
  SupportVectors s;
  s.kernel = p.options.kernel;
  s.begin.push_back(0);
  Buffer<Buffer<std::ptrdiff_t>> place(classes);  // of each row of a class; -1: it supports nothing
  for (std::size_t c = 0; c < classes; ++c) place[c].assign(rows_of[c].size(), -1);
  const auto each = [&](std::size_t k, auto&& take) {  // take(class, which row of it, other class among its others, b)
    for (std::size_t a = 0, at = 0; a < classes; ++a)
      for (std::size_t b = a + 1; b < classes; ++b, ++at) {
        if (a != k && b != k) continue;
        const std::size_t first = a == k ? 0 : rows_of[a].size();
        for (std::size_t t = 0; t < rows_of[k].size(); ++t)
          if (const double v = pairs[at].solution.b[first + t]; v != 0) take(t, a == k ? b - 1 : a, v);
      }
  };
  for (std::size_t c = 0; c < classes; ++c) {
    std::ptrdiff_t used = 0;
    each(c, [&](std::size_t t, std::size_t, double) { place[c][t] = 0; });
    for (std::ptrdiff_t& at : place[c])
      if (at == 0) at = s.begin.back() * KernelRows::block + used++;
    s.begin.push_back(s.begin.back() + static_cast<std::int32_t>(KernelRows::blocks_for(used)));
  }
  s.rows = KernelRows(p.width, s.begin.back());
  s.coefficients.resize(static_cast<std::size_t>(s.rows.blocks * s.others() * KernelRows::block));
  for (std::size_t c = 0; c < classes; ++c) {
    each(c, [&](std::size_t t, std::size_t other, double v) {
      const std::ptrdiff_t at = place[c][t], block = at / KernelRows::block;
      s.coefficients[static_cast<std::size_t>((block * s.others() + static_cast<std::ptrdiff_t>(other)) * KernelRows::block +
                                              at % KernelRows::block)] = v;
    });
    for (std::size_t t = 0; t < rows_of[c].size(); ++t)
      if (place[c][t] >= 0) s.rows.set(place[c][t], p.at(rows_of[c][t]));
  }
  for (const PairOfClasses& pair : pairs) s.offset.push_back(pair.solution.offset);
  return s;
}

}  // namespace tutti::detail
