// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/boost_options.hpp>
#include <tutti/core/behaviour.hpp>
#include <tutti/core/buffer.hpp>
#include <tutti/core/forms.hpp>
#include <tutti/model/boost_scores.hpp>
#include <tutti/model/boost_tree.hpp>

#include <algorithm>
#include <cmath>

namespace tutti {

/// Fitted gradient boosting of regressors: scores are base + sum_t step_t h_t(x), of which outputs are made as for trees.
/// Shapes   every model (N, 1) -> (N, outputs).
template <class X, class Y, class Model> struct Boosted {
  using Parts = meta::List<Model>;
  static constexpr bool is_static = StaticWorkspace<Model>;

  Buffer<Model> models;  // round after round, one for each score
  Buffer<float> steps;   // of each round, times the learning rate
  Buffer<float> base;
  Link link = Link::identity;

  std::ptrdiff_t rounds() const noexcept { return std::ssize(steps); }

  void outputs(std::span<const ViewOf<X>> x, Rows<float> y, Workspace& w) const noexcept {
    const BoostScores<Y> scores{static_cast<int>(y.width()), link};
    const Rows<float> heard(w.take<float>(y.rows()), y.rows(), 1);
    const Rows<float> score(y.data(), y.rows(),
                            scores.count());  // in front of y, so that no other memory is needed
    for (std::ptrdiff_t i = 0; i < y.rows(); ++i) std::copy(base.begin(), base.end(), score.row(i).begin());
    const std::size_t count = base.size();
    for (std::size_t m = 0; m < models.size(); ++m) {
      tutti::outputs<X, Real>(models[m], x, heard, w);
      for (std::ptrdiff_t i = 0; i < y.rows(); ++i)
        score(i, static_cast<std::ptrdiff_t>(m % count)) += steps[m / count] * heard[i];
    }
    for (std::ptrdiff_t i = y.rows(); i-- > 0;)
      scores.finish(score.row(i).data(), y.row(i).data());  // backwards: y grows over the scores
  }
  static constexpr std::size_t workspace_bytes(std::ptrdiff_t rows) requires is_static {
    return workspace_bytes_of<float>(rows) + static_workspace_bytes<Model>(rows);
  }
  std::size_t workspace_bytes(std::ptrdiff_t rows) const requires(!is_static) {
    std::size_t most = 0;
    for (const Model& m : models) most = std::max(most, tutti::workspace_bytes(m, rows));
    return workspace_bytes_of<float>(rows) + most;
  }
  static void visit(auto& self, auto& archive) {
    archive("models", self.models)("steps", self.steps)("base", self.base);
    if constexpr (!Y::is_label) archive("link", self.link);
  }
  void loaded() const {
    check<FileError>(!base.empty() && models.size() == steps.size() * base.size(),
                     {"boosting: expected ", base.size(), " models in each round"}, models.size());
    for (const float s : steps) check<FileError>(std::isfinite(s), "boosting: expected finite steps", s);
    check<FileError>(link == Link::identity || link == Link::log, "boosting: expected link 0 or 1",
                     static_cast<int>(link));
  }
  void check_extents(int columns, int outputs) const {
    check<FileError>(BoostScores<Y>{outputs}.count() == std::ssize(base),
                     {"boosting: expected scores for ", outputs, " outputs"}, base.size());
    for (const Model& m : models) tutti::check_extents(m, columns, 1);
  }
};

namespace detail {
/// Fits round after round (combine/boost_fit.hpp).
template <class M, class X, class Y>
Boosted<X, Y, ModelOf<M, X, Real>> fit_boosted(const Boost<M>& spec, const Dataset<X, Y>& data,
                                               const Context& context);
}  // namespace detail

/// Gradient boosting of any member that learns numbers: every round fits it to the negative gradient of the objective, as to
/// numbers (one member for each class where there are more than two), and adds learning_rate step_t h_t(x) to the scores. The
/// step lowers the objective most along h_t: it is the least of its minimisers for MAE and Quantile, and at most that of
/// Newton, -sum g h / sum g' h^2, elsewhere. A round whose members do not lower it is left out. Scores begin as those of
/// trees do; objectives, `balanced`, `early_stop` and `monitor` are theirs too. Row weights go to the members. NaN as in the
/// member. A Stop ends it between rounds, with what there is. Boost<Tree> is a fit of its own, on histograms.
/// Shapes   the member's, of one number.
/// Cost     fit: rounds x scores fits and predictions of all rows, and some 30 gradients a round; predict: the sum of the members'.
/// Errors   at compile time: targets other than labels or one number, a member that learns no numbers. FitError when an option
///          is out of range, the objective or the metric is for another kind of target or does not take one of them, a target
///          or an output is not finite.
/// Source   Friedman, Greedy function approximation: a gradient boosting machine, Annals of Statistics 29 (2001), algorithm 1.
template <class M> struct Behaviour<Boost<M>> {
  static constexpr Capabilities capabilities = [] {
    Capabilities c = capabilities_of<M>;
    c.labels = c.probabilities = c.numbers;
    c.flags = c.incremental = c.explainable = false;
    return c;
  }();

  template <class X, class Y> using Model = Boosted<X, Y, ModelOf<M, X, Real>>;

  template <class X, class Y> static constexpr auto diagnose() {
    if constexpr (!TreeTarget<Y>)
      return std::type_identity<error::Mismatch<Boost<M>, error::GetsType<Y>, error::labels_or_one_number>>{};
    else return std::type_identity<error::located_t<Boost<M>, 0, M, DiagnosisOf<M, X, Real>>>{};
  }
  template <class X, class Y> using Diagnosis = typename decltype(diagnose<X, Y>())::type;

  template <class X, class Y>
  static Model<X, Y> fit(const Boost<M>& spec, const Dataset<X, Y>& data, const Context& context) {
    return detail::fit_boosted(spec, data, context);
  }
};

}  // namespace tutti
