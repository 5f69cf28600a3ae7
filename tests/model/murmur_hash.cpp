// SPDX-License-Identifier: Apache-2.0
#include <tutti/model/murmur_hash.hpp>

#include <doctest/doctest.h>

using tutti::detail::murmur_hash;

TEST_CASE("hashes are those of MurmurHash3 for texts of every length up to two words, and beyond ASCII") {
  CHECK(murmur_hash("a") == 1009084850u);
  CHECK(murmur_hash("ab") == 2613040991u);
  CHECK(murmur_hash("abc") == 3017643002u);
  CHECK(murmur_hash("abcd") == 1139631978u);
  CHECK(murmur_hash("abcde") == 3902511862u);
  CHECK(murmur_hash("abcdef") == 1635893381u);
  CHECK(murmur_hash("abcdefg") == 2285673222u);
  CHECK(murmur_hash("abcdefgh") == 1239272644u);
  CHECK(murmur_hash("Düren") == 203358116u);
}
