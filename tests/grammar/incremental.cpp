// SPDX-License-Identifier: Apache-2.0
// A member that goes on learning: update(model, batch, state) -> model.
#include <doctest/doctest.h>
#include <tutti/core/file.hpp>
#include <tutti/core/update.hpp>
#include <tutti/train/fit.hpp>

#include "combine/learners.hpp"

using namespace tutti;

namespace {

/// Class means that move towards each new row: exact after any number of batches.
struct RunningMeans {
  static constexpr Capabilities capabilities{.labels = true, .numbers = false, .incremental = true};

  struct State {  // what learning needs beside the model
    int batches = 0;
    Random random{};
  };
  template <class X, class Y>
  struct Model {
    int width = 0;
    std::vector<double> sum{}, rows{};

    Y predict(const ViewOf<X>& x) const noexcept {
      double nearest = std::numeric_limits<double>::max();
      int best = 0;
      for (std::size_t k = 0; k < rows.size(); ++k) {
        double d = 0;
        for (int j = 0; j < width; ++j) {
          const double gap = x[j] - sum[k * static_cast<std::size_t>(width) + static_cast<std::size_t>(j)] / std::max(rows[k], 1.0);
          d += gap * gap;
        }
        if (rows[k] > 0 && d < nearest) {
          nearest = d;
          best = static_cast<int>(k);
        }
      }
      return Y(best);
    }
    State learning_state(Random random) const { return {0, random}; }
    Model update(const Dataset<X, Y>& batch, State& state) const {
      Model m = *this;
      for (std::ptrdiff_t i = 0; i < batch.rows(); ++i) {
        const auto k = static_cast<std::size_t>(batch.y(i).index());
        ++m.rows[k];
        for (int j = 0; j < width; ++j) m.sum[k * static_cast<std::size_t>(width) + static_cast<std::size_t>(j)] += batch.x(i)[j];
      }
      ++state.batches;
      return m;
    }
    static void visit(auto& self, auto& archive) { archive("width", self.width)("sum", self.sum)("rows", self.rows); }
  };
  template <class X, class Y>
  Model<X, Y> fit(const Dataset<X, Y>& data, Context context) const {
    const auto k = static_cast<std::size_t>(data.classes());
    const Model<X, Y> empty{data.width(), std::vector<double>(k * static_cast<std::size_t>(data.width())), std::vector<double>(k)};
    State state{0, context.random("update")};
    return empty.update(data, state);
  }
};

}  // namespace

TEST_CASE("a model that is updated batch by batch is the model of all rows") {
  const auto data = learners::blobs<3, 2>(60, 1);
  auto model = fit(RunningMeans{}, data.first(20));
  auto state = learning_state(model, 7);
  for (RowIndex begin = 20; begin < 60; begin += 10) {
    std::vector<RowIndex> rows(10);
    for (RowIndex i = 0; i < 10; ++i) rows[i] = begin + i;
    model = update(model, data.subset(rows), state);
  }
  CHECK(state.batches == 4);
  CHECK(to_bytes(model) == to_bytes(fit(RunningMeans{}, data)));
}

TEST_CASE("an update leaves the old model as it was") {
  const auto data = learners::blobs<3, 2>(60, 1);
  const auto model = fit(RunningMeans{}, data.first(20));
  const auto before = to_bytes(model);
  auto state = learning_state(model);
  const auto next = update(model, data, state);
  CHECK(to_bytes(model) == before);
  CHECK(to_bytes(next) != before);
}

TEST_CASE("a model that was saved goes on learning after it is loaded") {
  const auto data = learners::blobs<3, 2>(60, 1);
  const auto model = fit(RunningMeans{}, data.first(20));
  const auto loaded = from_bytes<std::remove_const_t<decltype(model)>>(to_bytes(model));
  auto a = learning_state(model), b = learning_state(loaded);
  CHECK(to_bytes(update(loaded, data, b)) == to_bytes(update(model, data, a)));
}

TEST_CASE("a batch of another width or of other classes is refused") {
  using Open = Row<Dynamic>;
  const auto model = fit(RunningMeans{}, learners::table<Open, Label<Dynamic>>(2, {0, 0, 1, 1}, {0, 1}, {}, 2));
  auto state = learning_state(model);
  CHECK(thrown_by<ShapeError>([&] { update(model, learners::table<Open, Label<Dynamic>>(3, {0, 0, 0}, {0}, {}, 2), state); }) == "expected a batch of rows of 2 numbers, got 3");
  CHECK(thrown_by<ShapeError>([&] { update(model, learners::table<Open, Label<Dynamic>>(2, {0, 0}, {2}, {}, 3), state); }) == "expected a batch with targets of 2 outputs, got 3");
}

namespace {
/// The same for rows with gaps: it says so, and leaves them to what it learns.
struct Tolerant : RunningMeans {
  static constexpr Capabilities capabilities{.labels = true, .numbers = false, .missing = true, .incremental = true};
};
}  // namespace

TEST_CASE("a batch with a gap is refused as a fit refuses it, unless the member takes gaps") {
  const auto data = learners::blobs<3, 2>(60, 1);
  Schema named;
  named.columns = {{.name = "age"}, {.name = "height"}, {.name = "weight"}};
  const auto batch = [&](float odd) { return learners::table<Row<3>, Label<2>>(3, {0, 0, 0, 1, odd, 1}, {0, 1}, {}, 2, named); };
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const auto model = fit(RunningMeans{}, data);
  auto state = learning_state(model);
  CHECK(thrown_by<DataError>([&] { update(model, batch(nan), state); }) ==
        "update: row 1, column \"height\" is nan, and this member takes finite values only");
  CHECK(thrown_by<FitError>([&] { fit(RunningMeans{}, batch(nan)); }) ==
        "RunningMeans: row 1, column \"height\" is nan, and this member takes finite values only");
  CHECK_THROWS_AS(update(model, batch(-std::numeric_limits<float>::infinity()), state), DataError);
  CHECK(state.batches == 0);
  (void)update(model, batch(3), state);
  const auto tolerant = fit(Tolerant{}, data);
  auto its = learning_state(tolerant);
  (void)update(tolerant, batch(nan), its);
  CHECK(its.batches == 1);
}
