// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <tutti/core/aligned_memory.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <limits>
#include <new>

using namespace tutti;

TEST_CASE("memory begins at a cache line, small or large") {
  for (const std::size_t bytes : {std::size_t{1}, std::size_t{100}, std::size_t{5} << 20}) {
    void* const memory = detail::aligned_memory(bytes);
    CHECK(reinterpret_cast<std::uintptr_t>(memory) % alignment == 0);
    std::memset(memory, 7, bytes);
    detail::give_back(memory);
  }
}

TEST_CASE("memory that grows keeps what was used of it") {
  void* memory = detail::aligned_memory(4);
  std::memcpy(memory, "abcd", 4);
  memory = detail::regrown(memory, 3, 100);
  CHECK(std::memcmp(memory, "abc", 3) == 0);
  detail::give_back(memory);
  memory = detail::regrown(nullptr, 0, 8);  // from nothing
  CHECK(memory != nullptr);
  detail::give_back(memory);
}

TEST_CASE("more bytes than memory can address are refused") {
  CHECK(detail::bytes_of(3, 8) == 24);
  CHECK(detail::bytes_of(0, 8) == 0);
  CHECK_THROWS_AS(detail::bytes_of(std::numeric_limits<std::size_t>::max() / 4, 8), std::bad_array_new_length);
}
