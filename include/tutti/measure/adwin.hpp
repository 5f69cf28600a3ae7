// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/error.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace tutti {

/// Adaptive windowing: a window over the newest errors of a stream, which grows while they look alike and loses its oldest part
/// when the means of two parts differ by more than chance allows, at level `delta` for each look:
/// |mean_0 - mean_1| > sqrt(2/m v ln(2 ln n / delta)) + 2/(3 m) ln(2 ln n / delta), 1/m = 1/n_0 + 1/n_1, v the variance of all n.
/// The window is an exponential histogram: at most `buckets` buckets of each size 1, 2, 4, ...; parts end where buckets do.
/// add(error) says whether the window has just been cut because errors rose (with `both`: rose or fell).
/// Cost     O(buckets log n) numbers of memory; a look at all cuts after every `every` errors.
/// Errors   DataError for options out of range and for errors outside [0, 1].
/// Source   Bifet and Gavalda, Learning from time-changing data with adaptive windowing, SDM 2007.
struct ADWIN {
  double delta = 0.002;
  int buckets = 5;
  int every = 32;
  bool both = false;

  struct Bucket {
    double sum = 0, squares = 0;  // of the errors; of what they are off their mean
    std::int64_t count = 0;

    double mean() const { return sum / static_cast<double>(count); }
    Bucket& operator+=(const Bucket& o) {
      const double a = static_cast<double>(count), b = static_cast<double>(o.count);
      if (count > 0) squares += o.squares + a * b / (a + b) * (mean() - o.mean()) * (mean() - o.mean());
      else squares = o.squares;
      sum += o.sum;
      count += o.count;
      return *this;
    }
    static void visit(auto& self, auto& archive) { archive("sum", self.sum)("squares", self.squares)("count", self.count); }
  };
  Buffer<Bucket> window{};  // the oldest first
  std::int64_t seen = 0;

  bool add(double error) {
    check(delta > 0 && delta < 1, "ADWIN: expected a delta between 0 and 1", delta);
    check(buckets >= 1 && every >= 1,
        "ADWIN: expected at least one bucket of a size and a look after at least one error", std::min(buckets, every));
    check(error >= 0 && error <= 1, "ADWIN: expected an error from 0 to 1", error);
    window.push_back({error, 0, 1});
    compress();
    return ++seen % every == 0 && shrink();
  }
  /// Errors in the window: how many have come since the last change, as far as is known.
  std::int64_t since() const { return whole().count; }
  /// Their mean; NaN of an empty window.
  double mean() const { return whole().mean(); }
  ADWIN fresh() const { return {delta, buckets, every, both, {}, 0}; }

  static void visit(auto& self, auto& archive) {
    archive("delta", self.delta)("buckets", self.buckets)("every", self.every)("both", self.both);
    archive("window", self.window)("seen", self.seen);
  }
  [[gnu::cold]] void loaded() const {
    check<FileError>(delta > 0 && delta < 1 && buckets >= 1 && every >= 1 && seen >= 0, "ADWIN: expected options in range", delta);
    for (const Bucket& b : window)
      check<FileError>(b.count >= 1 && std::isfinite(b.sum) && b.squares >= 0, "ADWIN: expected buckets of at least one error", b.count);
  }

 private:
  Bucket whole() const {
    Bucket all;
    for (const Bucket& b : window) all += b;
    return all;
  }
  /// Where there are too many buckets of one size, the two oldest of them become one of the next.
  void compress() {
    std::size_t end = window.size();
    while (end > 0) {
      std::size_t begin = end;
      while (begin > 0 && window[begin - 1].count == window[end - 1].count) --begin;
      if (end - begin <= static_cast<std::size_t>(buckets)) return;  // no merge here, so none above
      window[begin] += window[begin + 1];
      window.erase(window.begin() + static_cast<std::ptrdiff_t>(begin) + 1);
      end = begin + 1;
    }
  }
  bool shrink() {
    const double before = mean();
    bool cut = false;
    while (differs()) {
      window.erase(window.begin());
      cut = true;
    }
    return cut && (both || mean() > before);
  }
  bool differs() const {
    const Bucket all = whole();
    const double n = static_cast<double>(all.count), log_term = std::log(2 * std::log(n) / delta);
    const double variance = all.squares / n;
    double n0 = 0, sum0 = 0;
    for (const Bucket& b : window) {
      n0 += static_cast<double>(b.count);
      sum0 += b.sum;
      const double n1 = n - n0;
      if (n0 < 5 || n1 < 5) continue;  // too few for a mean
      const double inverse = 1 / n0 + 1 / n1;
      if (std::abs(sum0 / n0 - (all.sum - sum0) / n1) >
          std::sqrt(2 * inverse * variance * log_term) + 2.0 / 3 * inverse * log_term) return true;
    }
    return false;
  }
};

}  // namespace tutti
