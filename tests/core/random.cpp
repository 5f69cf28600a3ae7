// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/random.hpp>

#include <doctest/doctest.h>

#include <set>
#include <vector>

using namespace tutti;

namespace {

using Block = std::array<std::uint32_t, 4>;

/// Philox 4x32-10 once more, written from the paper with its two keys and four counters.
Block philox(Block c, std::array<std::uint32_t, 2> k) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t a = 0xD2511F53ull * c[0], b = 0xCD9E8D57ull * c[2];
    c = {std::uint32_t(b >> 32) ^ c[1] ^ k[0], std::uint32_t(b), std::uint32_t(a >> 32) ^ c[3] ^ k[1],
         std::uint32_t(a)};
    k[0] += 0x9E3779B9u;
    k[1] += 0xBB67AE85u;
  }
  return c;
}

/// The seed whose key is `key`: SplitMix64's finaliser undone.
std::uint64_t seed_of(std::uint64_t key) {
  const auto inverse = [](std::uint64_t odd) {
    std::uint64_t x = odd;
    for (int i = 0; i < 6; ++i) x *= 2 - odd * x;
    return x;
  };
  key ^= key >> 31 ^ key >> 62;
  key *= inverse(0x94d049bb133111ebu);
  key ^= key >> 27 ^ key >> 54;
  key *= inverse(0xbf58476d1ce4e5b9u);
  key ^= key >> 30 ^ key >> 60;
  return key - 0x9e3779b97f4a7c15u;
}

}  // namespace

TEST_CASE("the generator gives the known answers of Random123") {
  // kat_vectors: philox4x32 10 rounds, counter and key of zeros, of ones, of digits of pi
  CHECK(philox({0, 0, 0, 0}, {0, 0}) == Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(philox({~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}) == Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
  const Random zero(seed_of(0));
  REQUIRE(zero.key() == 0);
  CHECK(zero.block(0) == Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
}

TEST_CASE("a block is Philox of the stream's key and the counter") {
  for (std::uint64_t i = 0; i < 100; ++i) {
    const Random random = Random(i).stream(i * i);
    const std::uint64_t counter = i * 0x123456789abcdefu;
    CHECK(random.block(counter) == philox({std::uint32_t(counter), std::uint32_t(counter >> 32), 0, 0},
                                          {std::uint32_t(random.key()), std::uint32_t(random.key() >> 32)}));
  }
}

TEST_CASE("drawing goes through the blocks in order and does not depend on who draws") {
  Random random(7);
  for (std::uint64_t counter = 0; counter < 5; ++counter)
    for (const std::uint32_t expected : Random(7).block(counter)) CHECK(random() == expected);
  Random a(7), b = a;
  CHECK(a() == b());
}

TEST_CASE("streams differ by number, by name and from their parent") {
  std::set<std::uint64_t> keys{Random(1).key()};
  for (std::uint64_t i = 0; i < 1000; ++i) keys.insert(Random(1).stream(i).key());
  for (const char* name : {"dropout", "shuffle", "folds", ""}) keys.insert(Random(1).stream(name).key());
  CHECK(keys.size() == 1005);
  CHECK(Random(1).stream("a").stream("b").key() != Random(1).stream("b").stream("a").key());
  CHECK(Random(1).stream("a").key() == Random(1).stream("a").key());
  CHECK(Random(1).stream("a").key() != Random(2).stream("a").key());
}

TEST_CASE("uniform numbers lie in [0, 1) with the right moments") {
  Random random(3);
  double sum = 0, squares = 0, sum53 = 0;
  const int n = 100'000;
  for (int i = 0; i < n; ++i) {
    const float u = random.uniform();
    const double v = random.uniform53();
    REQUIRE((u >= 0 && u < 1 && v >= 0 && v < 1));
    sum += static_cast<double>(u);
    squares += static_cast<double>(u * u);
    sum53 += v;
  }
  CHECK(std::abs(sum / n - 0.5) < 0.005);
  CHECK(std::abs(squares / n - 1.0 / 3) < 0.005);
  CHECK(std::abs(sum53 / n - 0.5) < 0.005);
  CHECK(Random::to_unit(~0u) < 1.0f);
}

TEST_CASE("normal numbers have mean 0, variance 1 and the tails of a normal") {
  Random random(4);
  double sum = 0, squares = 0;
  int beyond = 0;
  const int n = 100'000;
  for (int i = 0; i < n; ++i) {
    const double z = random.normal();
    REQUIRE(std::isfinite(z));
    sum += z;
    squares += z * z;
    beyond += std::abs(z) > 1.959964;
  }
  CHECK(std::abs(sum / n) < 0.02);
  CHECK(std::abs(squares / n - 1) < 0.03);
  CHECK(std::abs(beyond / double(n) - 0.05) < 0.004);
}

TEST_CASE("whole numbers below n are equally likely") {
  Random random(5);
  std::vector<int> count(7);
  for (int i = 0; i < 70'000; ++i) ++count[random.below(7)];
  for (const int c : count) CHECK(std::abs(c - 10'000) < 500);
  CHECK(random.below(1) == 0);
}

TEST_CASE("a shuffle is a permutation, and every one is as likely") {
  std::vector<int> count(6);
  for (std::uint64_t seed = 0; seed < 6000; ++seed) {
    int v[3] = {0, 1, 2};
    shuffle(std::span<int>(v), Random(seed));
    REQUIRE((v[0] + v[1] + v[2] == 3 && v[0] != v[1] && v[1] != v[2] && v[0] != v[2]));
    ++count[static_cast<std::size_t>(2 * v[0] + (v[1] > v[2]))];
  }
  for (const int c : count) CHECK(std::abs(c - 1000) < 150);
  std::vector<int> none;
  shuffle(std::span<int>(none), Random(1));
  CHECK(none.empty());
}

TEST_CASE("a stream is made again of its key") {
  const Random random = Random(5).stream("order").stream(3);
  CHECK(Random::from_key(random.key()).block(7) == random.block(7));
}
