// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/parallel.hpp>
#include <tutti/model/moments.hpp>
#include <tutti/model/naive_bayes.hpp>

#include <string>

namespace tutti {
namespace detail {

template <class Learnt> struct LearntOfClasses {
  Learnt learnt{};
  Buffer<double> weight{};

  LearntOfClasses& operator+=(const LearntOfClasses& other) {
    learnt += other.learnt;
    for (std::size_t c = 0; c < weight.size(); ++c) weight[c] += other.weight[c];
    return *this;
  }
};

/// What all rows teach, summed chunk by chunk in their order.
template <class Likelihood>
LearntOfClasses<typename Likelihood::Learnt> class_sums(const Likelihood& likelihood, const RowSource& x, const Buffer<int>& label,
                                                  int classes, const std::string& path) {
  using Learnt = typename Likelihood::Learnt;
  const LearntOfClasses<Learnt> zero{Learnt(classes, x.width), Buffer<double>(static_cast<std::size_t>(classes))};
  return parallel::ordered_sum(x.rows, chunk_of_rows(x.rows, 1024), zero, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    LearntOfClasses<Learnt> sums = zero;
    Buffer<float> row(static_cast<std::size_t>(x.width));
    for (std::ptrdiff_t i = begin; i < end; ++i) {
      const double w = x.weight[static_cast<std::size_t>(i)];
      if (!(w > 0)) continue;
      constexpr bool prepares = requires { likelihood.prepare(row.data(), x.width); };
      const float* const numbers = prepares ? (x.read(i, row.data()), row.data()) : x.row(i, row.data());
      bool taken = true;
      for (std::ptrdiff_t j = 0; j < x.width; ++j) taken &= Likelihood::takes(numbers[j]);
      for (std::ptrdiff_t j = 0; !taken && j < x.width; ++j)
        fit_check(Likelihood::takes(numbers[j]), path, "NaiveBayes",
                  {"expected ", Likelihood::needs, ", got ", numbers[j], " in row ", i, ", column ", j});
      if constexpr (prepares) likelihood.prepare(row.data(), x.width);
      const int c = label[static_cast<std::size_t>(i)];
      sums.learnt.add(numbers, x.width, c, w);
      sums.weight[static_cast<std::size_t>(c)] += w;
    }
    return sums;
  });
}
template <class X, class Y> Buffer<int> class_indices(const Dataset<X, Y>& data) {
  Buffer<int> label;
  label.reserve(static_cast<std::size_t>(data.rows()));
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) label.push_back(data.y(i).index());
  return label;
}

}  // namespace detail

template <class Likelihood>
template <class X, class Y>
typename NaiveBayes<Likelihood>::template Model<X, Y> NaiveBayes<Likelihood>::fit(const Dataset<X, Y>& data, Context context) const {
  const auto expect = [&](bool condition, std::initializer_list<Word> reason) {
    detail::fit_check(condition, context.path(), "NaiveBayes", reason);
  };
  check_options(data.classes(), expect);
  const RowSource x = row_source(data);
  expect(x.total > 0, {"expected at least one row with a positive weight, got ", x.rows, " rows without"});
  auto sums = detail::class_sums(likelihood, x, detail::class_indices(data), data.classes(), context.path());
  Model<X, Y> model;
  model.spec = *this;
  model.learnt = std::move(sums.learnt);
  model.class_weight = std::move(sums.weight);
  model.columns = data.width();
  model.prepare();
  return model;
}

template <class Likelihood>
template <class X, class Y>
typename NaiveBayes<Likelihood>::template Model<X, Y> NaiveBayes<Likelihood>::Model<X, Y>::update(
    const Dataset<X, Y>& batch, Nothing&) const {
  Model model = *this;
  const RowSource x = row_source(batch);
  const auto sums = detail::class_sums(spec.likelihood, x, detail::class_indices(batch), classes(), "NaiveBayes");
  model.learnt += sums.learnt;
  for (std::size_t c = 0; c < model.class_weight.size(); ++c) model.class_weight[c] += sums.weight[c];
  model.prepare();
  return model;
}

}  // namespace tutti
