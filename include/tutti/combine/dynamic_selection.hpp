// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/regions.hpp>
#include <tutti/combine/select.hpp>

#include <cmath>

namespace tutti {

// Gates that learn nothing but look: which members were right about the k nearest training rows, out of fold? Distances are
// Euclidean in standardised columns; rows of weight 0 are no neighbours. Each stands in a Select, in front of its members:
// Select{KnoraE{.k = 7}, a, b, c}; the members that it selects are mixed by the mean of their outputs.

/// KNORA-E: the members that are right about all of the j nearest rows, for the largest j <= k for which there are some; all of
/// them where none is right about the nearest.
/// Source   Ko, Sabourin and Britto, From dynamic classifier selection to dynamic ensemble selection, Pattern Recognition 41 (2008).
struct KnoraE {
  int k = 7;
  bool guard = true;  // keep to one choice for all rows where this one shows no gain out of fold
  static constexpr bool numbers = false;

  static void weigh(const Neighbourhood& around, std::span<float> w) noexcept {
    int longest = 0;
    for (std::size_t m = 0; m < w.size(); ++m) {
      int run = 0;
      while (run < around.neighbours && around.right(run, static_cast<int>(m))) ++run;
      w[m] = static_cast<float>(run);
      longest = std::max(longest, run);
    }
    for (float& v : w) v = v == static_cast<float>(longest) ? 1.0f : 0.0f;
  }
  static void visit(auto& self, auto& archive) { archive("k", self.k)("guard", self.guard); }
};

/// KNORA-U: every member counts as often as it is right about one of the k nearest rows. For numbers dynamic weighting: every
/// member counts 1 / its mean squared error on them.
/// Source   Ko, Sabourin and Britto (2008); Rooney, Patterson, Anand and Tsymbal, Dynamic integration of regression models,
///          Multiple Classifier Systems (2004).
struct KnoraU {
  int k = 7;
  bool guard = true;
  static constexpr bool numbers = true;

  static void weigh(const Neighbourhood& around, std::span<float> w) noexcept {
    for (std::size_t m = 0; m < w.size(); ++m) {
      const int member = static_cast<int>(m);
      if (around.classes > 0) w[m] = static_cast<float>(around.accuracy(member));
      else w[m] = static_cast<float>(1 / std::max(around.error(member), 1e-30));
    }
  }
  static void visit(auto& self, auto& archive) { archive("k", self.k)("guard", self.guard); }
};

/// OLA, overall local accuracy: the member that is right about most of the k nearest rows; for numbers the one with the least
/// mean squared error there. Of equals the earlier.
/// Source   Woods, Kegelmeyer and Bowyer, Combination of multiple classifiers using local accuracy estimates, IEEE PAMI 19
///          (1997); Rooney et al. (2004).
struct OLA {
  int k = 7;
  bool guard = true;
  static constexpr bool numbers = true;

  static void weigh(const Neighbourhood& around, std::span<float> w) noexcept {
    std::size_t best = 0;
    double most = 0;
    for (std::size_t m = 0; m < w.size(); ++m) {
      const int member = static_cast<int>(m);
      const double worth = around.classes > 0 ? around.accuracy(member) : -around.error(member);
      if (m == 0 || worth > most) best = m, most = worth;
    }
    w[best] = 1;
  }
  static void visit(auto& self, auto& archive) { archive("k", self.k)("guard", self.guard); }
};

/// DES-P: the members that are right about more than 1 / K of the k nearest rows, what chance would be right about with K
/// classes; all of them where none is. For numbers dynamic weighting with selection: members with an error in the upper half between
/// the least and the largest are left out, the others count 1 / their error.
/// Source   Woloszynski, Kurzynski, Podsiadlo and Stachowiak, A measure of competence based on random classification for dynamic
///          ensemble selection, Information Fusion 13 (2012); Rooney et al. (2004).
struct DesP {
  int k = 7;
  bool guard = true;
  static constexpr bool numbers = true;

  static void weigh(const Neighbourhood& around, std::span<float> w) noexcept {
    if (around.classes > 0) {
      for (std::size_t m = 0; m < w.size(); ++m)
        w[m] = around.accuracy(static_cast<int>(m)) * around.classes > 1 + 1e-12 ? 1.0f : 0.0f;
      return;
    }
    double least = around.error(0), most = least;
    for (int m = 1; m < around.members; ++m) {
      least = std::min(least, around.error(m));
      most = std::max(most, around.error(m));
    }
    for (std::size_t m = 0; m < w.size(); ++m) {
      const double e = around.error(static_cast<int>(m));
      w[m] = e <= (least + most) / 2 ? static_cast<float>(1 / std::max(e, 1e-30)) : 0.0f;
    }
  }
  static void visit(auto& self, auto& archive) { archive("k", self.k)("guard", self.guard); }
};

/// A fitted gate of dynamic selection: regions, and the rule that weighs members by what they did there.
template <class X, int Count, class Rule>
struct RegionGate {
  Regions regions;

  void weights(std::span<const ViewOf<X>> x, Rows<float> w, Workspace& workspace) const noexcept {
    const std::ptrdiff_t columns = regions.index.width;
    const std::ptrdiff_t block = std::min(prediction_block, w.rows());
    float* const rows = workspace.take<float>(block * columns);
    Neighbour* const found = workspace.take<Neighbour>(block * regions.neighbours);
    for (std::ptrdiff_t done = 0; done < w.rows(); done += prediction_block) {
      const std::ptrdiff_t n = std::min(prediction_block, w.rows() - done);
      for (std::ptrdiff_t r = 0; r < n; ++r) x[static_cast<std::size_t>(done + r)].copy_to(rows + r * columns);
      regions.each({rows, n, columns}, found, w.slice(done, n), &Rule::weigh);
      for (std::ptrdiff_t r = 0; r < n; ++r) detail::keep_top(std::span<float, Count>(w.row(done + r)), 0);
    }
  }
  std::size_t workspace_bytes(std::ptrdiff_t rows) const {
    const std::ptrdiff_t block = std::min(prediction_block, rows);
    return workspace_bytes_of<float>(block * regions.index.width) +
           workspace_bytes_of<Neighbour>(block * regions.neighbours);
  }
  static void visit(auto& self, auto& archive) { archive("regions", self.regions); }
  void check_extents(int columns, int) const { regions.check_extents(columns, Count); }
};

namespace detail {

template <class Rule>
concept RegionRule = requires(const Neighbourhood& around, std::span<float> w, const Rule& rule) {
  Rule::weigh(around, w);
  { Rule::numbers } -> std::convertible_to<bool>;
  rule.k;
};

template <RegionRule Rule>
struct Gating<Rule> {
  static constexpr bool is_gate = true;
  static constexpr Capabilities capabilities{.weights = true, .missing = true};
  template <class X, int Count>
  using Model = RegionGate<X, Count, Rule>;

  template <class X, class Y>
  static constexpr auto diagnose() {
    using namespace error;
    if constexpr (is_text<X>) return std::type_identity<Mismatch<Rule, GetsType<X>, numbers_because_it_does_not_read_text>>{};
    else if constexpr (is_flags<Y>)
      return std::type_identity<Mismatch<Rule, GetsType<Y>, labels_or_numbers_because_it_does_not_learn_flags>>{};
    else if constexpr (!Y::is_label && !Rule::numbers)
      return std::type_identity<Mismatch<Rule, GetsType<Y>, labels_that_members_are_right_or_wrong_about>>{};
    else return std::type_identity<none>{};
  }
  template <class X, class Y, int Count>
  using Diagnosis = typename decltype(diagnose<X, Y>())::type;
};

}  // namespace detail
}  // namespace tutti
