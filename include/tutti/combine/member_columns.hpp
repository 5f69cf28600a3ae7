// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/learnt_weights_fit.hpp>
#include <tutti/combine/member_outputs.hpp>
#include <tutti/measure/truth.hpp>

/// Combining plain columns of predictions, from wherever they are: no member, no fit.
namespace tutti {

/// Predictions of several members that stand side by side in the rows of a dataset, as another program wrote them: the
/// outputs of the first, of the second, ... Owns what outputs() shows.
/// Shapes   rows of members outputs numbers; with `columns` = 1 and two classes, rows of members probabilities of the second.
/// Errors   DataError for no rows; ShapeError for rows that are no multiple of that, a number of columns that outputs do not have.
class MemberColumns {
 public:
  template <class X, class Y>
  explicit MemberColumns(const Dataset<X, Y>& data, int columns = 0)
      : truth_(data), outputs_(data.outputs()) {
    const int own = columns == 0 ? outputs_ : columns;
    check(data.rows() > 0, "expected predictions of at least one row", data.rows());
    check<ShapeError>(own == outputs_ || (own == 1 && Y::is_label && outputs_ == 2),
                      {"expected ", outputs_, " columns for each member"}, own);
    check<ShapeError>(data.width() > 0 && data.width() % own == 0,
                      {"expected rows of predictions, ", own, " columns for each member"}, data.width());
    members_.resize(static_cast<std::size_t>(data.width() / own));
    for (std::ptrdiff_t i = 0; i < data.rows(); ++i)
      for (int j = 0; j < data.width(); ++j) {
        const float v = static_cast<float>(data.x(i)[j]);
        Buffer<float>& to = members_[static_cast<std::size_t>(j / own)];
        if (own < outputs_) to.push_back(1 - v);
        to.push_back(v);
      }
  }
  std::size_t size() const noexcept { return members_.size(); }
  /// A view, as long as this lives.
  MemberOutputs outputs() const {
    MemberOutputs said;
    for (const Buffer<float>& m : members_)
      said.members.push_back({m.data(), std::ssize(m) / outputs_, outputs_});
    said.truth = truth_.judge({});
    return said;
  }

 private:
  Truth truth_;
  int outputs_;
  Buffer<Buffer<float>> members_;
};

namespace detail {
template <class Rule>
[[gnu::cold]] Buffer<float> merged_columns(const MemberOutputs& said, const Buffer<double>& weights) {
  check(!said.members.empty(), "expected at least one member to combine", said.members.size());
  check_same_sizes(said);
  const std::ptrdiff_t rows = said.rows(), width = said.members[0].width();
  const Buffer<float> w = weights.empty() ? Buffer<float>(said.members.size(), 1.0f)
                                          : scaled_weights(weights, said.members.size());
  Buffer<float> merged(static_cast<std::size_t>(rows * width));
  const Rows<float> y(merged.data(), rows, width);
  float sum = 0;
  for (std::size_t m = 0; m < w.size(); ++m) {
    sum += w[m];
    for (std::ptrdiff_t i = 0; i < rows && w[m] > 0; ++i) Rule::add(said.members[m].row(i), w[m], y.row(i));
  }
  for (float& v : merged) v /= sum;
  return merged;
}
}  // namespace detail

/// The mean of what members say, weighted where there are weights; a member of weight 0 is not asked. NaN goes through.
/// Shapes   -> (N, outputs), row after row.
/// Errors   ShapeError for members of other sizes than the first; DataError for no member, other than one weight each, weights that
///          are negative, not finite, or all 0.
template <class = void>
[[gnu::cold]] Buffer<float> average_of(const MemberOutputs& said, const Buffer<double>& weights = {}) {
  return detail::merged_columns<MeanRule>(said, weights);
}
/// The shares of the members' votes for each class, a tie within a member to the lowest.
/// Errors   as average_of.
template <class = void>
[[gnu::cold]] Buffer<float> vote_of(const MemberOutputs& said, const Buffer<double>& weights = {}) {
  return detail::merged_columns<VoteRule>(said, weights);
}

/// What a policy learns from columns of predictions, brought to sum 1. They must be of rows that their members had not seen: here
/// nobody but the caller knows.
/// Errors   as checked_outputs; DataError for an output that is not finite, or weights that mean nothing.
template <WeightsPolicy Policy>
[[gnu::cold]] Buffer<double> learnt_weights(const Policy& policy, const MemberOutputs& said) {
  detail::checked_outputs(said);
  detail::check_finite(said);
  Buffer<double> weights = policy.weights(said);
  detail::scaled_weights(weights, said.members.size());
  double sum = 0;
  for (const double w : weights) sum += w;
  for (double& w : weights) w /= sum;
  return weights;
}

}  // namespace tutti
