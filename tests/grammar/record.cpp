// SPDX-License-Identifier: Apache-2.0
// A record with an image and a row: fused in one net, and side by side in an ensemble.
#include <doctest/doctest.h>
#include <tutti/combine.hpp>
#include <tutti/core/file.hpp>
#include <tutti/layer.hpp>
#include <tutti/model/network_fit.hpp>
#include <tutti/model/ridge_fit.hpp>

#include "combine/learners.hpp"

using namespace tutti;
using namespace learners;

namespace {

using Product = Record<Field<"picture", Image<1, 4, 4>>, Field<"facts", Row<2>>>;
using Kind = Label<2>;

/// The kind is seen in the picture and in the facts together: a bright left half and a first fact above zero, or neither.
Dataset<Product, Kind> products(int rows, std::uint64_t seed) {
  Random random(seed);
  Buffer<std::uint8_t> pictures;
  Buffer<float> facts;
  std::vector<std::int32_t> kinds;
  for (int i = 0; i < rows; ++i) {
    const bool bright = random.below(2) == 1, positive = random.below(2) == 1;
    for (int p = 0; p < 16; ++p) pictures.push_back(static_cast<std::uint8_t>((bright == (p % 4 < 2) ? 200u : 20u) + random.below(30)));
    facts.push_back((positive ? 1.0f : -1.0f) + 0.3f * static_cast<float>(random.normal()));
    facts.push_back(static_cast<float>(random.normal()));
    kinds.push_back(bright == positive ? 1 : 0);
  }
  auto storage = std::make_shared<const Product::Storage>(std::make_shared<const DenseStorage<std::uint8_t>>(16, std::move(pictures)), std::make_shared<const DenseStorage<float>>(2, std::move(facts)));
  return Dataset<Product, Kind>(std::move(storage), std::move(kinds));
}
double accuracy(const auto& model, const auto& data) {
  int right = 0;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i)
    if (model.predict(data.x(i)) == data.y(i)) ++right;
  return static_cast<double>(right) / static_cast<double>(data.rows());
}

using FusedNet = Cascade<Fuse<On<"picture", Cascade<Conv<4, 3>, ReLU, Dense<8>>>, On<"facts", Dense<8>>>, ReLU, Dense<16>, ReLU, Dense<2>>;

}  // namespace

TEST_CASE("a net fuses picture and facts, and neither alone would do") {
  const auto train = products(300, 1), test = products(100, 2);
  const auto model = fit(Network{FusedNet{}, {.epochs = 30}}, train);
  CHECK(accuracy(model, test) > 0.95);
  CHECK(accuracy(fit(On<"facts", Nearest>{}, train), test) < 0.75);
  const auto again = from_bytes<std::remove_const_t<decltype(model)>>(to_bytes(model));
  CHECK(all_outputs(again, test) == all_outputs(model, test));
}

TEST_CASE("the fused net stands beside members of one field each, below one meta-learner") {
  const auto train = products(120, 1);
  const auto model = fit(Stack{Average{Network{FusedNet{}, {.epochs = 5}}, on<"picture">(Nearest{}), on<"facts">(Nearest{})}, Ridge{}}, train, {.folds = {.k = 3}});
  CHECK(accuracy(model, train) > 0.5);
}
