// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/error.hpp>
#include <tutti/core/random.hpp>
#include <tutti/kernel/sort_floats.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <span>

namespace tutti {

/// How unlike the rows that were seen a label k would be, by the probabilities p of a row.
enum class LabelScore : int {
  least_ambiguous,  // 1 - p_k: the smallest sets on average
  adaptive          // the sum of all probabilities above p_k, and p_k: larger sets where the row is hard
};

namespace detail {

struct LabelScoring {
  LabelScore score = LabelScore::least_ambiguous;
  bool randomised = false;       // adaptive: of p_k only the share u counts
  float penalty = 0;             // adaptive: for each label by which the rank of k is above `free_labels`
  int free_labels = 1;
  std::uint64_t key = 0;         // of the random numbers

  static void visit(auto& self, auto& archive) {
    archive("score", self.score)("randomised", self.randomised)("penalty", self.penalty)("free_labels", self.free_labels)("key", self.key);
  }
  /// Of labels that are as probable, the lower one comes first. NaN where p_k is NaN.
  float of(std::span<const float> p, std::size_t k, float u) const noexcept {
    if (score == LabelScore::least_ambiguous) return 1 - p[k];
    double before = 0;
    int rank = 1;
    for (std::size_t j = 0; j < p.size(); ++j) {
      if (!(p[j] > p[k] || (p[j] == p[k] && j < k))) continue;
      before += static_cast<double>(p[j]);
      ++rank;
    }
    const double own = static_cast<double>(p[k]) * (randomised ? static_cast<double>(u) : 1.0);
    return static_cast<float>(before + own + static_cast<double>(penalty) * std::max(0, rank - free_labels));
  }
  /// A number in [0, 1) that depends on the row alone: the same row is always answered alike.
  float draw(const auto& x) const noexcept {
    if (!randomised) return 1;
    Random random = Random::from_key(key);
    for (int j = 0; j < x.size(); ++j) random = random.stream(std::uint64_t{std::bit_cast<std::uint32_t>(static_cast<float>(x[j]))});
    return random.uniform();
  }
};

/// The decimal number that was meant: 0.9f is 0.9 and not 0.89999998, by which a rank could be one off.
inline double as_meant(float coverage) noexcept { return std::round(1e6 * static_cast<double>(coverage)) / 1e6; }

/// Which of n sorted scores holds the coverage: ceil((n + 1) coverage).
inline std::ptrdiff_t conformal_rank(std::ptrdiff_t n, float coverage) noexcept {
  return static_cast<std::ptrdiff_t>(std::ceil(static_cast<double>(n + 1) * as_meant(coverage) - 1e-9));
}
/// Whether that is one of the first `scored` of n.
inline bool has_rank(std::ptrdiff_t n, std::ptrdiff_t scored, float coverage) noexcept {
  const std::ptrdiff_t r = conformal_rank(n, coverage);
  return r >= 1 && r <= scored;
}
/// Errors   DataError unless 0 < coverage < 1 and there are as many rows as it needs: coverage / (1 - coverage).
inline std::ptrdiff_t checked_rank(std::ptrdiff_t n, float coverage) {
  check(coverage > 0 && coverage < 1, "conformal: expected a coverage between 0 and 1", coverage);
  const double c = as_meant(coverage);
  check(has_rank(n, n, coverage),
        {"conformal: expected at least ", static_cast<long long>(std::ceil(c / (1 - c) - 1e-9)), " rows for a coverage of ", coverage}, n);
  return conformal_rank(n, coverage);
}

}  // namespace detail

/// What was seen of a model's errors: scores in ascending order, one list for each judge (one model, or one for each fold).
/// Cost     4 bytes a row.
struct ConformalScores {
  Buffer<float> sorted{};
  Buffer<std::uint32_t> end{};  // of each list

  std::size_t judges() const noexcept { return end.size(); }
  std::ptrdiff_t rows() const noexcept { return std::ssize(sorted); }
  std::span<const float> of(std::size_t judge) const noexcept {
    const std::size_t first = judge == 0 ? 0 : end[judge - 1];
    return {sorted.data() + first, end[judge] - first};
  }
  /// Errors   DataError unless 0 < coverage < 1 and there are as many rows as it needs: coverage / (1 - coverage).
  std::ptrdiff_t rank(float coverage) const { return detail::checked_rank(rows(), coverage); }

  static void visit(auto& self, auto& archive) { archive("sorted", self.sorted)("end", self.end); }
  void loaded() const {
    std::size_t first = 0;
    for (const std::uint32_t e : end) {
      check<FileError>(e >= first && e <= sorted.size(), {"conformal: expected lists of ", sorted.size(), " scores"}, e);
      for (std::size_t i = first; i < e; ++i)
        check<FileError>(std::isfinite(sorted[i]) && (i == first || sorted[i - 1] <= sorted[i]), "conformal: expected scores that ascend",
                         sorted[i]);
      first = e;
    }
    check<FileError>(first == sorted.size(), {"conformal: expected lists of all ", sorted.size(), " scores"}, first);
  }
};

namespace detail {

/// Sorts the scores of each judge. Shapes: score, judge (N); a judge below 0 means that the row does not count.
/// Errors   DataError for a score that is not finite.
template <class = void>
[[gnu::cold]] ConformalScores sorted_scores(const Buffer<float>& score, const Buffer<int>& judge, int judges) {
  ConformalScores s;
  Buffer<std::uint32_t> scratch(static_cast<std::size_t>(kernel::sort_scratch(std::ssize(score))));
  for (std::size_t i = 0; i < score.size(); ++i)
    check(judge[i] < 0 || std::isfinite(score[i]),
          {"conformal: row ", i, ": expected a finite prediction and target, so that its score is"}, score[i]);
  for (int j = 0; j < judges; ++j) {
    const std::size_t first = s.sorted.size();
    for (std::size_t i = 0; i < score.size(); ++i)
      if (judge[i] == j) s.sorted.push_back(score[i]);
    kernel::sort_floats(s.sorted.data() + first, std::ssize(s.sorted) - static_cast<std::ptrdiff_t>(first), scratch.data());
    s.end.push_back(static_cast<std::uint32_t>(s.sorted.size()));
  }
  return s;
}

/// Floats as whole numbers of the same order, and back.
inline std::int64_t order_of(float v) noexcept {
  const auto bits = std::bit_cast<std::int32_t>(v + 0.0f);
  return bits >= 0 ? bits : std::int64_t{-2147483648} - bits;
}
inline float float_at(std::int64_t order) noexcept {
  return std::bit_cast<float>(static_cast<std::int32_t>(order >= 0 ? order : std::int64_t{-2147483648} - order));
}

/// The number of rank r (from 1 on) among base_j + scale_j score over all judges j and their scores. NaN where a base is.
/// Cost     32 judges log(N / judges): the answer is found bit by bit, nothing is merged.
inline float shifted_rank(const ConformalScores& scores, std::span<const float> base, std::span<const float> scale,
                          std::ptrdiff_t r) noexcept {
  const auto at = [&](std::size_t j, float s) { return base[j] + scale[j] * s; };
  std::int64_t low = order_of(std::numeric_limits<float>::max()), high = order_of(-std::numeric_limits<float>::max());
  for (std::size_t j = 0; j < scores.judges(); ++j) {
    const auto s = scores.of(j);
    if (s.empty()) continue;
    if (std::isnan(at(j, s.front()))) return std::numeric_limits<float>::quiet_NaN();
    low = std::min(low, order_of(at(j, s.front())));
    high = std::max(high, order_of(at(j, s.back())));
  }
  while (low < high) {
    const std::int64_t middle = low + (high - low) / 2;
    const float v = float_at(middle);
    std::ptrdiff_t below = 0;  // or at v
    for (std::size_t j = 0; j < scores.judges(); ++j) {
      const auto s = scores.of(j);
      std::size_t from = 0, to = s.size();
      while (from < to) {
        const std::size_t half = from + (to - from) / 2;
        if (at(j, s[half]) <= v) from = half + 1;
        else to = half;
      }
      below += static_cast<std::ptrdiff_t>(from);
    }
    if (below >= r) high = middle;
    else low = middle + 1;
  }
  return float_at(low);
}

}  // namespace detail
}  // namespace tutti
