// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/error.hpp>

#include <cstdio>
#include <iosfwd>
#include <string>

namespace tutti {

/// What an EarlyExit learnt out of fold: one entry for each member.
struct ExitReport {
  Buffer<float> thresholds{};  // a row leaves where the largest probability is at least this; the last lets all go
  Buffer<float> costs{};
  Buffer<float> shares{};      // of the rows that left here
  double cost = 0;             // of a row, in the mean, as a share of the last member's
  double loss = 0;             // mean Brier score of what was answered

  static void visit(auto& self, auto& archive) {
    archive("thresholds", self.thresholds)("costs", self.costs)("shares", self.shares)("cost", self.cost)("loss", self.loss);
  }
  void check_stages(std::size_t count) const {
    check<FileError>(thresholds.size() == count, {"expected the thresholds of ", count, " members"}, thresholds.size());
    check<FileError>(costs.size() == count, {"expected the costs of ", count, " members"}, costs.size());
    check<FileError>(shares.size() == count, {"expected the shares of ", count, " members"}, shares.size());
  }
};

[[gnu::cold]] inline std::string to_string(const ExitReport& r) {
  char text[120];
  std::string out;
  for (std::size_t s = 0; s < r.thresholds.size(); ++s) {
    std::snprintf(text, sizeof text, "exit %d: %.3f of the rows, ", static_cast<int>(s), static_cast<double>(r.shares[s]));
    out += text;
    if (s + 1 == r.thresholds.size()) std::snprintf(text, sizeof text, "all that are left\n");
    else if (r.thresholds[s] > 1) std::snprintf(text, sizeof text, "closed\n");
    else std::snprintf(text, sizeof text, "where a probability is at least %.4g\n", static_cast<double>(r.thresholds[s]));
    out += text;
  }
  std::snprintf(text, sizeof text, "a row costs %.3g of the last member, its loss is %.4g", r.cost, r.loss);
  return out + text;
}
template <class Traits>
auto& operator<<(std::basic_ostream<char, Traits>& out, const ExitReport& r) {
  return out << to_string(r);
}

}  // namespace tutti
