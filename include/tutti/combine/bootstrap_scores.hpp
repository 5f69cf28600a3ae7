// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/conformal_scores.hpp>
#include <tutti/combine/prediction_interval.hpp>
#include <tutti/core/workspace.hpp>

#include <limits>

namespace tutti {

/// How far off the members that have not drawn a row are of it, together, and which these are.
/// Cost     4 + members / 8 bytes a row.
struct BootstrapScores {
  std::int64_t rows = 0;            // also of those that all members have drawn, which have no score
  int members = 0;
  Buffer<float> score{};            // (scored)
  Buffer<std::uint8_t> unseen{};    // (scored, bytes): bit m % 8 of byte m / 8 is 1 where member m has not drawn the row

  std::ptrdiff_t scored() const noexcept { return std::ssize(score); }
  std::ptrdiff_t bytes() const noexcept { return (std::ptrdiff_t{members} + 7) / 8; }
  /// Rows that all have drawn count as if they knew nothing: their part of the interval has no end.
  /// Errors   DataError as ConformalScores; or where more scores are needed than there are.
  std::ptrdiff_t rank(float coverage) const {
    const std::ptrdiff_t r = detail::checked_rank(rows, coverage);
    check(r <= scored(),
          {"conformal after bootstrap: expected ", r, " of ", rows, " rows that a member has not drawn (more members would help)"},
          scored());
    return r;
  }
  std::size_t workspace_bytes() const noexcept {
    return workspace_bytes_of<float>(256 * bytes()) + 2 * workspace_bytes_of<float>(scored());
  }
  /// The ends of rank r among mean_i - score_i and mean_i + score_i: mean_i is of what those members say that have not drawn row i.
  /// Cost     2 rows (members / 8 + 2), a table for each eight members.
  template <class = void>
  PredictionInterval around(std::span<const float> said, std::ptrdiff_t r, Workspace& w) const noexcept {
    const Workspace::Scope scope(w);
    float* const sums = w.take<float>(256 * bytes());
    for (std::ptrdiff_t b = 0; b < bytes(); ++b) {
      sums[256 * b] = 0;
      for (int set = 1; set < 256; ++set) {
        const auto m = static_cast<std::size_t>(8 * b + std::countr_zero(static_cast<unsigned>(set)));
        sums[256 * b + set] = sums[256 * b + (set & (set - 1))] + (m < said.size() ? said[m] : 0.0f);
      }
    }
    float *const below = w.take<float>(scored()), *const high = w.take<float>(scored());  // below: - low
    for (std::ptrdiff_t i = 0; i < scored(); ++i) {
      const std::uint8_t* const set = unseen.data() + i * bytes();
      float sum = 0;
      int n = 0;
      for (std::ptrdiff_t b = 0; b < bytes(); ++b) {
        sum += sums[256 * b + set[b]];
        n += std::popcount(set[b]);
      }
      const float mean = sum / static_cast<float>(n), s = score[static_cast<std::size_t>(i)];
      if (std::isnan(mean)) return {mean, mean};
      below[i] = s - mean;
      high[i] = s + mean;
    }
    std::nth_element(below, below + (r - 1), below + scored());
    std::nth_element(high, high + (r - 1), high + scored());
    return {-below[r - 1], high[r - 1]};
  }

  static void visit(auto& self, auto& archive) {
    archive("rows", self.rows)("members", self.members)("score", self.score)("unseen", self.unseen);
  }
  void loaded() const {
    check<FileError>(members >= 0 && rows >= scored(), "conformal: expected no more scores than rows", scored());
    const std::ptrdiff_t due = scored() * bytes();
    check<FileError>(std::ssize(unseen) == due, {"conformal: expected ", due, " bytes of draws"}, unseen.size());
    for (std::ptrdiff_t i = 0; i < scored(); ++i) {
      int n = 0;
      for (std::ptrdiff_t b = 0; b < bytes(); ++b) n += std::popcount(unseen[static_cast<std::size_t>(i * bytes() + b)]);
      check<FileError>(n > 0 && std::isfinite(score[static_cast<std::size_t>(i)]), "conformal: expected a finite score of some members",
                       score[static_cast<std::size_t>(i)]);
    }
  }
};

}  // namespace tutti
