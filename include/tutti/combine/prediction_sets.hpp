// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/conformal.hpp>
#include <tutti/core/fitted.hpp>

#include <iosfwd>

namespace tutti {

/// The labels among which the true one is with the coverage that was asked for. It may be empty, where a row is unlike all that
/// was seen of any label. Prints as {a, b}.
template <int K>
class PredictionSet {
 public:
  explicit PredictionSet(int labels = K < 0 ? 0 : K, const ClassNames* names = nullptr) : names_(names) {
    if constexpr (K < 0) in_.assign(static_cast<std::size_t>(labels), std::uint8_t{0});
  }
  bool contains(int label) const noexcept { return label >= 0 && label < std::ssize(in_) && in_[static_cast<std::size_t>(label)] != 0; }
  bool contains(const Label<K>& label) const noexcept { return contains(label.index()); }
  void insert(int label) noexcept { in_[static_cast<std::size_t>(label)] = 1; }
  int size() const noexcept {
    int n = 0;
    for (const std::uint8_t in : in_) n += in;
    return n;
  }
  bool empty() const noexcept { return size() == 0; }
  Buffer<Label<K>> labels() const {
    Buffer<Label<K>> all;
    for (int k = 0; k < std::ssize(in_); ++k)
      if (contains(k)) all.push_back(Label<K>(k, names_));
    return all;
  }
  friend bool operator==(const PredictionSet& a, const PredictionSet& b) { return a.in_ == b.in_; }

 private:
  std::conditional_t<(K < 0), Buffer<std::uint8_t>, std::array<std::uint8_t, static_cast<std::size_t>(K < 0 ? 0 : K)>> in_{};
  const ClassNames* names_ = nullptr;
};
template <class Traits, int K>
auto& operator<<(std::basic_ostream<char, Traits>& out, const PredictionSet<K>& set) {
  const char* before = "{";
  for (const auto& label : set.labels()) {
    out << before << label.name();
    before = ", ";
  }
  return out << (set.empty() ? "{}" : "}");
}

/// The interval of one row, for the coverage that the model was fitted for or for another one. Of several numbers one for each: all of
/// them hold at once with that coverage.
/// Cost     a prediction by every judge, 64 judges log(rows / judges); after bootstrap 2 rows (members / 8 + 4).
/// Errors   ShapeError as predict; DataError for a coverage not between 0 and 1, or for which there were too few rows. NaN at both ends
///          where a judge predicts NaN.
template <class M, class Width, class X, class Y>
  requires(!Y::is_label)
IntervalsOf<Y> interval(const Fitted<Conformal<M, Width>, X, Y>& fitted, const std::type_identity_t<ViewOf<X>>& x, float coverage) {
  fitted.known_rows().check(x);
  const auto& model = fitted.model();
  const std::ptrdiff_t rank = model.rank(coverage);
  const WorkspaceLease lease(model.judging_bytes());
  const Workspace::Scope scope(*lease);
  IntervalsOf<Y> found{};
  if constexpr (Y::outputs == 1) {
    model.intervals(x, rank, {&found, 1}, *lease);
  } else {
    if constexpr (Y::outputs < 0) found.resize(static_cast<std::size_t>(fitted.outputs()));
    model.intervals(x, rank, found, *lease);
  }
  return found;
}
template <class M, class Width, class X, class Y>
  requires(!Y::is_label)
IntervalsOf<Y> interval(const Fitted<Conformal<M, Width>, X, Y>& fitted, const std::type_identity_t<ViewOf<X>>& x) {
  return interval(fitted, x, fitted.model().coverage);
}

/// The set of labels of one row, for the coverage that the model was fitted for or for another one.
/// Cost     a prediction by every judge, and of K labels the sum of log(rows of a judge); adaptive scores K^2 a judge.
/// Errors   as interval. Where a judge predicts NaN for a label, its set has that label.
template <class M, class Width, class X, int K>
PredictionSet<K> prediction_set(const Fitted<Conformal<M, Width>, X, Label<K>>& fitted, const std::type_identity_t<ViewOf<X>>& x,
                                float coverage) {
  fitted.known_rows().check(x);
  const auto& model = fitted.model();
  const std::ptrdiff_t rank = model.scores.rank(coverage);
  const auto labels = static_cast<std::size_t>(fitted.outputs());
  const WorkspaceLease lease(model.judging_bytes());
  const Workspace::Scope scope(*lease);
  const std::span<float> p((*lease).take<float>(fitted.outputs()), labels);
  const std::span<std::int64_t> below((*lease).take<std::int64_t>(fitted.outputs()), labels);  // scores below that of the label
  std::fill(below.begin(), below.end(), std::int64_t{0});
  const float u = model.scoring.draw(x);
  for (std::size_t j = 0; j < model.scores.judges(); ++j) {
    model.outputs_of(j, x, p, *lease);
    const auto scores = model.scores.of(j);
    for (std::size_t k = 0; k < labels; ++k) {
      const float own = model.scoring.of(p, k, u);
      if (own == own) below[k] += std::lower_bound(scores.begin(), scores.end(), own) - scores.begin();
    }
  }
  PredictionSet<K> set(fitted.outputs(), intern(fitted.schema().classes));
  for (std::size_t k = 0; k < labels; ++k)
    if (below[k] < rank) set.insert(static_cast<int>(k));
  return set;
}
template <class M, class Width, class X, int K>
PredictionSet<K> prediction_set(const Fitted<Conformal<M, Width>, X, Label<K>>& fitted, const std::type_identity_t<ViewOf<X>>& x) {
  return prediction_set(fitted, x, fitted.model().coverage);
}

/// The same for a row given as any contiguous range of numbers, as predict takes it.
template <class M, class Width, class X, class Y, class R, class... Coverage>
  requires(!Y::is_label && !std::is_convertible_v<const R&, ViewOf<X>>)
IntervalsOf<Y> interval(const Fitted<Conformal<M, Width>, X, Y>& fitted, const R& x, Coverage... coverage) {
  return interval(fitted, fitted.row_of(x), coverage...);
}
template <class M, class Width, class X, int K, class R, class... Coverage>
  requires(!std::is_convertible_v<const R&, ViewOf<X>>)
PredictionSet<K> prediction_set(const Fitted<Conformal<M, Width>, X, Label<K>>& fitted, const R& x, Coverage... coverage) {
  return prediction_set(fitted, fitted.row_of(x), coverage...);
}

/// How often intervals or sets hold what is true, and how large they are: the mean width (of several numbers over all of them), or the
/// mean number of labels.
struct MeasuredCoverage {
  std::ptrdiff_t rows = 0;
  double coverage = 0, size = 0;
};
/// Of rows that the model has not seen.
/// Errors   DataError for no rows; ShapeError for data of another width or class count.
template <class M, class Width, class X, class Y>
MeasuredCoverage measured_coverage(const Fitted<Conformal<M, Width>, X, Y>& fitted, const Dataset<X, Y>& data) {
  check(data.rows() > 0, "measured coverage: expected data with at least one row", data.rows());
  check<ShapeError>(data.outputs() == fitted.outputs(),
                    {"measured coverage: expected targets of ", fitted.outputs(), " classes or numbers"}, data.outputs());
  MeasuredCoverage m{data.rows()};
  for (std::ptrdiff_t i = 0; i < m.rows; ++i) {
    if constexpr (Y::is_label) {
      const auto set = prediction_set(fitted, data.x(i));
      m.coverage += set.contains(data.y(i));
      m.size += set.size();
    } else {
      const IntervalsOf<Y> around = interval(fitted, data.x(i));
      const auto target = data.target(i);
      bool all = true;
      for (std::size_t k = 0; k < target.size(); ++k) {
        const PredictionInterval& own = detail::at_output(around, k);
        all = all && own.contains(target[k]);
        m.size += static_cast<double>(own.width()) / static_cast<double>(target.size());
      }
      m.coverage += all;
    }
  }
  m.coverage /= static_cast<double>(m.rows);
  m.size /= static_cast<double>(m.rows);
  return m;
}

}  // namespace tutti
