// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/bag.hpp>
#include <tutti/combine/bootstrap_scores.hpp>
#include <tutti/combine/conformal_model.hpp>

namespace tutti {

/// The intervals of a Bag without another fit: Conformal{Bag{Tree{}, {.members = 50}}, AfterBootstrap{}}. The score of row i is
/// R_i = |y_i - m_i(x_i)|, where m_i is the mean of the members that have not drawn it, nor a row of its group or id; with r = ceil((n + 1)
/// coverage) the interval of x ends at the r-th largest of m_i(x) - R_i and the r-th smallest of m_i(x) + R_i. It covers with at least
/// 2 coverage - 1 where the number of members is itself drawn (from a binomial law), and in practice about `coverage`.
/// Rows that all members have drawn count, with an interval that has no end.
/// Needs    a Bag, one number to predict.
/// Cost     the bag's fit, and of every row a prediction by those who have not drawn it; 4 + members / 8 bytes a row.
/// Errors   FitError as Conformal; besides where so many rows were drawn by all members that the coverage has no end, for the method
///          split, and under a plan forward in time, whose earlier rows a bag would judge by later ones.
/// Source   Kim, Xu, Barber, Predictive inference is free with the jackknife+-after-bootstrap (NeurIPS 2020), algorithm 1, theorem 1.
struct AfterBootstrap {};

namespace detail {
template <class M>
inline constexpr bool is_bag = false;
template <class M>
inline constexpr bool is_bag<Bag<M>> = true;
}  // namespace detail

/// A fitted bag, and what its members' errors were on rows that they have not drawn.
template <class X, class Y, class Model>
struct ConformalModel<X, Y, Model, AfterBootstrap> {
  using Parts = meta::List<Model>;
  Model member;
  BootstrapScores scores{};
  float coverage = 0.9f;

  void outputs(std::span<const ViewOf<X>> x, Rows<float> y, Workspace& w) const noexcept { tutti::outputs<X, Y>(member, x, y, w); }
  static constexpr std::size_t workspace_bytes(std::ptrdiff_t rows)
    requires StaticWorkspace<Model>
  {
    return static_workspace_bytes<Model>(rows);
  }
  std::size_t workspace_bytes(std::ptrdiff_t rows) const
    requires(!StaticWorkspace<Model>)
  {
    return tutti::workspace_bytes(member, rows);
  }
  std::size_t judging_bytes() const {
    return tutti::workspace_bytes(member, 1) + workspace_bytes_of<float>(scores.members) + scores.workspace_bytes();
  }
  std::ptrdiff_t rank(float of) const { return scores.rank(of); }
  void intervals(const ViewOf<X>& x, std::ptrdiff_t rank, std::span<PredictionInterval> out, Workspace& w) const noexcept {
    const std::span<float> said(w.take<float>(scores.members), static_cast<std::size_t>(scores.members));
    for (std::size_t m = 0; m < said.size(); ++m) said[m] = detail::one_output<X, Y>(member.models[m], x, w);
    out[0] = scores.around(said, rank, w);
  }

  static void visit(auto& self, auto& archive) { archive("member", self.member)("scores", self.scores)("coverage", self.coverage); }
  void loaded() const {
    check<FileError>(coverage > 0 && coverage < 1, "conformal: expected a coverage between 0 and 1", coverage);
    check<FileError>(scores.rows == 0 || detail::has_rank(scores.rows, scores.scored(), coverage),
                     "conformal: expected more scores for its coverage", scores.scored());
    check<FileError>(scores.rows == 0 || scores.members == std::ssize(member.models),
                     {"conformal: expected scores of ", member.models.size(), " members"}, scores.members);
  }
  void check_extents(int columns, int outputs) const { tutti::check_extents(member, columns, outputs); }
};

}  // namespace tutti
