// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/buffer.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <vector>

using tutti::Buffer;

namespace {
struct Fragile {  // counts the living, and fails at the third copy
  static inline int alive = 0, copies = 0;
  Fragile() { ++alive; }
  Fragile(const Fragile&) {
    if (++copies == 3) throw 1;
    ++alive;
  }
  Fragile& operator=(const Fragile&) = default;
  ~Fragile() { --alive; }
};
}  // namespace

TEST_CASE("a buffer begins on a cache line") {
  for (std::size_t n : {1u, 3u, 100u}) CHECK(reinterpret_cast<std::uintptr_t>(Buffer<float>(n).data()) % 64 == 0);
  CHECK(Buffer<float>().data() == nullptr);
}

TEST_CASE("a buffer grows, shrinks and keeps what it holds") {
  Buffer<int> b;
  for (int i = 0; i < 100; ++i) b.push_back(i);
  CHECK(b.size() == 100);
  CHECK(b.back() == 99);
  b.resize(3);
  CHECK(b == Buffer<int>{0, 1, 2});
  b.resize(5);
  CHECK(b == std::vector<int>{0, 1, 2, 0, 0});
  b.resize(6, 7);
  CHECK(b.back() == 7);
  b.assign(2, b[5]);
  CHECK(b == Buffer<int>{7, 7});
  b.clear();
  CHECK(b.empty());
}

TEST_CASE("what is put into a buffer may be its own element") {
  Buffer<std::string> b{"a string that is too long to be stored in place"};
  while (b.size() < b.capacity()) b.push_back("x");
  b.push_back(b[0]);
  CHECK(b.back() == b[0]);
  b.resize(40, b[0]);
  CHECK(b[39] == b[0]);
}

TEST_CASE("a buffer is made of anything contiguous, and a vector is made of a buffer") {
  const std::vector<double> v{1, 2, 3};
  const Buffer<double> all = v, some(v.begin() + 1, v.end()), none(v.begin(), v.begin());
  CHECK(all == v);
  CHECK(some == Buffer<double>{2, 3});
  CHECK(none.empty());
  const std::vector<double> back = all;
  CHECK(back == v);
  Buffer<double> more = some;
  more.append(std::span(v).first(1));
  more.append({8, 9});
  CHECK(more == Buffer<double>{2, 3, 1, 8, 9});
  CHECK(some.size() == 2);
}

TEST_CASE("a moved buffer leaves an empty one; assigning to itself changes nothing") {
  Buffer<std::unique_ptr<int>> a;
  for (int i = 0; i < 9; ++i) a.push_back(std::make_unique<int>(i));
  Buffer<std::unique_ptr<int>> b = std::move(a);
  CHECK(a.empty());
  CHECK(*b[8] == 8);
  b.erase(b.begin() + 2);
  CHECK(b.size() == 8);
  CHECK(*b[2] == 3);
  Buffer<int> c{1, 2};
  const Buffer<int>& same = c;
  c = same;
  CHECK(c == Buffer<int>{1, 2});
}

TEST_CASE("an element that cannot be copied leaves the buffer as it was, and nothing leaks") {
  {
    Buffer<Fragile> b(4);
    const Fragile* const before = b.data();
    Fragile::copies = 0;
    CHECK_THROWS_AS(b.reserve(100), int);
    CHECK(b.size() == 4);
    CHECK(b.data() == before);
    CHECK(Fragile::alive == 4);
  }
  CHECK(Fragile::alive == 0);
}

TEST_CASE("more elements than memory can address are refused") {
  Buffer<double> b{1};
  CHECK_THROWS_AS(b.reserve(static_cast<std::size_t>(-1) / 4), std::bad_array_new_length);
  CHECK(b == Buffer<double>{1});
}
