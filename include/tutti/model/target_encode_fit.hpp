// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/folds.hpp>
#include <tutti/model/column_values.hpp>
#include <tutti/model/target_encode.hpp>

namespace tutti {

namespace detail {

/// The numbers that a category is encoded by, for each row, and what they are called.
struct EncodedTargets {
  Buffer<double> y{};  // (rows, names)
  Buffer<std::string> names{};
};
template <class X, class Y> EncodedTargets encoded_targets(const Dataset<X, Y>& data) {
  const bool one = (Y::is_label && data.outputs() == 2) || data.outputs() == 1;
  const auto width = static_cast<std::size_t>(one ? 1 : data.outputs());
  EncodedTargets t{Buffer<double>(static_cast<std::size_t>(data.rows()) * width), {}};
  const ClassNames& classes = data.schema().classes;
  for (std::size_t k = 0; k < width; ++k)
    t.names.push_back(!one && k < classes.size() ? classes[k] : std::to_string(k));
  for (std::size_t i = 0; i < static_cast<std::size_t>(data.rows()); ++i) {
    const auto target = data.target(static_cast<std::ptrdiff_t>(i));
    for (std::size_t k = 0; k < width; ++k)
      if (Y::is_label && !one) t.y[i * width + k] = static_cast<std::size_t>(target[0]) == k;
      else t.y[i * width + k] = static_cast<double>(target[k]);
  }
  return t;
}

/// Encodes the categories of some rows by the targets of others.
class TargetEncoding {
 public:
  [[gnu::cold]] TargetEncoding(const TargetEncode& spec, const Preparation& on, const EncodedTargets& targets)
      : on_(on), y_(targets.y), smooth_(spec.smooth), width_(targets.names.size()) {
    on.expect(spec.smooth >= 0 || spec.smooth == TargetEncode::automatic,
              {"expected smooth of 0 or more, or automatic, got ", spec.smooth});
    model_.acts = on.categories(spec.columns);
    model_.names = targets.names;
    Buffer<Buffer<double>> values(model_.acts.size());
    on.each_sorted(model_.acts, [&](std::size_t j, const SortedColumn& column) { values[j] = column.value; });
    for (const Buffer<double>& list : values) model_.values.add({list.data(), list.size()});
    place_rows();
  }

  /// The model that has learnt from the rows that count, 1 or 0 for each.
  TargetEncode::Model learnt(const Buffer<std::uint8_t>& counts) const {
    TargetEncode::Model m = model_;
    m.mean.assign(width_, 0.0);
    m.encodings.resize(m.values.numbers.size() * width_);
    Buffer<double> variance(width_);
    double total = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) total += weight(counts, i);
    if (!(total > 0)) total = 1;
    for (std::size_t i = 0; i < counts.size(); ++i)
      for (std::size_t t = 0; t < width_; ++t) m.mean[t] += weight(counts, i) / total * y_[i * width_ + t];
    for (std::size_t i = 0; i < counts.size(); ++i)
      for (std::size_t t = 0; t < width_; ++t) {
        const double d = y_[i * width_ + t] - m.mean[t];
        variance[t] += weight(counts, i) / total * d * d;
      }
    for (std::size_t c = 0; c < columns(); ++c) encode_column(m, counts, c, variance);
    return m;
  }
  /// Writes the encoded columns of a row; the others stay as they are.
  void encode(const TargetEncode::Model& m, std::size_t row, float* out) const {
    for (std::size_t j = 0, c = 0; j < m.acts.size(); ++j) {
      if (m.acts[j] == 0) {
        ++out;
        continue;
      }
      const std::ptrdiff_t v = place_[row * columns() + c++];
      const double* const from =
          v < 0 ? m.mean.data() : m.encodings.data() + v * static_cast<std::ptrdiff_t>(width_);
      for (std::size_t t = 0; t < width_; ++t) *out++ = static_cast<float>(from[t]);
    }
  }

 private:
  std::size_t columns() const noexcept { return which_.size(); }
  double weight(const Buffer<std::uint8_t>& counts, std::size_t row) const noexcept {
    return counts[row] != 0 ? on_.rows.weight[row] : 0;
  }

  void place_rows() {
    for (std::size_t j = 0; j < model_.acts.size(); ++j)
      if (model_.acts[j] != 0) which_.push_back(j);
    place_.resize(static_cast<std::size_t>(on_.rows.rows) * columns());
    Buffer<float> row(model_.acts.size());
    for (std::size_t i = 0; i < static_cast<std::size_t>(on_.rows.rows); ++i) {
      on_.rows.copy(on_.rows.data, static_cast<std::ptrdiff_t>(i), row.data());
      for (std::size_t c = 0; c < columns(); ++c)
        place_[i * columns() + c] = static_cast<std::int32_t>(model_.place(which_[c], row[which_[c]]));
    }
  }
  void encode_column(TargetEncode::Model& m, const Buffer<std::uint8_t>& counts, std::size_t c,
                     const Buffer<double>& variance) const {
    const std::size_t first = static_cast<std::size_t>(m.values.begin[which_[c]]),
                      n = m.values[which_[c]].size();
    Buffer<double> weights(n), means(n * width_), within(n * width_);
    const auto each = [&](auto&& f) {
      for (std::size_t i = 0; i < counts.size(); ++i)
        if (const std::ptrdiff_t v = place_[i * columns() + c]; v >= 0 && weight(counts, i) > 0)
          f(static_cast<std::size_t>(v) - first, weight(counts, i), y_.data() + i * width_);
    };
    each([&](std::size_t v, double w, const double*) { weights[v] += w; });
    each([&](std::size_t v, double w, const double* y) {
      for (std::size_t t = 0; t < width_; ++t) means[v * width_ + t] += w / weights[v] * y[t];
    });
    each([&](std::size_t v, double w, const double* y) {
      for (std::size_t t = 0; t < width_; ++t) {
        const double d = y[t] - means[v * width_ + t];
        within[v * width_ + t] += w / weights[v] * d * d;
      }
    });
    for (std::size_t v = 0; v < n; ++v)
      for (std::size_t t = 0; t < width_; ++t) {
        const std::size_t at = v * width_ + t;
        const double trust = smooth_ < 0 ? weights[v] * variance[t] : weights[v],
                     doubt = smooth_ < 0 ? within[at] : smooth_;
        const double l = trust > 0 ? trust / (trust + doubt) : 0;
        m.encodings[first * width_ + at] = l * means[at] + (1 - l) * m.mean[t];
      }
  }

  const Preparation& on_;
  const Buffer<double>& y_;
  double smooth_;
  std::size_t width_;
  TargetEncode::Model model_{};
  Buffer<std::size_t> which_;   // the encoded columns
  Buffer<std::int32_t> place_;  // (rows, encoded columns): which value, -1: missing
};

}  // namespace detail

template <class X, class Y>
  requires(Y::width != 0)
TargetEncode::Model TargetEncode::fit(const Dataset<X, Y>& data, const Context& context)
const {
  const RowSource rows = row_source(data);
  const detail::EncodedTargets targets = detail::encoded_targets(data);
  const detail::Preparation on{rows, data.schema(), context.path(), "TargetEncode"};
  return detail::TargetEncoding(*this, on, targets)
      .learnt(Buffer<std::uint8_t>(static_cast<std::size_t>(data.rows()), std::uint8_t{1}));
}

template <class X, class Y>
  requires(Y::width != 0)
TargetEncode::Model TargetEncode::fit_transform(const Dataset<X, Y>& data, const Context& context,
                                                Buffer<float>& rows)
const {
  const RowSource source = row_source(data);
  const detail::EncodedTargets targets = detail::encoded_targets(data);
  const detail::Preparation on{source, data.schema(), context.path(), "TargetEncode"};
  const detail::TargetEncoding encoding(*this, on, targets);
  const auto n = static_cast<std::size_t>(data.rows());
  Model model = encoding.learnt(Buffer<std::uint8_t>(n, std::uint8_t{1}));
  const auto width = static_cast<std::size_t>(model.width());
  const auto plan = context.plan(data);
  Model unlearnt = model;  // for rows that no fold holds out
  for (std::size_t v = 0; v < unlearnt.encodings.size(); ++v)
    unlearnt.encodings[v] = unlearnt.mean[v % unlearnt.mean.size()];
  rows.resize(n * width);
  for (std::size_t i = 0; i < n; ++i)
    unlearnt.transform(data.x(static_cast<std::ptrdiff_t>(i)), rows.data() + i * width);
  parallel::for_each(plan->k(), 1, [&](std::ptrdiff_t f, std::ptrdiff_t) {
    Buffer<std::uint8_t> counts(n);
    const auto origin = [&](std::size_t i) { return data.origin(static_cast<std::ptrdiff_t>(i)); };
    for (std::size_t i = 0; i < n; ++i) counts[i] = plan->trains(static_cast<int>(f), origin(i));
    const Model other = encoding.learnt(counts);
    for (std::size_t i = 0; i < n; ++i)
      if (plan->tests(static_cast<int>(f), origin(i))) encoding.encode(other, i, rows.data() + i * width);
  });
  return model;
}

}  // namespace tutti
