// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/greedy.hpp>
#include <tutti/combine/member_outputs.hpp>
#include <tutti/core/units.hpp>
#include <tutti/kernel/parallel.hpp>
#include <tutti/measure/any_metric.hpp>

#include <limits>

namespace tutti {

/// What a selection keeps: the weight of each member, their sum is 1, and the score of the mean on the rows it was made on,
/// which flatters. Of several bags: without a score.
struct GreedySelection {
  Buffer<double> weights{};
  double score = std::numeric_limits<double>::quiet_NaN();
  int size = 0;  // members in the mean, repeats counted; of several bags: of all together
};

namespace detail {

/// One selection from some of the members.
class GreedyRun {
 public:
  GreedyRun(const MemberOutputs& said, const Monitor& metric, Buffer<std::size_t> from)
      : said_(said), metric_(metric), from_(std::move(from)), counts_(said.members.size()), sum_(static_cast<std::size_t>(said.members[0].size())) {}

  GreedySelection run(const GreedyOptions& options) {
    Buffer<double> errors = errors_with_each();
    tolerance_ = 1e-6 * std::abs(*std::min_element(errors.begin(), errors.end()));
    if (options.start > 0) begin_with_best(errors, options.start);
    for (int round = 0; round < options.rounds; ++round) {
      if (size_ > 0) errors = errors_with_each();
      const std::size_t next = choice(errors);
      add(from_[next], errors[next]);
    }
    check(best_size_ > 0, "a selection: expected a member whose score is a number", metric_.name());
    GreedySelection kept{Buffer<double>(counts_.size()), metric_.higher_is_better() ? -best_error_ : best_error_, best_size_};
    for (std::size_t m = 0; m < kept.weights.size(); ++m) kept.weights[m] = static_cast<double>(best_counts_[m]) / best_size_;
    return kept;
  }

 private:
  /// The error of the mean with one member more, for each that may join; a score that is NaN is the worst.
  Buffer<double> errors_with_each() const {
    Buffer<double> errors(from_.size());
    parallel::for_each(std::ssize(from_), 1, [&](std::ptrdiff_t c, std::ptrdiff_t) {
      const Rows<const float> member = said_.members[from_[static_cast<std::size_t>(c)]];
      Buffer<float> mean(sum_.size());
      for (std::size_t i = 0; i < mean.size(); ++i)
        mean[i] = static_cast<float>((sum_[i] + static_cast<double>(member[static_cast<std::ptrdiff_t>(i)])) / (size_ + 1));
      Judged j = said_.truth;
      j.outputs = {mean.data(), member.rows(), member.width()};
      const double score = metric_(j);
      errors[static_cast<std::size_t>(c)] = std::isnan(score) ? std::numeric_limits<double>::infinity() : metric_.higher_is_better() ? -score : score;
    });
    return errors;
  }
  /// The least error; of equals one that is inside already, then the first.
  std::size_t choice(const Buffer<double>& errors) const {
    const auto least = static_cast<std::size_t>(std::min_element(errors.begin(), errors.end()) - errors.begin());
    std::size_t inside = errors.size();
    for (std::size_t c = 0; c < errors.size(); ++c)
      if (counts_[from_[c]] > 0 && errors[c] <= errors[least] + tolerance_ && (inside == errors.size() || errors[c] < errors[inside])) inside = c;
    return inside < errors.size() ? inside : least;
  }
  void add(std::size_t member, double error) {
    ++counts_[member];
    ++size_;
    for (std::size_t i = 0; i < sum_.size(); ++i) sum_[i] += static_cast<double>(said_.members[member][static_cast<std::ptrdiff_t>(i)]);
    if (!(error < best_error_)) return;
    best_error_ = error;
    best_counts_ = counts_;
    best_size_ = size_;
  }
  void begin_with_best(const Buffer<double>& alone, int most) {
    SortKeys order(alone.size());
    for (std::size_t c = 0; c < alone.size(); ++c) order[c] = {ordered(alone[c]), static_cast<RowIndex>(c)};
    sort_keys(order);
    for (std::size_t n = 0; n < order.size() && n < static_cast<std::size_t>(most); ++n) {
      const std::size_t c = order[n].second;
      add(from_[c], size_ == 0 ? alone[c] : errors_with_each()[c]);
    }
    counts_ = best_size_ > 0 ? best_counts_ : Buffer<int>(counts_.size());
    size_ = best_size_;
    sum_.assign(sum_.size(), 0.0);
    for (std::size_t m = 0; m < counts_.size(); ++m)
      for (std::size_t i = 0; i < sum_.size() && counts_[m] > 0; ++i) sum_[i] += static_cast<double>(said_.members[m][static_cast<std::ptrdiff_t>(i)]);
  }

  const MemberOutputs& said_;
  const Monitor& metric_;
  Buffer<std::size_t> from_;
  Buffer<int> counts_, best_counts_{};
  Buffer<double> sum_;  // of the members inside, repeats counted
  int size_ = 0, best_size_ = 0;
  double tolerance_ = 0, best_error_ = std::numeric_limits<double>::infinity();
};

}  // namespace detail

/// Starts with nothing, or with the best few; then in each round adds, with replacement, the member with which the mean
/// scores best. Scores within a millionth of the best member's are equal: then one that is inside already is added, else the
/// first. Kept is the shortest beginning with the best score. A member that predicts NaN is not chosen.
/// Cost     rounds members evaluations of the metric, members side by side.
/// Errors   DataError for options that mean nothing, a metric of other targets, no member whose score is a number; as
///          checked_outputs for members or a truth of other sizes.
/// Source   Caruana et al., Ensemble selection from libraries of models (ICML 2004): selection with replacement, sorted
///          initialisation, bagged selection; the best beginning and ties as AutoGluon 1.5 has them.
template <class = void>
[[gnu::cold]] GreedySelection greedy_selection(const MemberOutputs& said, const GreedyOptions& options = {}) {
  check(options.rounds >= 1, "a selection: expected at least one round", options.rounds);
  check(options.start >= 0, "a selection: expected a start with 0 or more members", options.start);
  check(options.bags >= 1, "a selection: expected at least one bag", options.bags);
  check(options.bag_members > 0 && options.bag_members <= 1, "a selection: expected a share of members above 0 and at most 1", options.bag_members);
  detail::checked_outputs(said);
  const bool labels = !said.truth.labels.empty();
  options.metric.check_targets(labels, said.truth.flags);
  const Monitor metric = options.metric ? options.metric : Monitor(AnyMetric().for_targets(labels, said.truth.flags));

  Buffer<std::size_t> all(said.members.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  if (options.bags == 1) return detail::GreedyRun(said, metric, all).run(options);
  GreedySelection whole{Buffer<double>(all.size())};
  const double wanted = static_cast<double>(options.bag_members) * static_cast<double>(all.size());
  for (int b = 0; b < options.bags; ++b) {
    Buffer<std::size_t> drawn = all;
    shuffle(std::span<std::size_t>(drawn.data(), drawn.size()), said.random.stream(static_cast<std::uint64_t>(b)));
    drawn.resize(std::max<std::size_t>(1, static_cast<std::size_t>(wanted + 0.5)));
    std::sort(drawn.begin(), drawn.end());
    const GreedySelection one = detail::GreedyRun(said, metric, drawn).run(options);
    for (std::size_t m = 0; m < all.size(); ++m) whole.weights[m] += one.weights[m] / options.bags;
    whole.size += one.size;
  }
  return whole;
}

}  // namespace tutti
