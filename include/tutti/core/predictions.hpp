// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/outputs.hpp>
#include <tutti/core/rows.hpp>

#include <cstdint>
#include <span>
#include <utility>

namespace tutti {

// Where a prediction comes from, in the type. A meta-learner, a calibrator, learnt weights accept OutOfFold only.
struct InSample {};   // made by a model on the rows that it was fitted on
struct Fresh {};      // made by a model on rows that nobody says it has seen
/// Made for every row by a model that was fitted without it. Only cross-fitting makes such predictions.
class OutOfFold {
  constexpr OutOfFold() = default;
  friend struct CrossFitting;
};

/// Outputs for rows of a dataset (probabilities or numbers).
/// Shapes   values (N, outputs); covered (N): false where a plan (forward in time) gives no prediction for the row.
class PredictionRows {
 public:
  PredictionRows(std::ptrdiff_t rows, int outputs, bool covered)
      : rows_(rows), outputs_(outputs), values_(static_cast<std::size_t>(rows * outputs)), covered_(static_cast<std::size_t>(rows), covered ? 1 : 0) {}

  std::ptrdiff_t rows() const noexcept { return rows_; }
  int outputs() const noexcept { return outputs_; }
  Rows<const float> values() const noexcept { return {values_.data(), rows_, outputs_}; }
  Rows<float> values() noexcept { return {values_.data(), rows_, outputs_}; }
  bool covers(std::ptrdiff_t i) const noexcept { return covered_[static_cast<std::size_t>(i)] != 0; }
  void set_covered(std::ptrdiff_t i, bool covered) noexcept { covered_[static_cast<std::size_t>(i)] = covered ? 1 : 0; }
  /// Writes the outputs of these rows, one after another, and marks them as covered.
  void set_rows(const Buffer<RowIndex>& rows, const Buffer<float>& outputs) noexcept {
    const auto width = static_cast<std::size_t>(outputs_);
    for (std::size_t r = 0; r < rows.size(); ++r) {
      for (std::size_t k = 0; k < width; ++k) values_[rows[r] * width + k] = outputs[r * width + k];
      covered_[rows[r]] = 1;
    }
  }

 private:
  std::ptrdiff_t rows_;
  int outputs_;
  Buffer<float> values_;
  Buffer<std::uint8_t> covered_;
};

/// The same with their provenance and target in the type.
template <class Provenance, class Y>
class Predictions : public PredictionRows {
 public:
  Predictions(Provenance, std::ptrdiff_t rows, int outputs, bool covered = true) : PredictionRows(rows, outputs, covered) {}
};

/// Predictions of a model on the very rows it learnt from: fine to look at, refused as input of a meta-learner.
template <class Model, class X, class Y>
Predictions<InSample, Y> in_sample(const Model& model, const Dataset<X, Y>& data) {
  Predictions<InSample, Y> p({}, data.rows(), data.outputs());
  outputs_of_rows<X, Y>(model, data, 0, p.values());
  return p;
}

/// The key to OutOfFold: used by the cross-fitting of train/learn.hpp and by forms that derive new out-of-fold
/// predictions from such predictions alone.
struct CrossFitting {
  template <class Y>
  static Predictions<OutOfFold, Y> empty(std::ptrdiff_t rows, int outputs, bool covered = true) {
    return Predictions<OutOfFold, Y>(OutOfFold{}, rows, outputs, covered);
  }
};

}  // namespace tutti
