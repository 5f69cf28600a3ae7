// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/file.hpp>
#include <tutti/core/update.hpp>
#include <tutti/train/fit.hpp>

#include <doctest/doctest.h>

using namespace tutti;

namespace {

/// The mean of all targets seen so far: the smallest member that can go on learning.
struct RunningMean {
  static constexpr Capabilities capabilities{.labels = false, .incremental = true};
  template <class X, class Y>
  struct Model {
    float mean = 0;
    Y predict(const auto&) const noexcept { return Y{mean}; }

    struct State {
      double rows = 0;
    };
    double seen = 0;
    State learning_state(Random) const { return {seen}; }
    Model update(const Dataset<X, Y>& batch, State& state) const {
      double sum = static_cast<double>(mean) * state.rows;
      for (std::ptrdiff_t i = 0; i < batch.rows(); ++i) sum += static_cast<double>(batch.y(i).value);
      state.rows += static_cast<double>(batch.rows());
      return {static_cast<float>(sum / state.rows), state.rows};
    }
    static void visit(auto& self, auto& archive) { archive("mean", self.mean)("seen", self.seen); }
  };
  template <class X, class Y>
  Model<X, Y> fit(const Dataset<X, Y>& data, Context) const {
    typename Model<X, Y>::State state;
    return Model<X, Y>{}.update(data, state);
  }
};

using Data = Dataset<Row<1>, Real>;
Data numbers(std::vector<float> y) {
  Buffer<float> x(y.size(), 0.0f);
  return Data(DenseStorage<float>(1, std::move(x)), std::move(y));
}

}  // namespace

TEST_CASE("an incremental member that is updated with the rest knows what it would know from all rows at once") {
  const auto first = fit(RunningMean{}, numbers({1, 2, 3}));
  auto state       = learning_state(first);
  const auto both  = update(first, numbers({10, 20}), state);
  const float x[]  = {0};
  CHECK(first.predict(x).value == 2);  // the old model is as it was
  CHECK(both.predict(x).value == fit(RunningMean{}, numbers({1, 2, 3, 10, 20})).predict(x).value);
}

TEST_CASE("a loaded model goes on learning where the saved one stood") {
  const auto first = fit(RunningMean{}, numbers({1, 2, 3}));
  const auto again = from_bytes<decltype(first)>(to_bytes(first));
  auto state = learning_state(first), same = learning_state(again);
  const auto batch = numbers({4, 5});
  CHECK(to_bytes(update(first, batch, state)) == to_bytes(update(again, batch, same)));
}

TEST_CASE("a batch of another width is refused") {
  using Any        = Dataset<Row<Dynamic>, Real>;
  const auto model = fit(RunningMean{}, Any(DenseStorage<float>(1, Buffer<float>{1, 2}), {1, 2}));
  auto state       = learning_state(model);
  CHECK_THROWS_WITH_AS(update(model, Any(DenseStorage<float>(2, Buffer<float>{1, 2}), {1}), state), "expected a batch of rows of 1 numbers, got 2", ShapeError);
}
