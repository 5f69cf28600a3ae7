// SPDX-License-Identifier: Apache-2.0
#include <tutti/data/scan_number.hpp>

#include <doctest/doctest.h>

#include <cstdlib>
#include <random>
#include <string>

using tutti::detail::scan_number;

namespace {

/// How many characters it takes; -1: none. The text is followed by a comma and padding.
template <class T> std::ptrdiff_t taken(const std::string& text, T& value) {
  const std::string padded = text + "," + std::string(16, '\0');
  const char* const end = scan_number(padded.data(), value);
  return end == nullptr ? -1 : end - padded.data();
}

template <class T> T nearest(const std::string& text) {
  if constexpr (std::is_same_v<T, float>) return std::strtof(text.c_str(), nullptr);
  else return std::strtod(text.c_str(), nullptr);
}

}  // namespace

TEST_CASE_TEMPLATE("what is scanned is the nearest number, to the last bit", T, float, double) {
  std::mt19937_64 random(5);
  int scanned = 0;
  for (int trial = 0; trial < 200'000; ++trial) {
    std::string text = random() % 3 == 0 ? "-" : "";
    const std::size_t whole = random() % 12, behind = random() % 12;
    for (std::size_t i = 0; i < whole; ++i) text += static_cast<char>('0' + random() % 10);
    if (behind > 0 || random() % 4 == 0) text += '.';
    for (std::size_t i = 0; i < behind; ++i) text += static_cast<char>('0' + random() % 10);
    if (random() % 4 == 0) text += (random() % 2 == 0 ? "e-" : "E") + std::to_string(random() % 45);
    T value = 0;
    const std::ptrdiff_t n = taken(text, value);
    if (n < 0) continue;
    REQUIRE(n == std::ssize(text));
    REQUIRE(value == nearest<T>(text));
    ++scanned;
  }
  CHECK(scanned > 80'000);
}

TEST_CASE("a decimal in the middle between two floats is not rounded twice") {
  const std::string below = "1.00000005960464477", middle = "1.000000059604644775390625";  // 1 + 2^-24
  for (const std::string& text : {below, middle, std::string("16777217"), std::string("16777217.0000001")}) {
    float value = 0;
    if (taken(text, value) >= 0) CHECK(value == nearest<float>(text));
  }
}

TEST_CASE("a number ends where its spelling ends") {
  double value = 0;
  CHECK(taken("12abc", value) == 2);
  CHECK(taken("1.5.2", value) == 3);
  CHECK(taken("7.", value) == 2);
  CHECK((taken(".5", value) == 2 && value == 0.5));
  CHECK((taken("-0", value) == 2 && std::signbit(value)));
}

TEST_CASE("what is no number, or not exact in one step, is refused") {
  double value = 0;
  for (const char* text : {"", "-", ".", "x", "e5", "+1", "nan", "inf", "1e", "1e-", "1e99999", "12345678901234567890",
                           "9007199254740993", "1e23", "0.00000000000000000000001234567"})
    CHECK(taken(text, value) == -1);
  float small = 0;
  CHECK(taken("1e-40", small) == -1);
  CHECK(taken("1e39", small) == -1);
}
