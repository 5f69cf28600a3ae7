// SPDX-License-Identifier: Apache-2.0
#include <tutti/measure/metric.hpp>

#include <doctest/doctest.h>

using namespace tutti;

namespace {

struct Counted {
  static constexpr const char* name = "rows";
  static constexpr bool higher_is_better = true, labels = true;
  double operator()(const Judged& j) const { return static_cast<double>(j.rows()); }
};
struct Nameless {
  static constexpr bool higher_is_better = true, labels = true;
  double operator()(const Judged&) const { return 0; }
};
struct Silent {
  static constexpr const char* name = "silent";
  static constexpr bool higher_is_better = true, labels = true;
};
static_assert(Metric<Counted> && !Metric<Nameless> && !Metric<Silent>);
static_assert(Nameless::higher_is_better && Nameless::labels);  // a name is all that it lacks

}  // namespace

TEST_CASE("any struct that names itself, its direction and its targets, and can be called, is a metric") {
  const float outputs[]{1, 0, 0, 1};
  CHECK(Counted{}({tutti::Rows<const float>(outputs, 2, 2), {}, {}, {}, 2}) == 2);
  CHECK(Monitor(Counted{}).name() == "rows");
}
