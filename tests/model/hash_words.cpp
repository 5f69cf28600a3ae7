// SPDX-License-Identifier: Apache-2.0
#include "../reference/text.hpp"

#include <tutti/core/kinds.hpp>
#include <tutti/core/archive.hpp>
#include <tutti/core/dataset.hpp>
#include <tutti/model/hash_words.hpp>

#include <doctest/doctest.h>

using namespace tutti;


static_assert(Transform<HashWords<16>> && HashWords<16>::infer(shape(Dynamic)) == shape(16));

namespace {

Dataset<Text, Real> texts() { return {Texts(reference::text::texts), Buffer<float>(reference::text::texts.size())}; }

void check_rows(const HashWords<reference::text::places>& spec, const std::vector<std::vector<reference::text::Place>>& expected) {
  const auto data = texts();
  const auto model = spec.fit(data, Context{});
  for (std::size_t i = 0; i < expected.size(); ++i) {
    std::vector<double> row(reference::text::places), want(reference::text::places);
    for (const auto& place : expected[i]) want[static_cast<std::size_t>(place.at)] = place.value;
    model.transform(data.x(static_cast<std::ptrdiff_t>(i)), row.data());
    for (std::size_t j = 0; j < row.size(); ++j) CHECK(row[j] == doctest::Approx(want[j]).epsilon(1e-12));
  }
}

}  // namespace

TEST_CASE("words have the places, signs and lengths that scikit-learn gives them") {
  check_rows({.signs = false, .scale = false}, reference::text::counts);
  check_rows({}, reference::text::signed_rows);
  check_rows({.ngrams = 3}, reference::text::pairs);
}

TEST_CASE("rare words count more, as scikit-learn's TfidfTransformer has it") { check_rows({.signs = false, .rarity = true}, reference::text::rarity); }

TEST_CASE("rows of weight 2 are two rows") {
  const Dataset<Text, Real> twice(Texts(std::vector<std::string>{"aa bb", "aa bb", "cc"}), {0, 0, 0});
  const Dataset<Text, Real> weighted(Texts(std::vector<std::string>{"aa bb", "cc"}), {0, 0}, {.weight = {2, 1}});
  CHECK(HashWords<32>{.rarity = true}.fit(twice, Context{}).rarity == HashWords<32>{.rarity = true}.fit(weighted, Context{}).rarity);
}

TEST_CASE("runs of more words than it keeps are refused") {
  CHECK_THROWS_WITH_AS(HashWords<8>{.ngrams = 9}.fit(texts(), Context{}), "HashWords: expected 1 to 8 words in a run, got 9", FitError);
  CHECK_THROWS_AS(HashWords<8>{.ngrams = 0}.fit(texts(), Context{}), FitError);
}
