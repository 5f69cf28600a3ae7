// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/behaviour.hpp>
#include <tutti/core/fitted.hpp>
#include <tutti/core/forms.hpp>
#include <tutti/model/net_features.hpp>
#include <tutti/model/tree_features.hpp>

namespace tutti {

struct FeaturesOptions {
  float holdout = 0.5f;  // the share of the folds whose rows teach what follows
  bool one_hot =
      true;  // of trees: a column for each leaf; otherwise one for each tree, the number of its leaf
};

/// What a learner makes of its inputs on the way to its answer, as inputs of whatever follows it in a Cascade or a Fuse. Of a net:
/// the numbers behind its first Cut layers; a Cut below 0 leaves out so many at the end, so that -1 is the row that its last
/// layer reads. Of Tree, Forest, ExtraTrees, Boost<Tree>: in which leaf of each tree a row ends.
/// The learner has seen targets, so it is fitted to the rows of some folds of the plan, and what follows learns from the rows
/// of the others, the latest where rows have times: out-of-fold numbers of several nets or forests would not speak of the same units
/// and leaves (docs/adr/0047). A Frozen one is not fitted, and may have learnt other targets; what follows learns from all rows.
/// Shapes   x -> y (numbers behind the layer), or y (leaves of all trees), or y (trees).
/// Needs    a net of more layers than are left out; for one-hot leaves room for rows of that many floats.
/// Cost     a fit of the learner; predict: as the learner without its end.
/// Errors   FitError for a holdout outside of (0, 1), rows of a single fold, a frozen learner of other widths.
/// Source   He et al., Practical lessons from predicting clicks on ads at Facebook (ADKDD 2014), §3.
template <class M, int Cut = -1> struct Features {
  M member;
  FeaturesOptions options{};

  constexpr Features() requires std::is_default_constructible_v<M> : member() {}
  constexpr explicit Features(M m, FeaturesOptions o = {}) : member(std::move(m)), options(o) {}

  static constexpr Capabilities capabilities = capabilities_of<M>;
  static constexpr Shape infer(Shape) { return shape(Dynamic); }

  template <class X, class Y> using Model = typename detail::FeaturesOf<M, X, Y, Cut>::type;

  template <class X, class Y>
    requires detail::HasFeatures<M, X, Y, Cut> Model<X, Y> fit(const Dataset<X, Y>& data,
                                                               const Context& context)
  const;
  /// The same, fitted to the rows of some folds; `rows` are the numbers of the others, which `taught` names.
  template <class X, class Y>
    requires detail::HasFeatures<M, X, Y, Cut> Model<X, Y> fit_transform(const Dataset<X, Y>& data,
                                                                         const Context& context,
                                                                         Buffer<float>& rows,
                                                                         Buffer<RowIndex>& taught)
  const;
};
template <class M> Features(M) -> Features<M>;
template <class M> Features(M, FeaturesOptions) -> Features<M>;
template <class M, int Cut> Features(Features<M, Cut>) -> Features<Features<M, Cut>>;

namespace meta {
template <class M, int Cut> struct TypeName<Features<M, Cut>> {
  static void append(std::string& out) {
    out += "Features<";
    TypeName<M>::append(out);
    if (Cut != -1) out += ", " + std::to_string(Cut);
    out += '>';
  }
};
}  // namespace meta

}  // namespace tutti
