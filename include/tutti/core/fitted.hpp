// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/meta/static_length.hpp>
#include <tutti/core/behaviour.hpp>
#include <tutti/core/buffer.hpp>
#include <tutti/core/known_rows.hpp>

#include <array>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace tutti {

/// A fitted model: an immutable value that predicts Y for rows of X. Only `fit`, `load` and `update` make one, so
/// predicting with something untrained does not compile. Copies are independent; const calls are safe from any thread.
/// Cost     predict(x) leases a workspace of this thread; with a workspace() of your own nothing is allocated at all.
/// Errors   inputs of static width: none, predict is noexcept. Dynamic width: ShapeError when a row has another width;
///          predict_unchecked trusts it. NaN goes where the member's documentation says, or through to the result.
template <class Spec, Input X, Target Y, bool Fits = error::composition_fits<DiagnosisOf<Spec, X, Y>>>
class Fitted {
 public:
  using SpecType = Spec;
  using InputType = X;
  using TargetType = Y;
  using Model = ModelOf<Spec, X, Y>;
  using View = ViewOf<X>;
  using Parts = meta::List<Model>;
  /// The probabilities of one row.
  using Probabilities = std::conditional_t<(Y::outputs >= 0), std::array<float, static_cast<std::size_t>(Y::outputs < 0 ? 0 : Y::outputs)>, std::vector<float>>;

  static constexpr bool checked = KnownRows<X>::checked;

  Fitted() = default;  // what load reads into; empty until then
  Fitted(Model model, KnownRows<X> rows, int outputs)
      : model_(std::move(model)), rows_(std::move(rows)), names_(intern(rows_.schema().classes)), outputs_(outputs) {}

  const Model& model() const noexcept { return model_; }
  const Schema& schema() const noexcept { return rows_.schema(); }
  const KnownRows<X>& known_rows() const noexcept { return rows_; }
  int width() const noexcept { return rows_.width(); }
  int outputs() const noexcept { return outputs_; }
  int classes() const noexcept
    requires(Y::is_label)
  {
    return outputs_;
  }

  /// Bytes that predicting `rows` rows at once takes: a constant expression where all extents are static.
  static constexpr std::size_t workspace_bytes(std::ptrdiff_t rows)
    requires(StaticWorkspace<Model> && Y::outputs >= 0)
  {
    return static_workspace_bytes<Model>(rows) + workspace_bytes_of<float>(Y::outputs * rows);
  }
  std::size_t workspace_bytes(std::ptrdiff_t rows) const
    requires(!(StaticWorkspace<Model> && Y::outputs >= 0))
  {
    return tutti::workspace_bytes(model_, rows) + workspace_bytes_of<float>(outputs_ * rows);
  }
  /// Memory for predictions of up to `rows` rows at a time; with a team, parallel::team() for one, threads share what is large
  /// enough in them, so that a single row is predicted sooner.
  Workspace workspace(std::ptrdiff_t rows = 1, const parallel::Team& team = {}) const { return Workspace(workspace_bytes(rows), team); }

  Y predict(const View& x, Workspace& w) const noexcept(!checked) {
    rows_.check(x);
    return predict_unchecked(x, w);
  }
  Y predict(const View& x) const noexcept(!checked) {
    rows_.check(x);
    return predict_unchecked(x);
  }
  /// A row given as any contiguous range or as numbers in braces; its length is checked, when compiling where it can be.
  template <class R>
    requires(!std::is_convertible_v<const R&, View>)
  Y predict(const R& x) const {
    return predict(row_of(x));
  }
  template <class T, std::size_t N>
    requires std::is_arithmetic_v<T>
  Y predict(const T (&x)[N]) const noexcept(!checked) {
    return predict(row_of(x));
  }
  Y predict_unchecked(const View& x, Workspace& w) const noexcept {
    const Workspace::Scope scope(w);
    const Rows<float> y(w.take<float>(outputs_), 1, outputs_);
    tutti::outputs<X, Y>(model_, std::span<const View>(&x, 1), y, w);
    return Y::decide(y.row(0), names_);
  }
  Y predict_unchecked(const View& x) const noexcept {
    const WorkspaceLease lease(workspace_bytes(1));
    return predict_unchecked(x, *lease);
  }

  /// Many rows into memory of the caller's, a block at a time.
  void predict(std::span<const View> x, std::span<Y> y) const noexcept(!checked) {
    const WorkspaceLease lease(workspace_bytes(prediction_block));
    in_blocks(x, *lease, [&](std::size_t first, Rows<const float> block) {
      for (std::ptrdiff_t i = 0; i < block.rows(); ++i) y[first + static_cast<std::size_t>(i)] = Y::decide(block.row(i), names_);
    });
  }
  /// All rows; with a team, parallel::team() for one, its threads share them in chunks that depend on their number alone: the
  /// bits are the same.
  template <class Y2>
  std::vector<Y> predict(const Dataset<X, Y2>& data, const parallel::Team& team = {}) const {
    Buffer<View> x(static_cast<std::size_t>(data.rows()));
    data.views(0, x);
    std::vector<Y> y(x.size());
    constexpr std::ptrdiff_t grain = 4 * prediction_block;
    const std::ptrdiff_t chunks = (data.rows() + grain - 1) / grain;
    if (team.size == 1 || chunks <= 1) {
      predict(x, y);
      return y;
    }
    rows_.check(data);
    team.each(chunks, [&](std::ptrdiff_t chunk) {
      const auto first = static_cast<std::size_t>(chunk * grain), n = std::min(static_cast<std::size_t>(grain), x.size() - first);
      predict(std::span<const View>(x).subspan(first, n), std::span(y).subspan(first, n));
    });
    return y;
  }

  /// Probabilities of all classes or flags, into memory of the caller's or as an array (a vector for Dynamic ones).
  void probabilities(const View& x, std::span<float> out) const noexcept(!checked)
    requires(has_probabilities<Y>)
  {
    rows_.check(x);
    const WorkspaceLease lease(workspace_bytes(1));
    tutti::outputs<X, Y>(model_, std::span<const View>(&x, 1), Rows<float>(out.data(), 1, outputs_), *lease);
  }
  Probabilities probabilities(const View& x) const
    requires(has_probabilities<Y>)
  {
    Probabilities p{};
    if constexpr (Y::outputs < 0) p.resize(static_cast<std::size_t>(outputs_));
    probabilities(x, p);
    return p;
  }
  template <class R>
    requires(has_probabilities<Y> && !std::is_convertible_v<const R&, View>)
  Probabilities probabilities(const R& x) const {
    return probabilities(row_of(x));
  }
  template <class T, std::size_t N>
    requires(has_probabilities<Y> && std::is_arithmetic_v<T>)
  Probabilities probabilities(const T (&x)[N]) const {
    return probabilities(row_of(x));
  }
  void probabilities(std::span<const View> x, Rows<float> out) const noexcept(!checked)
    requires(has_probabilities<Y>)
  {
    const WorkspaceLease lease(workspace_bytes(prediction_block));
    in_blocks(x, *lease, [&](std::size_t first, Rows<const float> block) {
      for (std::ptrdiff_t i = 0; i < block.size(); ++i) out[static_cast<std::ptrdiff_t>(first) * outputs_ + i] = block[i];
    });
  }

  /// What predict asks of a row, asked once of a dataset, whose rows are all alike.
  template <class Y2>
  void check_rows(const Dataset<X, Y2>& data) const noexcept(!checked) {
    rows_.check(data);
  }

  /// A fitted model is a model: it can be frozen into another composition.
  void outputs(std::span<const View> x, Rows<float> y, Workspace& w) const noexcept { tutti::outputs<X, Y>(model_, x, y, w); }

  /// Any contiguous range as a row of inputs; its length is checked when compiling where it can be.
  template <class R>
  static constexpr View row_of(const R& x) {
    constexpr int length = meta::static_length<R>;
    constexpr bool is_row = std::is_constructible_v<View, const R&>;
    using Got = std::conditional_t<is_row, error::Gets<length>, error::GetsType<R>>;
    if constexpr (is_row && (checked || length < 0 || length == X::shape.size())) return View(x);
    else static_assert(error::composition_fits<error::Mismatch<Fitted, Got, error::a_row_of<X>>>, "this is no row for this model: see Mismatch<Where, Gets, Needs>");
    return View();
  }

  [[gnu::cold]] static void visit(auto& self, auto& archive) {
    KnownRows<X>::visit(self.rows_, archive);
    if constexpr (std::remove_reference_t<decltype(archive)>::reading) self.names_ = intern(self.rows_.schema().classes);
    archive("outputs", self.outputs_)("model", self.model_);
  }
  void loaded() const {
    check<FileError>(Y::outputs < 0 ? outputs_ >= 0 : outputs_ == Y::outputs, {"expected a model of ", Y::outputs, " outputs"}, outputs_);
    check<FileError>(rows_.plausible(), {"expected a model of rows of ", X::shape.size(), " numbers"}, width());
    tutti::check_extents(model_, width(), outputs_);
  }
  void check_extents(int width, int outputs) const {
    check<FileError>(rows_.width() == width && outputs_ == outputs, {"expected a model of rows of ", width, " numbers and of ", outputs, " outputs"}, rows_.width());
  }

 private:
  void in_blocks(std::span<const View> x, Workspace& w, auto&& take) const noexcept(!checked) {
    for (const View& row : x) rows_.check(row);
    for (std::size_t first = 0; first < x.size(); first += prediction_block) {
      const Workspace::Scope scope(w);
      const auto block = x.subspan(first, std::min(static_cast<std::size_t>(prediction_block), x.size() - first));
      const Rows<float> y(w.take<float>(std::ssize(block) * outputs_), std::ssize(block), outputs_);
      tutti::outputs<X, Y>(model_, block, y, w);
      take(first, Rows<const float>(y));
    }
  }

  Model model_{};
  KnownRows<X> rows_{};
  const ClassNames* names_ = nullptr;
  int outputs_ = Y::outputs < 0 ? 0 : Y::outputs;
};

/// What fit returns for a composition that does not fit together: the one error, and members that swallow what follows.
template <class Spec, Input X, Target Y>
class Fitted<Spec, X, Y, false> {
  static_assert(error::composition_fits<DiagnosisOf<Spec, X, Y>>, "this composition does not fit together: see Mismatch<Where, Gets, Needs>");

 public:
  using SpecType = Spec;
  using InputType = X;
  using TargetType = Y;
  Y predict(auto&&...) const { return {}; }
  template <class Y2>
  std::vector<Y> predict(const Dataset<X, Y2>&) const { return {}; }
  Y predict_unchecked(auto&&...) const { return {}; }
  std::vector<float> probabilities(auto&&...) const { return {}; }
  Workspace workspace(std::ptrdiff_t = 1) const { return {}; }
  std::size_t workspace_bytes(std::ptrdiff_t) const { return 0; }
  int width() const { return 0; }
  int outputs() const { return 0; }
  int classes() const { return 0; }
  Schema schema() const { return {}; }
  static void visit(auto&, auto&) {}
};

template <class T>
inline constexpr bool is_fitted = false;
template <class Spec, class X, class Y, bool Fits>
inline constexpr bool is_fitted<Fitted<Spec, X, Y, Fits>> = true;

namespace meta {
template <class Spec, class X, class Y, bool Fits>
struct TypeName<Fitted<Spec, X, Y, Fits>> {
  static void append(std::string& out) {
    detail::append_types(out, "Fitted", {&TypeName<Spec>::append, &TypeName<X>::append, &TypeName<Y>::append});
  }
};
}  // namespace meta
}  // namespace tutti
