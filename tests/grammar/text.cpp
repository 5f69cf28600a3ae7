// SPDX-License-Identifier: Apache-2.0
// Texts through a composition: words to numbers, a vote of two learners, a file.
#include <tutti/combine.hpp>
#include <tutti/core/file.hpp>
#include <tutti/data/split.hpp>
#include <tutti/measure/evaluate.hpp>
#include <tutti/model/hash_words.hpp>
#include <tutti/model/logistic_fit.hpp>
#include <tutti/model/forest_fit.hpp>
#include <tutti/train/fit.hpp>

#include <doctest/doctest.h>

#include <filesystem>

using namespace tutti;

namespace {

Dataset<Text, Label<2>> messages() {
  const char* const good[] = {"thank you", "see you", "dinner tonight", "how are you"};
  const char* const bad[] = {"free prize", "win cash", "call now", "claim your prize"};
  Texts texts;
  Buffer<std::int32_t> labels;
  for (int i = 0; i < 200; ++i) {
    const std::size_t a = static_cast<std::size_t>(i / 2 % 4), b = static_cast<std::size_t>(i / 8 % 4);
    texts.append(i % 2 == 0 ? std::string(good[a]) + ", " + good[b] : std::string(bad[a]) + "! " + bad[b]);
    labels.push_back(i % 2);
  }
  return {std::move(texts), std::move(labels), {}, {{}, "kind", {"ham", "spam"}}};
}

}  // namespace

TEST_CASE("a composition learns from texts, and answers a text") {
  const auto data = messages();
  const auto parts = split(data, Holdout{.test = 0.25f, .seed = 2});
  const auto &train = parts.first, &test = parts.second;  // a lambda may not capture a structured binding
  const Average spec{Cascade{HashWords<64>{.ngrams = 2, .rarity = true}, Logistic{}}, Cascade{HashWords<32>{}, Forest{.trees = 10}}};
  const auto model = fit(spec, train, {.seed = 3});
  CHECK(evaluate(model, test).score("accuracy") > 0.95);
  CHECK(model.predict("win a free prize now").name() == "spam");
  CHECK(model.predict(std::string("thank you for dinner")).name() == "ham");
  const std::string path = (std::filesystem::temp_directory_path() / "tutti_texts.tutti").string();
  save(model, path);
  const auto again = load<std::remove_const_t<decltype(model)>>(path);
  std::filesystem::remove(path);
  for (std::ptrdiff_t i = 0; i < test.rows(); ++i) CHECK(again.probabilities(test.x(i)) == model.probabilities(test.x(i)));
  const auto seven = parallel::with_threads(7, [&] { return fit(spec, train, {.seed = 3}); });
  CHECK(seven.probabilities("call now") == model.probabilities("call now"));
}
