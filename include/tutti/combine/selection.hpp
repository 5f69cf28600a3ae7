// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/error.hpp>

#include <array>
#include <cstddef>
#include <cstdio>
#include <iosfwd>
#include <span>
#include <string>

namespace tutti {

/// What the guard of a selector found out of fold, and what it decided.
struct SelectionReport {
  bool gated = true;          // the gate chooses for each row; otherwise `weights` are those of every row
  double gate_loss = 0;       // mean loss of what the gate chose, each row by a gate that has not seen it
  double static_loss = 0;     // mean loss of the best single member or of the mean of all, whichever is less
  double standard_error = 0;  // of the difference
  Buffer<float> weights{};    // of the members in that static ensemble
  Buffer<float> shares{};     // of the rows that went to each member, out of fold

  static void visit(auto& self, auto& archive) {
    archive("gated", self.gated)("gate_loss", self.gate_loss)("static_loss", self.static_loss)("standard_error", self.standard_error)(
        "weights", self.weights)("shares", self.shares);
  }
  void check_members(std::size_t count) const {
    check<FileError>(weights.size() == count, {"expected the weights of ", count, " members"}, weights.size());
    check<FileError>(shares.size() == count, {"expected the shares of ", count, " members"}, shares.size());
    for (const float w : weights) check<FileError>(w >= 0 && w <= 1, "expected weights between 0 and 1", w);
  }
};

[[gnu::cold]] inline std::string to_string(const SelectionReport& r) {
  char text[160];
  std::snprintf(text, sizeof text, "%s: loss %.4g by the gate, %.4g without, standard error %.2g; shares of the members",
                r.gated ? "the gate chooses" : "the guard keeps to one choice", r.gate_loss, r.static_loss, r.standard_error);
  std::string out = text;
  for (const float share : r.shares) {
    std::snprintf(text, sizeof text, " %.3f", static_cast<double>(share));
    out += text;
  }
  return out;
}
template <class Traits>
auto& operator<<(std::basic_ostream<char, Traits>& out, const SelectionReport& r) {
  return out << to_string(r);
}

namespace detail {

/// Keeps the `top` largest weights of a row (0: all; of equals the earlier) and divides by their sum. Without a weight above
/// 0 all count the same; NaN stays.
template <std::size_t N>
void keep_top(std::span<float, N> w, int top) noexcept {
  if (top > 0 && top < static_cast<int>(N)) {
    std::array<bool, N> keep{};
    for (std::size_t m = 0; m < N; ++m) {
      int before = 0;
      for (std::size_t j = 0; j < N; ++j) before += w[j] > w[m] || (w[j] == w[m] && j < m) ? 1 : 0;
      keep[m] = before < top;
    }
    for (std::size_t m = 0; m < N; ++m)
      if (!keep[m]) w[m] = 0;
  }
  float sum = 0;
  for (const float v : w) sum += v;
  for (float& v : w) v = sum == 0 ? 1.0f / static_cast<float>(N) : v / sum;
}

}  // namespace detail
}  // namespace tutti
