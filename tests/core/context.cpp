// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <tutti/core/context.hpp>

#include "combine/learners.hpp"

#include <set>

using namespace tutti;

namespace {
Context root(std::uint64_t seed = 1, Folds folds = {}) {
  FitOptions options;
  options.seed = seed;
  options.folds = folds;
  return Context(options, "Stack");
}
}  // namespace

TEST_CASE("a path leads from the root to the node") {
  const Context at = root().child(0, "Average").child(2, "Boost");
  CHECK(at.path() == "Stack[0]/Average[2]/Boost");
  CHECK(at.repeat("fold", 3).path() == "Stack[0]/Average[2]/Boost (fold 3)");
  CHECK(root().path() == "Stack");
}

TEST_CASE("every node, every repeat and every seed has a random stream of its own") {
  std::set<std::uint64_t> keys;
  int count = 0;
  const auto add = [&](const Context& c) {
    keys.insert(c.random("x").key());
    keys.insert(c.random("y").key());
    keys.insert(c.random(0).key());
    keys.insert(c.random(1).key());
    count += 4;
  };
  for (const std::uint64_t seed : {1u, 2u}) {
    const Context top = root(seed);
    add(top);
    for (int i = 0; i < 3; ++i) {
      const Context child = top.child(i, "A");
      add(child);
      for (int j = 0; j < 3; ++j) {
        add(child.child(j, "B"));
        add(child.repeat("fold", j));
        add(child.repeat("round", j));
        add(child.child(j, "B").repeat("fold", i));
      }
    }
  }
  CHECK(static_cast<int>(keys.size()) == count);
}

TEST_CASE("a stream is the same whenever the node is reached, and does not depend on names") {
  CHECK(root().child(1, "A").random("x").key() == root().child(1, "Renamed").random("x").key());
  const auto data = learners::blobs<2, 2>(20, 1);
  const Context with = root().with_plan(root().plan(data));
  CHECK(with.child(1, "A").random("x").key() == root().child(1, "A").random("x").key());
}

TEST_CASE("all who see the same rows share one plan") {
  const auto data = learners::blobs<2, 2>(20, 1);
  const auto plan = root().plan(data);
  CHECK(root().child(0, "A").plan(data) == plan);
  CHECK(root().child(1, "B").child(0, "C").plan(data) == plan);
}

TEST_CASE("the plan of a head is the plan of everything below it, on whatever rows") {
  const auto data = learners::blobs<2, 2>(20, 1);
  const auto plan = root().plan(data);
  const Context below = root().with_plan(plan);
  const std::vector<RowIndex> some{1, 1, 4, 7};
  CHECK(below.child(0, "A").plan(data.subset(some)) == plan);
  CHECK(below.child(0, "A").repeat("fold", 1).plan(data.subset(some)) == plan);
}

TEST_CASE("plans without a head above agree for rows that agree, and follow the seed") {
  const auto data = learners::blobs<2, 2>(40, 1);
  const auto again = data.session();
  const auto a = root(1).plan(data), b = root(1).child(3, "A").plan(again);
  CHECK(a != b);  // of another session
  bool all = true, some = false;
  const auto c = root(2).plan(data.session());
  for (RowIndex i = 0; i < 40; ++i) {
    all = all && a->fold(i) == b->fold(i);
    some = some || a->fold(i) != c->fold(i);
  }
  CHECK(all);
  CHECK(some);
}

TEST_CASE("options reach every node") {
  FitOptions options;
  options.keep_folds = true;
  options.nested = true;
  const Context deep = Context(options, "A").child(0, "B").repeat("fold", 1).child(2, "C");
  CHECK(deep.keep_folds());
  CHECK(deep.nested());
  CHECK_FALSE(static_cast<bool>(deep.progress()));
}
