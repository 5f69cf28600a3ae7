// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/behaviour.hpp>
#include <tutti/core/buffer.hpp>
#include <tutti/core/forms.hpp>
#include <tutti/model/boost_scores.hpp>
#include <tutti/model/boost_tree_options.hpp>
#include <tutti/model/tree.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <string>

namespace tutti {

/// How a boosted model goes on learning: update(model, rows, state) adds the rounds of `spec`, fitted to these rows, behind
/// its own, whose scores they begin with. A model does not keep its options: those of the spec hold, early stopping among
/// them, by which at worst nothing is added. The rows that the model was fitted to, with the same spec and seed, give the
/// bits of one fit of all rounds (Huber's delta counts the deviations of the targets at hand).
///
///     auto state = learning_state(model, 7);
///     state.spec = Boost{Tree{.leaves = 15}, {.rounds = 50}};
///     model = update(model, rows, state);
///
/// Errors   as those of a fit; DataError for an objective whose scores are on another scale (Link). Nothing has changed then.
struct BoostLearning {
  Boost<Tree> spec{};
  Progress progress{};
  Stop stop{};
  Random random{};

  static void visit(auto& self, auto& archive) {
    std::uint64_t key = self.random.key();
    archive("random", key);
    if constexpr (std::remove_reference_t<decltype(archive)>::reading) self.random = Random::from_key(key);
  }
};

/// Fitted gradient boosting: base score plus the leaves of all trees; through the softmax (two classes: the logistic
/// function) for a Label, through the exponential for objectives of counts and amounts. Tree t adds to score t modulo the
/// number of scores.
/// Cost     a walk for each tree: depth comparisons; eight walks at a time.
template <class X, class Y> struct BoostedTrees {
  TreeTable trees{};
  Buffer<float> base{};
  Link link = Link::identity;

  std::ptrdiff_t rounds() const noexcept { return base.empty() ? 0 : trees.trees() / std::ssize(base); }

  static constexpr std::size_t workspace_bytes(std::ptrdiff_t rows) requires(
      detail::TreeWorkspace<X>::known) {
    return detail::TreeWorkspace<X>::bytes(rows);
  }
  std::size_t workspace_bytes(std::ptrdiff_t rows) const requires(!detail::TreeWorkspace<X>::known) {
    return detail::TreeWorkspace<X>::bytes(rows, trees.columns());
  }

  void outputs(std::span<const ViewOf<X>> x, Rows<float> y, Workspace& workspace) const noexcept {
    const BoostScores<Y> scores{static_cast<int>(y.width()), link};
    if (scores.count() != std::ssize(base) || !detail::widths_match<X, Y>(trees, x, 1)) {
      std::fill_n(y.data(), y.size(), std::numeric_limits<float>::quiet_NaN());
      return;
    }
    const Rows<float> score(y.data(), y.rows(),
                            scores.count());  // in front of y, so that no other memory is needed
    for (std::ptrdiff_t i = 0; i < y.rows(); ++i) std::copy(base.begin(), base.end(), score.row(i).begin());
    trees.add(x, score, 0, trees.trees(), workspace);
    for (std::ptrdiff_t i = y.rows(); i-- > 0;)
      scores.finish(score.row(i).data(), y.row(i).data());  // backwards: y grows over the scores
  }

  BoostLearning learning_state(Random random) const { return {.random = random}; }
  BoostedTrees update(const Dataset<X, Y>& rows, const BoostLearning& learning) const;

  static void visit(auto& self, auto& archive) {
    archive("trees", self.trees)("base", self.base);
    if constexpr (!Y::is_label) archive("link", self.link);
  }
  void check_extents(int columns, int outputs) const {
    check<FileError>(trees.columns() == columns && BoostScores<Y>{outputs}.count() == std::ssize(base),
                     {"boosting: expected ", columns, " columns and scores for ", outputs, " outputs"},
                     base.size());
  }
  void loaded() const {
    detail::check_columns<X>(trees);
    check<FileError>(trees.leaf_width() == 1, "boosting: expected one number in a leaf", trees.leaf_width());
    check<FileError>(
        !base.empty() && (Y::outputs < 0 || std::ssize(base) == BoostScores<Y>{Y::outputs}.count()),
        "boosting: expected a base score for each score", base.size());
    check<FileError>(link == Link::identity || link == Link::log, "boosting: expected link 0 or 1", static_cast<int>(link));
    check<FileError>(trees.trees() % std::ssize(base) == 0,
                     {"boosting: expected ", base.size(), " trees in each round"}, trees.trees());
  }
};

/// Boost<Tree>, gradient boosting on histograms: every round fits a tree to the first and second derivatives of the
/// objective (one for each class where there are more than two). A leaf takes a Newton step -T(G) / (H + lambda), where T
/// draws G towards 0 by alpha, at most max_step, times learning_rate; for Quantile and MAE it is the weighted quantile of
/// what is left to explain, without alpha and lambda. Scores begin at the mean (median and quantile for MAE, Huber and
/// Quantile, logarithm of the mean for PoissonDeviance and GammaDeviance, log prior for labels); an objective of one's own
/// begins as its link says.
/// `0` in the Tree means: 31 leaves, the most gainful split first (max_depth alone: all that it allows), all columns, and
/// 20 rows in a leaf but at most a twentieth of the rows. `min_gain` is the decrease of the loss that a split must bring;
/// what only other trees understand (`criterion`, `prune`, ...) is refused. `early_stop` sets a slice of the rows aside
/// (stratified, whole groups, the latest where rows have times), judges each round by the loss or by the metric `monitor` and
/// keeps the best one. A class without rows gets a probability of about 1e-7. NaN as in Tree.
/// A Stop ends it between rounds: with what there is, or not at all. It goes on learning, see BoostLearning.
/// Cost     fit: rounds x scores x 3.5 N width updates or less; predict: trees x depth comparisons.
/// Errors   FitError when an option is out of range, the objective or the metric is for another kind of target or does
///          not take one of them, a target is not finite or no row has a positive weight.
/// Source   Friedman 2001; Chen and Guestrin, XGBoost, KDD 2016; Ke et al., LightGBM, NeurIPS 2017.
template <> struct Behaviour<Boost<Tree>> {
  static constexpr Capabilities capabilities = [] {
    Capabilities c = Tree::capabilities;
    c.incremental = true;
    return c;
  }();

  template <class X, class Y> using Model = BoostedTrees<X, Y>;

  template <class X, class Y>
  using Diagnosis = std::conditional_t<TreeTarget<Y>, error::none,
                                       error::Mismatch<Boost<Tree>, error::GetsType<Dataset<X, Y>>,
                                                       error::a_fit_member_for_these_inputs_and_targets>>;

  template <class X, class Y>
    requires TreeTarget<Y>
  static Model<X, Y> fit(const Boost<Tree>& spec, const Dataset<X, Y>& data, const Context& context);
};

}  // namespace tutti
