// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/random.hpp>
#include <tutti/core/rows.hpp>
#include <tutti/measure/judged.hpp>

#include <cmath>
#include <cstddef>
#include <span>

namespace tutti {

/// What several members said about the same rows, none of which they had seen, beside what is true: all that a weights
/// policy and a greedy selection see. A view. A row of weight 0 counts as absent.
/// Shapes   each of members (N, outputs): probabilities of labels and flags, numbers; truth (N), without outputs;
///          fold (N): who held the row out together, or empty: all in one.
struct MemberOutputs {
  Buffer<Rows<const float>> members{};
  Judged truth{};
  std::span<const int> fold{};
  Random random{};  // a stream of its own, the same for any number of threads

  std::ptrdiff_t rows() const noexcept { return members.empty() ? 0 : members[0].rows(); }
  int fold_of(std::ptrdiff_t i) const noexcept {
    return fold.empty() ? 0 : fold[static_cast<std::size_t>(i)];
  }
  /// Member m beside the truth: what metrics read.
  Judged judged(std::size_t m) const noexcept {
    Judged j = truth;
    j.outputs = members[m];
    return j;
  }
};

namespace detail {

/// Errors   ShapeError for members of other sizes than the first.
/// Needs    a member.
template <class = void> [[gnu::cold]] void check_same_sizes(const MemberOutputs& said) {
  const std::ptrdiff_t rows = said.rows(), width = said.members[0].width();
  for (std::size_t m = 0; m < said.members.size(); ++m) {
    check<ShapeError>(said.members[m].rows() == rows,
                      {"member ", m, ": expected predictions for ", rows, " rows"}, said.members[m].rows());
    check<ShapeError>(said.members[m].width() == width,
                      {"member ", m, ": expected ", width, " outputs of a row"}, said.members[m].width());
  }
}

/// Returns the total weight.
/// Errors   ShapeError for members of other sizes than the first, or than the truth; DataError for no member, no row
///          that counts, a weight or a label that means nothing, another number of folds than rows.
template <class = void> [[gnu::cold]] double checked_outputs(const MemberOutputs& said) {
  check(!said.members.empty(), "expected at least one member to weigh", said.members.size());
  check_same_sizes(said);
  check<ShapeError>(said.fold.empty() || std::ssize(said.fold) == said.rows(),
                    {"expected the folds of ", said.rows(), " rows"}, said.fold.size());
  return said.truth.labels.empty() ? checked_numbers(said.judged(0)) : checked_labels(said.judged(0));
}
/// Errors   DataError for an output that is not finite in a row that counts.
template <class = void> [[gnu::cold]] void check_finite(const MemberOutputs& said) {
  for (std::size_t m = 0; m < said.members.size(); ++m)
    for (std::ptrdiff_t i = 0; i < said.rows(); ++i)
      if (said.truth.weight_of(i) > 0)
        for (const float v : said.members[m].row(i))
          check(std::isfinite(v),
                {"member ", m, ", row ", i, ": expected finite outputs to learn weights from"}, v);
}

}  // namespace detail
}  // namespace tutti
