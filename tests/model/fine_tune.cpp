// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/file.hpp>
#include <tutti/core/update.hpp>
#include <tutti/data/csv.hpp>
#include <tutti/layer.hpp>
#include <tutti/model/fine_tune_fit.hpp>
#include <tutti/model/network_update.hpp>
#include <tutti/train.hpp>

#include <doctest/doctest.h>

#include <numeric>
#include <string>
#include <vector>

#include "../thrown_by.hpp"

using namespace tutti;

namespace {

using Digits = Dataset<Image<1, 8, 8>, Label<10>>;
using Kinds = Dataset<Image<1, 8, 8>, Label<3>>;

Digits read_digits() {
  return read_csv<Image<1, 8, 8>, Label<10>>(TUTTI_EXAMPLE_DATA "/digits.csv.gz", {.target = "target"});
}
Digits piece(const Digits& data, std::ptrdiff_t first, std::ptrdiff_t count) {
  std::vector<RowIndex> rows(static_cast<std::size_t>(count));
  std::iota(rows.begin(), rows.end(), static_cast<RowIndex>(first));
  return data.subset(rows);
}
/// Another task on such images: has the digit a loop (0, 6, 8, 9), is it straight (1, 4, 7) or curved?
Kinds kinds(const Digits& data) {
  constexpr std::int32_t kind_of[] = {0, 1, 2, 2, 1, 2, 0, 1, 0, 0};
  std::vector<std::int32_t> kind;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) kind.push_back(kind_of[data.y(i).index()]);
  return data.with_targets<Label<3>>(kind, 3);
}
/// `few` rows drawn by seed, and the others.
std::pair<Kinds, Kinds> draw(const Kinds& data, std::size_t few, std::uint64_t seed) {
  std::vector<RowIndex> rows(static_cast<std::size_t>(data.rows()));
  std::iota(rows.begin(), rows.end(), RowIndex{0});
  shuffle(std::span<RowIndex>(rows), Random(seed));
  return {data.subset(std::span(rows).first(few)), data.subset(std::span(rows).subspan(few))};
}
template <class Model, class Data>
double share_right(const Model& model, const Data& data) {
  double right = 0;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) right += model.predict(data.x(i)) == data.y(i);
  return right / static_cast<double>(data.rows());
}

using Net = Cascade<Conv<16, 3>, BatchNorm, ReLU, MaxPool<2>, Dense<32>, ReLU, Dense<>>;
using Plain = Cascade<Conv<16, 3>, ReLU, MaxPool<2>, Dense<32>, ReLU, Dense<>>;
using Other = Cascade<Conv<16, 3>, BatchNorm, ReLU, MaxPool<2>, Dense<24>, ReLU, Dense<>>;

}  // namespace

TEST_CASE("layers in common start where the fitted net stands, the head does not") {
  const auto digits = read_digits();
  const auto low = digits.first(100);
  const auto high = kinds(piece(digits, 100, 60));
  const auto fitted = fit(Network{Net{}, {.epochs = 3}}, low, {.seed = 1});
  const FineTune spec{Network{Net{}, {.epochs = 2, .rates = frozen(6)}}, fitted};
  static_assert(spec.common == 6);
  const auto model = fit(spec, high, {.seed = 2});
  const auto& a = fitted.model().state();
  const auto& b = model.model().state();
  const std::ptrdiff_t front = std::ssize(a.weights) - (32 * 10 + 10);
  CHECK(std::ssize(b.weights) == front + 32 * 3 + 3);
  CHECK(std::equal(a.weights.begin(), a.weights.begin() + front, b.weights.begin()));
  CHECK_FALSE(std::equal(b.weights.begin() + front, b.weights.end(), a.weights.begin() + front));
  CHECK(a.buffers == b.buffers);
  CHECK(a.pixels.mean == b.pixels.mean);
  CHECK(a.pixels.scale == b.pixels.scale);
  CHECK(to_bytes(fit(spec, high, {.seed = 2, .threads = 3})) == to_bytes(model));

  const FineTune until{Network{Other{}, {.epochs = 1, .rates = frozen(7)}}, fitted};
  static_assert(until.common == 4);
  const auto part = fit(until, high);
  const auto& c = part.model().state();
  CHECK(std::equal(c.buffers.begin(), c.buffers.end(), a.buffers.begin()));
  CHECK(std::equal(c.weights.begin(), c.weights.begin() + 16 * 9 + 16 + 32, a.weights.begin()));
}

// What is learnt must serve the new task: features of the digits 0 to 4 alone are no better than none for 5 to 9.
TEST_CASE("a new head on the frozen features of another task is better than a net from scratch where rows are few") {
  const auto digits = read_digits();
  const auto fitted = fit(Network{Plain{}, {.epochs = 20}}, digits.first(900), {.seed = 1});
  const auto others = kinds(piece(digits, 900, digits.rows() - 900));
  NetworkOptions head{.epochs = 60, .optimizer = AdamW{.learning_rate = 0.05f}};
  head.rates = frozen(5);
  double tuned = 0, scratch = 0;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const auto [few, rest] = draw(others, 40, seed);
    tuned += share_right(fit(FineTune{Network{Plain{}, head}, fitted}, few, {.seed = seed}), rest) / 6;
    scratch += share_right(fit(Network{Plain{}, {.epochs = 60}}, few, {.seed = seed}), rest) / 6;
  }
  INFO(tuned << " " << scratch);
  CHECK(tuned > scratch + 0.03);
}

TEST_CASE("a fine-tuned net is saved, loaded and trained on like any other") {
  const auto digits = read_digits();
  const auto low = digits.first(60);
  const auto high = kinds(low);
  const auto fitted = fit(Net{}, low);
  const auto model = fit(FineTune{Network{Net{}, {.epochs = 1}}, fitted}, high);
  const auto again = from_bytes<decltype(model)>(to_bytes(model));
  auto a = learning_state(model), b = learning_state(again);
  CHECK(to_bytes(update(again, high, b)) == to_bytes(update(model, high, a)));
}

TEST_CASE("a layer whose extents depend on the data and differ is named") {
  using Open = Dataset<Row<Dynamic>, Label<2>>;
  const auto rows = [](int width) { return Open(DenseStorage<float>(width, Buffer<float>(static_cast<std::size_t>(4 * width), 1.0f)), {0, 1, 0, 1}); };
  using Small = Cascade<Dense<3>, ReLU, Dense<>>;
  const auto fitted = fit(Network{Small{}, {.epochs = 1}}, rows(2));
  CHECK(thrown_by<FitError>([&] { fit(FineTune{Small{}, fitted}, rows(5)); }) ==
        "FineTune: layer 0 is taken over from a fitted net: expected 9 weights, got 18");
}
