// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/exit_report.hpp>
#include <tutti/core/units.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace tutti::detail {

/// How sure each stage was of each row, out of fold, and what it would cost to believe it.
struct StagedRows {
  std::ptrdiff_t rows = 0;
  int stages = 0;
  Buffer<float> sure{}, loss{};  // (rows, stages)
  Buffer<double> weight{};       // (rows); 0: the row does not count
};

inline constexpr float closed = 2;  // a threshold that no probability reaches

/// Chooses thresholds for a price of cost against loss, one stage after the other, until nothing changes.
class ExitSearch {
 public:
  ExitSearch(const StagedRows& rows, const Buffer<float>& costs)
      : rows_(rows), costs_(costs), order_(static_cast<std::size_t>(rows.stages)) {
    for (std::size_t s = 0; s + 1 < order_.size(); ++s) {
      for (std::ptrdiff_t i = 0; i < rows.rows; ++i)
        if (rows.weight[static_cast<std::size_t>(i)] > 0)
          order_[s].push_back({ordered(-static_cast<double>(sure(i, s))), static_cast<RowIndex>(i)});
      sort_keys(order_[s]);
    }
  }

  /// Where to start from: all stages are shut but one, which lets one of twelve shares of the rows leave.
  Buffer<Buffer<float>> starts() const {
    Buffer<Buffer<float>> all;
    for (std::size_t s = 0; s + 1 < order_.size(); ++s)
      for (std::size_t part = 0; part < 12 && !order_[s].empty(); ++part) {
        Buffer<float> t(order_.size(), closed);
        t.back() = 0;
        t[s] = sure(static_cast<std::ptrdiff_t>(order_[s][part * order_[s].size() / 12].second), s);
        all.push_back(std::move(t));
      }
    return all;
  }

  /// What these thresholds cost and lose.
  ExitReport judge(const Buffer<float>& thresholds) const {
    ExitReport report{thresholds, costs_, Buffer<float>(costs_.size())};
    Buffer<double> share(costs_.size());
    double all = 0;
    for (std::ptrdiff_t i = 0; i < rows_.rows; ++i) {
      const double w = rows_.weight[static_cast<std::size_t>(i)];
      if (w == 0) continue;
      std::size_t s = 0;
      double cost = static_cast<double>(costs_[0]);
      for (; s + 1 < costs_.size() && !(sure(i, s) >= thresholds[s]); cost += static_cast<double>(costs_[++s])) {}
      all += w;
      share[s] += w;
      report.cost += w * cost;
      report.loss += w * static_cast<double>(loss(i, s));
    }
    report.cost /= std::max(all, 1e-300) * static_cast<double>(costs_.back());
    report.loss /= std::max(all, 1e-300);
    for (std::size_t s = 0; s < share.size(); ++s) report.shares[s] = static_cast<float>(share[s] / std::max(all, 1e-300));
    return report;
  }

  /// The thresholds of the least loss + price x cost, from the last stage to the first, as often as that helps.
  Buffer<float> at_price(double price) const {
    Buffer<float> t(costs_.size(), closed);
    t.back() = 0;
    for (int round = 0; round < 8; ++round) {
      const Buffer<float> before = t;
      for (std::size_t s = t.size() - 1; s-- > 0;) t[s] = best(t, s, price, -1e300);
      if (t == before) break;
    }
    return t;
  }

  /// Thresholds that keep the budget, and others as good or better, one stage after the other: of all that keep it, where the
  /// other stages stay, the best.
  Buffer<float> refined(Buffer<float> t, double budget) const {
    double all = 0;
    for (const double w : rows_.weight) all += w;
    for (int round = 0; round < 8; ++round) {
      const Buffer<float> before = t;
      for (std::size_t s = t.size() - 1; s-- > 0;) {
        Buffer<float> shut = t;
        shut[s] = closed;
        t[s] = best(t, s, 0, (judge(shut).cost - budget) * all * static_cast<double>(costs_.back()));
      }
      if (t == before) break;
    }
    return t;
  }

 private:
  float sure(std::ptrdiff_t i, std::size_t s) const noexcept { return rows_.sure[static_cast<std::size_t>(i * rows_.stages) + s]; }
  float loss(std::ptrdiff_t i, std::size_t s) const noexcept { return rows_.loss[static_cast<std::size_t>(i * rows_.stages) + s]; }

  /// The best threshold of stage s: rows in the order of how sure it is of them, and what each gains by leaving here. At least
  /// `must_save` of cost is to be saved.
  float best(const Buffer<float>& t, std::size_t s, double price, double must_save) const {
    const double enough = must_save - 1e-9 * std::abs(must_save);
    double gain = 0, saved = 0;  // of all rows that are surer
    double most = enough <= 0 ? 0 : -1e300;
    float threshold = enough <= 0 ? closed : 0, last = closed;
    for (const auto& key : order_[s]) {
      const auto i = static_cast<std::ptrdiff_t>(key.second);
      bool reaches = true;
      for (std::size_t before = 0; before < s; ++before) reaches = reaches && !(sure(i, before) >= t[before]);
      if (!reaches) continue;
      const float now = sure(i, s);
      if (now < last && last < closed && no_less(gain, most) && saved >= enough) most = gain, threshold = between(now, last);
      last = now;
      std::size_t exit = s + 1;
      double cost = static_cast<double>(costs_[exit]);
      for (; exit + 1 < t.size() && !(sure(i, exit) >= t[exit]); cost += static_cast<double>(costs_[++exit])) {}
      gain += rows_.weight[key.second] * (static_cast<double>(loss(i, exit)) + price * cost - static_cast<double>(loss(i, s)));
      saved += rows_.weight[key.second] * cost;
    }
    return no_less(gain, most) ? 0.0f : threshold;  // 0: all leave
  }
  /// Of equals, but for rounding, the one is taken that lets more leave.
  static bool no_less(double gain, double most) noexcept { return gain >= most - 1e-12 * (1 + std::abs(most)); }
  /// A threshold that divides two rows, in the middle where floats have one.
  static float between(float below, float above) noexcept {
    const float middle = below + (above - below) / 2;
    return middle > below ? middle : above;
  }

  const StagedRows& rows_;
  const Buffer<float>& costs_;
  Buffer<SortKeys> order_;  // of the rows at each stage, surest first
};

/// The thresholds with the least loss whose rows cost at most `budget` of the last stage in the mean. Lagrange: a price of cost is
/// raised until the budget is kept, then halved in on; what keeps it is refined, and so are a few other starts, because one stage
/// after the other may get stuck. To leave everything at the first exit keeps it.
template <class = void>
[[gnu::cold]] ExitReport learn_thresholds(const StagedRows& rows, const Buffer<float>& costs, double budget) {
  const ExitSearch search(rows, costs);
  ExitReport best;
  const auto keeps = [&](const Buffer<float>& t) { return search.judge(t).cost <= budget * (1 + 1e-9); };
  const auto consider = [&](const Buffer<float>& t) {
    ExitReport report = search.judge(search.refined(t, budget));
    const bool better = best.thresholds.empty() || report.loss < best.loss || (report.loss == best.loss && report.cost < best.cost);
    if (better && report.cost <= budget * (1 + 1e-9)) best = std::move(report);
  };
  Buffer<float> first(costs.size(), 0.0f), last_seen;
  consider(first);
  for (const Buffer<float>& start : search.starts()) consider(start);
  const auto try_price = [&](double price) {
    const Buffer<float> t = search.at_price(price);
    const bool kept = keeps(t);
    if (kept && !(t == last_seen)) consider(last_seen = t);
    return kept;
  };
  if (try_price(0)) return best;
  double low = 0, high = 1e-6 / static_cast<double>(costs.back());
  while (!try_price(high) && high * static_cast<double>(costs.front()) < 1e6) low = high, high *= 4;
  for (int step = 0; step < 24; ++step) {
    const double middle = low == 0 ? high / 2 : std::sqrt(low * high);
    (try_price(middle) ? high : low) = middle;
  }
  return best;
}

}  // namespace tutti::detail
