// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/conformal_scores.hpp>
#include <tutti/combine/many.hpp>

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
  static constexpr bool between = Widths::count == 2;
  Many<X, Y, Model> member;
  Buffer<Model> judges{};    // of each fold; none: the member itself
  Buffer<Widths> widths{};   // of each judge
  ConformalScores scores{};
  float coverage = 0.9f, least_scale = 0;
  detail::LabelScoring scoring{};

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
    return most + 3 * workspace_bytes_of<float>(std::ssize(scores.end) * std::max(1, member.width));
  }
  /// What judge j says of a row: into [low, high] and in which unit it counts its errors.
  void band(std::size_t j, const ViewOf<X>& x, float& low, float& high, float& scale, Workspace& w) const noexcept {
    scale = 1;
    if constexpr (between) {
      low = detail::one_output<X, Y>(widths[j].low, x, w);
      high = detail::one_output<X, Y>(widths[j].high, x, w);
    } else {
      low = high = judges.empty() ? detail::one_output<X, Y>(member, x, w) : detail::one_output<X, Y>(judges[j], x, w);
      if constexpr (Widths::count == 1) scale = std::max(least_scale, detail::one_output<X, Y>(widths[j].scale, x, w));
    }
  }
  /// The probabilities that judge j gives a row.
  void probabilities(std::size_t j, const ViewOf<X>& x, std::span<float> p, Workspace& w) const noexcept {
    const Workspace::Scope scope(w);
    const Rows<float> y(p.data(), 1, std::ssize(p));
    const std::span<const ViewOf<X>> rows(&x, 1);
    if (judges.empty()) tutti::outputs<X, Y>(member, rows, y, w);
    else tutti::outputs<X, Y>(judges[j], rows, y, w);
  }

  static void visit(auto& self, auto& archive) {
    archive("member", self.member)("judges", self.judges)("scores", self.scores)("coverage", self.coverage)(
        "least_scale", self.least_scale)("scoring", self.scoring);
    if constexpr (Widths::count > 0) archive("widths", self.widths);
  }
  void loaded() const {
    check<FileError>(coverage > 0 && coverage < 1, "conformal: expected a coverage between 0 and 1", coverage);
    check<FileError>(least_scale >= 0 && std::isfinite(least_scale), "conformal: expected a scale of 0 or more", least_scale);
    const std::size_t n = scores.judges(), of_member = between ? 0 : n;
    check<FileError>(judges.size() == of_member || (judges.empty() && n <= 1), {"conformal: expected ", of_member, " judges"},
                     judges.size());
    if constexpr (Widths::count > 0) check<FileError>(widths.size() == n, {"conformal: expected widths of ", n, " judges"}, widths.size());
    check<FileError>(n == 0 || detail::conformal_rank(scores.rows(), coverage) <= scores.rows(),
                     "conformal: expected more scores for its coverage", scores.rows());
  }
  void check_extents(int columns, int outputs) const {
    tutti::check_extents(member, columns, outputs);
    for (const Model& m : judges) tutti::check_extents(m, columns, outputs);
    if constexpr (Widths::count > 0)
      for (const Widths& m : widths) m.check_extents(columns, outputs);
  }
};

}  // namespace tutti
