// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/dataset.hpp>
#include <tutti/core/outputs.hpp>
#include <tutti/core/rows.hpp>

#include <cmath>
#include <cstddef>
#include <span>

/// Losses in [0, 1], by which forms judge their members on a stream.
namespace tutti {

/// The loss of one row of outputs y at targets t. Label: half the squared distance of probabilities and one-hot target
/// (half the Brier score); flags: the mean squared error; numbers: the mean of min(1, ((y - t) / scale)^2). NaN counts as 1.
/// Labels and flags: the loss of a mean of outputs is at most the mean of their losses; for numbers as long as none is cut.
struct BoundedLoss {
  Buffer<float> scale{};  // of each output; empty for labels and flags
  bool labels = false;

  double operator()(std::span<const float> y, std::span<const float> t) const noexcept {
    double sum = 0;
    for (std::size_t k = 0; k < y.size(); ++k) {
      const double e = (static_cast<double>(y[k]) - static_cast<double>(t[k])) / (scale.empty() ? 1.0 : static_cast<double>(scale[k]));
      sum += e * e < 1 ? e * e : 1;
    }
    return labels ? sum / 2 : sum / static_cast<double>(y.size());
  }
  static void visit(auto& self, auto& archive) { archive("scale", self.scale)("labels", self.labels); }
  [[gnu::cold]] void loaded() const {
    for (const float s : scale) check<FileError>(s > 0 && std::isfinite(s), "expected errors in a scale above 0", s);
  }
  [[gnu::cold]] void check_extents(int outputs) const {
    check<FileError>(scale.empty() || std::ssize(scale) == outputs, {"expected scales of ", outputs, " outputs"}, scale.size());
  }
};

namespace detail {

/// Standard deviations of numbers, by the weights of their rows; 1 where all are alike.
template <class = void>
[[gnu::cold]] Buffer<float> standard_deviations(Rows<const float> y, std::span<const float> weight) {
  Buffer<float> scale(static_cast<std::size_t>(y.width()));
  for (std::size_t k = 0; k < scale.size(); ++k) {
    double total = 0, mean = 0, squares = 0;
    for (std::ptrdiff_t i = 0; i < y.rows(); ++i) {  // West, Comm. ACM 22 (1979)
      const double w = static_cast<double>(weight[static_cast<std::size_t>(i)]),
          v = static_cast<double>(y(i, static_cast<std::ptrdiff_t>(k)));
      if (!(w > 0)) continue;
      total += w;
      const double off = v - mean;
      mean += w / total * off;
      squares += w * off * (v - mean);
    }
    const double deviation = total > 0 ? std::sqrt(squares / total) : 0;
    scale[k] = deviation > 0 && std::isfinite(deviation) ? static_cast<float>(deviation) : 1.0f;
  }
  return scale;
}

/// The targets as a perfect model would say them: one-hot labels, flags and numbers as they are.
template <class X, class Y> Buffer<float> perfect_outputs(const Dataset<X, Y>& data) {
  const auto outputs = static_cast<std::size_t>(data.outputs());
  Buffer<float> t(static_cast<std::size_t>(data.rows()) * outputs);
  for (std::size_t i = 0; i < static_cast<std::size_t>(data.rows()); ++i) {
    const auto target = data.target(static_cast<std::ptrdiff_t>(i));
    if constexpr (Y::is_label) t[i * outputs + static_cast<std::size_t>(target[0])] = 1;
    else
      for (std::size_t k = 0; k < outputs; ++k) t[i * outputs + k] = static_cast<float>(target[k]);
  }
  return t;
}

template <class X, class Y> Buffer<float> row_weights(const Dataset<X, Y>& data) {
  Buffer<float> weight(static_cast<std::size_t>(data.rows()));
  for (std::size_t i = 0; i < weight.size(); ++i) weight[i] = data.weight(static_cast<std::ptrdiff_t>(i));
  return weight;
}

/// The loss for targets like these; `scale` above 0 is that of all numbers.
template <class X, class Y> BoundedLoss bounded_loss(const Dataset<X, Y>& data, float scale) {
  BoundedLoss loss{{}, Y::is_label};
  if constexpr (!has_probabilities<Y>) {
    if (scale > 0) {
      loss.scale = Buffer<float>(static_cast<std::size_t>(data.outputs()), scale);
    } else {
      const Buffer<float> t = perfect_outputs(data), weight = row_weights(data);
      loss.scale = standard_deviations(Rows<const float>(t.data(), data.rows(), data.outputs()), {weight.data(), weight.size()});
    }
  }
  return loss;
}

/// What a model loses on each row.
template <class X, class Y, class Model>
Buffer<double> row_losses(const Model& model, const Dataset<X, Y>& data, const BoundedLoss& loss) {
  const Buffer<float> t = perfect_outputs(data);
  Buffer<float> y(t.size());
  const Rows<float> said(y.data(), data.rows(), data.outputs());
  outputs_of_rows<X, Y>(model, data, 0, said);
  const Rows<const float> truth(t.data(), data.rows(), data.outputs());
  Buffer<double> lost(static_cast<std::size_t>(data.rows()));
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) lost[static_cast<std::size_t>(i)] = loss(said.row(i), truth.row(i));
  return lost;
}

/// The mean of numbers of rows by the rows' weights; NaN where no row has any.
template <class = void> double weighted_mean(std::span<const double> values, std::span<const float> weight) {
  double sum = 0, total = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    sum += static_cast<double>(weight[i]) * values[i];
    total += static_cast<double>(weight[i]);
  }
  return sum / total;
}

}  // namespace detail
}  // namespace tutti
