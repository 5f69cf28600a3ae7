// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/conformal_scores.hpp>
#include <tutti/combine/many.hpp>
#include <tutti/combine/prediction_interval.hpp>

namespace tutti {

/// Intervals of one width for all rows.
struct SameWidth {};
/// Intervals as wide as a second member expects the error to be: Conformal{Ridge{}, Scaled{Forest{}}}.
template <class S>
struct Scaled {
  S member{};
};
template <class S> Scaled(S) -> Scaled<S>;
/// Intervals between two members that predict quantiles, moved apart or together until they cover:
/// Conformal{Forest{}, Between{QuantileForest{.quantile = 0.05f}, QuantileForest{.quantile = 0.95f}}}.
template <class Low, class High>
struct Between {
  Low low{};
  High high{};
};
template <class L, class H> Between(L, H) -> Between<L, H>;

namespace detail {

/// What is fitted beside the member for the width of its intervals.
template <class Width, class X, class Y>
struct WidthModel {
  static constexpr int count = 0;
};
template <class S, class X, class Y>
struct WidthModel<Scaled<S>, X, Y> {
  static constexpr int count = 1;
  ModelOf<S, X, Y> scale;
  static void visit(auto& self, auto& archive) { archive("scale", self.scale); }
  void check_extents(int columns, int outputs) const { tutti::check_extents(scale, columns, outputs); }
  std::size_t workspace_bytes(std::ptrdiff_t rows) const { return tutti::workspace_bytes(scale, rows); }
};
template <class L, class H, class X, class Y>
struct WidthModel<Between<L, H>, X, Y> {
  static constexpr int count = 2;
  ModelOf<L, X, Y> low;
  ModelOf<H, X, Y> high;
  static void visit(auto& self, auto& archive) { archive("low", self.low)("high", self.high); }
  void check_extents(int columns, int outputs) const {
    tutti::check_extents(low, columns, outputs);
    tutti::check_extents(high, columns, outputs);
  }
  std::size_t workspace_bytes(std::ptrdiff_t rows) const {
    return std::max(tutti::workspace_bytes(low, rows), tutti::workspace_bytes(high, rows));
  }
};

template <class X, class Y, class Model>
float one_output(const Model& model, const ViewOf<X>& x, Workspace& w) noexcept {
  const Workspace::Scope scope(w);
  float y = 0;
  tutti::outputs<X, Y>(model, std::span<const ViewOf<X>>(&x, 1), Rows<float>(&y, 1, 1), w);
  return y;
}

}  // namespace detail

/// A fitted member, the scores of its errors and the judges that made them. A model of a fold has neither: it predicts only.
/// Shapes   the member's.
template <class X, class Y, class Model, class Width>
struct ConformalModel {
  using Widths = detail::WidthModel<Width, X, Y>;
  using Parts = meta::List<Model>;
  static constexpr bool between = Widths::count == 2, several = !Y::is_label && Y::outputs != 1;
  Many<X, Y, Model> member;
  Buffer<Model> judges{};    // of each fold; none: the member itself
  Buffer<Widths> widths{};   // of each judge
  ConformalScores scores{};
  float coverage = 0.9f, least_scale = 0;
  detail::LabelScoring scoring{};
  Buffer<float> units{};  // (judges, outputs), of several numbers: what the errors of each are counted in

  void outputs(std::span<const ViewOf<X>> x, Rows<float> y, Workspace& w) const noexcept { tutti::outputs<X, Y>(member, x, y, w); }
  static constexpr std::size_t workspace_bytes(std::ptrdiff_t rows) requires StaticWorkspace<Many<X, Y, Model>> {
    return static_workspace_bytes<Many<X, Y, Model>>(rows);
  }
  std::size_t workspace_bytes(std::ptrdiff_t rows) const requires(!StaticWorkspace<Many<X, Y, Model>>) {
    return tutti::workspace_bytes(member, rows);
  }
  /// What an interval or a set of one row takes: room for every judge's outputs, beside a model's.
  std::size_t judging_bytes() const {
    std::size_t most = tutti::workspace_bytes(member, 1);
    for (const Model& m : judges) most = std::max(most, tutti::workspace_bytes(m, 1));
    if constexpr (Widths::count > 0)
      for (const Widths& m : widths) most = std::max(most, m.workspace_bytes(1));
    const int width = std::max(1, member.width);
    return most + 3 * workspace_bytes_of<float>(std::ssize(scores.end) * width) + workspace_bytes_of<float>(width);
  }
  std::span<const float> units_of(std::size_t judge) const noexcept {
    const auto k = static_cast<std::size_t>(several ? member.width : 0);
    return {units.data() + judge * k, k};
  }
  std::ptrdiff_t rank(float of) const { return scores.rank(of); }
  /// Of every output of a row, where the scores of this rank end.
  void intervals(const ViewOf<X>& x, std::ptrdiff_t rank, std::span<PredictionInterval> out, Workspace& w) const noexcept {
    const std::ptrdiff_t outputs = std::ssize(out), n = std::ssize(scores.end);
    const auto take = [&] { return Rows<float>(w.take<float>(outputs * n), outputs, n); };
    const Rows<float> below = take(), high = take(), unit = take();   // (outputs, judges); below: - low
    for (std::ptrdiff_t j = 0; j < n; ++j) band(j, x, below, high, unit, w);
    for (std::ptrdiff_t o = 0; o < outputs; ++o) {
      PredictionInterval& i = out[static_cast<std::size_t>(o)];
      i.low = -detail::shifted_rank(scores, below.row(o), unit.row(o), rank);
      i.high = detail::shifted_rank(scores, high.row(o), unit.row(o), rank);
      if (i.low > i.high) i.low = i.high = (i.low + i.high) / 2;  // quantiles that cross
    }
  }
  /// The probabilities or numbers that judge j gives a row.
  void outputs_of(std::size_t j, const ViewOf<X>& x, std::span<float> out, Workspace& w) const noexcept {
    const Workspace::Scope scope(w);
    const Rows<float> y(out.data(), 1, std::ssize(out));
    const std::span<const ViewOf<X>> rows(&x, 1);
    if (judges.empty()) tutti::outputs<X, Y>(member, rows, y, w);
    else tutti::outputs<X, Y>(judges[j], rows, y, w);
  }

  static void visit(auto& self, auto& archive) {
    archive("member", self.member)("judges", self.judges)("scores", self.scores)("coverage", self.coverage)(
        "least_scale", self.least_scale)("scoring", self.scoring);
    if constexpr (Widths::count > 0) archive("widths", self.widths);
    if constexpr (several) archive("units", self.units);
  }
  void loaded() const {
    check<FileError>(coverage > 0 && coverage < 1, "conformal: expected a coverage between 0 and 1", coverage);
    check<FileError>(least_scale >= 0 && std::isfinite(least_scale), "conformal: expected a scale of 0 or more", least_scale);
    const std::size_t n = scores.judges(), of_member = between ? 0 : n;
    check<FileError>(judges.size() == of_member || (judges.empty() && n <= 1), {"conformal: expected ", of_member, " judges"},
                     judges.size());
    if constexpr (Widths::count > 0) check<FileError>(widths.size() == n, {"conformal: expected widths of ", n, " judges"}, widths.size());
    check<FileError>(n == 0 || detail::has_rank(scores.rows(), scores.rows(), coverage),
                     "conformal: expected more scores for its coverage", scores.rows());
    for (const float u : units) check<FileError>(u > 0 && std::isfinite(u), "conformal: expected units above 0", u);
  }
  void check_extents(int columns, int outputs) const {
    tutti::check_extents(member, columns, outputs);
    for (const Model& m : judges) tutti::check_extents(m, columns, outputs);
    if constexpr (Widths::count > 0)
      for (const Widths& m : widths) m.check_extents(columns, outputs);
    const std::size_t due = several ? scores.judges() * static_cast<std::size_t>(outputs) : 0;
    check<FileError>(units.size() == due, {"conformal: expected ", due, " units"}, units.size());
  }

 private:
  /// What judge j says of a row: column j of all three.
  void band(std::ptrdiff_t j, const ViewOf<X>& x, Rows<float> below, Rows<float> high, Rows<float> unit, Workspace& w) const noexcept {
    const Workspace::Scope scope(w);
    const auto at = static_cast<std::size_t>(j);
    if constexpr (between) {
      below(0, j) = -detail::one_output<X, Y>(widths[at].low, x, w);
      high(0, j) = detail::one_output<X, Y>(widths[at].high, x, w);
      unit(0, j) = 1;
    } else {
      const std::span<float> said(w.take<float>(high.rows()), static_cast<std::size_t>(high.rows()));
      outputs_of(at, x, said, w);
      for (std::ptrdiff_t o = 0; o < high.rows(); ++o) {
        high(o, j) = said[static_cast<std::size_t>(o)];
        below(o, j) = -high(o, j);
        unit(o, j) = several ? units_of(at)[static_cast<std::size_t>(o)] : 1;
      }
      if constexpr (Widths::count == 1) unit(0, j) = std::max(least_scale, detail::one_output<X, Y>(widths[at].scale, x, w));
    }
  }
};

}  // namespace tutti
