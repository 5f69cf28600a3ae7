// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <tutti/core/stored_number.hpp>

#include <cstdint>
#include <string>

using namespace tutti::detail;

namespace {
enum class Small : std::uint8_t { a };
enum class Wide : int { a };
}  // namespace

// the letters of Python's struct module
static_assert(element_code<std::int8_t>() == 'b' && element_code<std::uint8_t>() == 'B' && element_code<std::int16_t>() == 'h' && element_code<std::uint16_t>() == 'H');
static_assert(element_code<std::int32_t>() == 'i' && element_code<std::uint32_t>() == 'I' && element_code<std::int64_t>() == 'q' && element_code<std::uint64_t>() == 'Q');
static_assert(element_code<long long>() == 'q' && element_code<unsigned long long>() == 'Q');  // by size, not by name
static_assert(element_code<float>() == 'f' && element_code<double>() == 'd' && element_code<bool>() == '?');
static_assert(element_code<Small>() == 'B' && element_code<Wide>() == 'i');
static_assert(!StoredNumber<std::string> && !StoredNumber<int*> && !StoredNumber<long double>);

TEST_CASE("a number in little-endian order has its lowest byte first") {
  const std::uint32_t stored = little(std::uint32_t{0x04030201});
  const auto bytes = std::bit_cast<std::array<unsigned char, 4>>(stored);
  for (unsigned i = 0; i < 4; ++i) CHECK(bytes[i] == i + 1);
  CHECK(little(little(3.25)) == 3.25);
}
