// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/fitted.hpp>
#include <tutti/data/all_outputs.hpp>
#include <tutti/measure/truth.hpp>

#include <cstddef>
#include <string_view>
#include <utility>

namespace tutti {

/// What a model says about the rows of a dataset beside what is true: owns both, and stands wherever something Judged is
/// due, as long as it lives.
class Judgement {
 public:
  Judgement(Truth truth, Buffer<float> outputs, std::ptrdiff_t width)
      : truth_(std::move(truth)), outputs_(std::move(outputs)), width_(width) {}

  std::ptrdiff_t rows() const noexcept { return width_ > 0 ? std::ssize(outputs_) / width_ : 0; }
  operator Judged() const noexcept { return truth_.judge({outputs_.data(), rows(), width_}); }

 private:
  Truth truth_;
  Buffer<float> outputs_;
  std::ptrdiff_t width_;
};

namespace detail {

struct JudgedSizes {
  std::ptrdiff_t rows, width, outputs;
};
[[gnu::cold]] inline void check_judging(std::string_view who, const JudgedSizes& data, const JudgedSizes& model) {
  check(data.rows > 0, {who, ": expected data with at least one row"}, data.rows);
  check<ShapeError>(data.width == model.width, {who, ": expected rows of ", model.width, " numbers"}, data.width);
  check<ShapeError>(data.outputs == model.outputs, {who, ": expected targets of ", model.outputs, " classes or numbers"},
                    data.outputs);
}
/// Errors   DataError for data without rows; ShapeError for data of another width or class count than the model's, or of
///          other columns where they are tables.
template <class Spec, class X, class Y>
void check_judging(std::string_view who, const Fitted<Spec, X, Y>& model, const Dataset<X, Y>& data) {
  if constexpr (KnownRows<X>::tables > 0) model.check_rows(data);
  check_judging(who, {data.rows(), data.width(), data.outputs()}, {0, model.width(), model.outputs()});
}

}  // namespace detail

/// Predicts every row, to be judged in several ways: `const auto judged = judge(model, test)`.
/// Cost     one prediction of every row, on all cores.
/// Errors   DataError for data without rows; ShapeError for data of another width or class count.
template <class Spec, class X, class Y>
Judgement judge(const Fitted<Spec, X, Y>& model, const Dataset<X, Y>& data) {
  detail::check_judging("judge", model, data);
  return {Truth(data), detail::all_outputs<X, Y>(model.model(), data, data.outputs()), data.outputs()};
}

}  // namespace tutti
