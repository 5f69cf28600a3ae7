// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <tutti/core/owned.hpp>

#include <cstdio>
#include <type_traits>
#include <utility>

using namespace tutti;

namespace {
struct Counted {
  explicit Counted(int& alive) : alive_(alive) { ++alive_; }
  virtual ~Counted() { --alive_; }
  virtual int kind() const { return 1; }
  int& alive_;
};
struct Special : Counted {
  using Counted::Counted;
  int kind() const override { return 2; }
};
}  // namespace

TEST_CASE("what is owned ends once, with its last owner") {
  int alive = 0;
  {
    auto a = Owned<Counted>::make(alive);
    CHECK(alive == 1);
    Owned<Counted> b = std::move(a);
    CHECK_FALSE(a);
    CHECK(b->kind() == 1);
    b = Owned<Counted>::make<Special>(alive);  // the one before ends
    CHECK(alive == 1);
    CHECK((*b).kind() == 2);
    b = {};
    CHECK(alive == 0);
    CHECK(b.get() == nullptr);
  }
  CHECK(alive == 0);
}

TEST_CASE("an owner moved to itself keeps what it has; what is released is the caller's") {
  int alive = 0;
  auto a = Owned<Counted>::make(alive);
  auto& same = a;
  a = std::move(same);
  CHECK(alive == 1);
  Counted* const mine = a.release();
  CHECK_FALSE(a);
  CHECK(alive == 1);
  delete mine;
  CHECK(alive == 0);
}

TEST_CASE("an owner is moved, never copied; a file is closed by its owner") {
  static_assert(!std::is_copy_constructible_v<Owned<int>> && !std::is_copy_assignable_v<Owned<int>>);
  static_assert(std::is_nothrow_move_constructible_v<Owned<int>>);
  OpenFile file(std::tmpfile());
  REQUIRE(file);
  CHECK(std::fputs("x", file.get()) >= 0);
  OpenFile none(nullptr);
  CHECK_FALSE(none);
}
