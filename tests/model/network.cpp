// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <tutti/core.hpp>
#include <tutti/layer.hpp>
#include <tutti/model/network_fit.hpp>
#include <tutti/train.hpp>

#include <cmath>
#include <vector>

using namespace tutti;

namespace {

/// Three classes of rings and blobs that no plane separates.
template <class X = Row<2>, class Y = Label<3>>
Dataset<X, Y> rings(int rows, SideColumns side = {}) {
  Random random(5);
  Buffer<float> x;
  std::vector<std::int32_t> y;
  for (int i = 0; i < rows; ++i) {
    const double angle = 6.283 * random.uniform53(), radius = i % 3 + 0.2 * random.normal();
    x.push_back(static_cast<float>(radius * std::cos(angle)));
    x.push_back(static_cast<float>(radius * std::sin(angle)));
    y.push_back(i % 3);
  }
  return Dataset<X, Y>(typename X::Storage(2, std::move(x)), std::move(y), std::move(side),
                       Schema{.columns = {}, .target = "ring", .classes = {"a", "b", "c"}});
}

/// Bright and dark stripes of 8-bit images, across or down.
Dataset<Image<2, 6, 6>, Label<2>> stripes(int rows) {
  Random random(7);
  Buffer<std::uint8_t> x;
  std::vector<std::int32_t> y;
  for (int i = 0; i < rows; ++i) {
    const int phase = static_cast<int>(random.below(2));
    for (int c = 0; c < 2; ++c)
      for (int r = 0; r < 6; ++r)
        for (int k = 0; k < 6; ++k)
          x.push_back(static_cast<std::uint8_t>(((i % 2 == 0 ? r : k) + phase) % 2 * 90 + 20 + c * 50 +
                                                static_cast<int>(random.below(60))));
    y.push_back(i % 2);
  }
  return {DenseStorage<std::uint8_t>(72, std::move(x)), std::move(y)};
}

template <class X, class Y, class Model>
double share_right(const Model& model, const Dataset<X, Y>& data) {
  int right = 0;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) right += model.predict(data.x(i)) == data.y(i);
  return right / static_cast<double>(data.rows());
}
template <class Model, class X, class Y>
std::vector<float> all_outputs(const Model& model, const Dataset<X, Y>& data) {
  std::vector<float> y(static_cast<std::size_t>(data.rows() * data.outputs()));
  outputs_of_rows<X, Y>(model, data, 0, Rows<float>(y.data(), data.rows(), data.outputs()));
  return y;
}
template <class Model>
std::vector<std::byte> bytes(const Model& model) {
  Writer out;
  out("model", model);
  return out.bytes();
}

using Mixed = Cascade<Conv<4, 3>, BatchNorm, ReLU, MaxPool<2>, Dense<8>, Dropout, ReLU, Dense<>>;

}  // namespace

TEST_CASE("a small net learns what no plane separates") {
  const auto data = rings(300);
  const auto model = fit(Cascade<Dense<16>, ReLU, Dense<>>{}, data);
  CHECK(share_right(model, data) > 0.93);
  const auto p = model.probabilities(data.x(0));
  CHECK(p[0] + p[1] + p[2] == doctest::Approx(1));
  static_assert(noexcept(model.predict(data.x(0))));
}

TEST_CASE("a convolutional net with every layer learns images") {
  const auto data = stripes(120);
  const auto model = fit(Network{Mixed{}, {.epochs = 20}}, data);
  CHECK(share_right(model, data) == 1);
}

TEST_CASE("numbers are learnt in their own units") {
  Random random(1);
  Buffer<float> x;
  std::vector<float> y;
  for (int i = 0; i < 200; ++i) {
    const float a = static_cast<float>(random.normal()), b = static_cast<float>(random.normal());
    x.push_back(a);
    x.push_back(b);
    y.push_back(1e4f + 1e3f * (2 * a - b));
    y.push_back(-1e-3f * a * b);
  }
  std::vector<float> first;
  for (std::size_t i = 0; i < y.size(); i += 2) first.push_back(y[i]);
  const Dataset<Row<2>, Real> one(DenseStorage<float>(2, x), first);
  const auto line = fit(
      Network{Dense<>{}, {.epochs = 60, .optimizer = AdamW{.learning_rate = 0.05f, .weight_decay = 0}}}, one);
  for (int i = 0; i < 5; ++i)
    CHECK(line.predict(one.x(i)).value == doctest::Approx(first[static_cast<std::size_t>(i)]).epsilon(1e-3));

  const Dataset<Row<2>, Reals<2>> both(DenseStorage<float>(2, x), y);
  const auto net = fit(Network{Cascade<Dense<32>, ReLU, Dense<>>{}, {.epochs = 100}}, both);
  double error = 0, spread = 0;
  for (int i = 0; i < 200; ++i) {
    error += std::pow(net.predict(both.x(i))[1] - y[2 * static_cast<std::size_t>(i) + 1], 2);
    spread += std::pow(y[2 * static_cast<std::size_t>(i) + 1], 2);
  }
  CHECK(error < 0.1 * spread);
}

TEST_CASE("a net has the same bits on any number of threads") {
  const auto data = stripes(90);
  const auto plain = rings(90);
  const Network spec{Mixed{}, {.epochs = 3, .batch = 40}};
  const Network small{Cascade<Dense<8>, ReLU, Dropout, Dense<>>{}, {.epochs = 3, .batch = 40}};
  const auto one = bytes(fit(spec, data, {.threads = 1})),
             one_small = bytes(fit(small, plain, {.threads = 1}));
  for (const int threads : {2, 7}) {
    CHECK(bytes(fit(spec, data, {.threads = threads})) == one);
    CHECK(bytes(fit(small, plain, {.threads = threads})) == one_small);
  }
  CHECK(bytes(fit(spec, data, {.seed = 1})) != one);
}

TEST_CASE("in prediction a row has the same bits alone and in any block") {
  const auto data = stripes(70);
  const auto model = fit(Network{Mixed{}, {.epochs = 2}}, data);
  const auto all = all_outputs(model, data);
  for (const std::ptrdiff_t i : {0, 1, 15, 16, 63, 69}) {
    const auto p = model.probabilities(data.x(i));
    CHECK(p[0] == all[static_cast<std::size_t>(2 * i)]);
  }
  static_assert(decltype(model)::workspace_bytes(1) > 0);
  CHECK(tutti::workspace_bytes(model.model(), 1) == decltype(model)::Model::workspace_bytes(1));
}

TEST_CASE("extents known at run time give the same bits as static ones") {
  const auto fixed = rings(100);
  const auto open = rings<Row<Dynamic>, Label<Dynamic>>(100);
  const Network spec{Cascade<Dense<8>, BatchNorm, ReLU, Fuse<Dense<4>, Dense<5>>, Dropout, Dense<>>{},
                     {.epochs = 4}};
  CHECK(all_outputs(fit(spec, fixed), fixed) == all_outputs(fit(spec, open), open));
  CHECK_THROWS_WITH_AS(fit(Cascade<Dense<8>, ReLU, Dense<4>>{}, open),
                       "Cascade: the last layer: expected 3 outputs, got 4", FitError);
}

TEST_CASE("a net that is saved and loaded predicts the same bits") {
  const auto data = stripes(60);
  const auto model = fit(Network{Mixed{}, {.epochs = 2}}, data);
  const auto saved = bytes(model.model());
  Reader in(saved);
  auto again = std::remove_cvref_t<decltype(model.model())>{};
  in("model", again);
  CHECK(in.finished());
  CHECK(all_outputs(again, data) == all_outputs(model, data));
  CHECK(bytes(again) == saved);

  const auto numbers = Dataset<Row<2>, Real>(DenseStorage<float>(2, Buffer<float>{1, 2, 3, 4}), {5, 7});
  const auto line = fit(Network{Dense<>{}, {.epochs = 1}}, numbers);
  NetworkModel<Cascade<Dense<>>, Row<2>, Real> other;
  const auto line_bytes = bytes(line.model());
  Reader read(line_bytes);
  CHECK_NOTHROW(read("model", other));  // a chain of one layer is that layer
  NetworkModel<Cascade<Dense<4>, Dense<>>, Row<2>, Real> larger;
  Reader reread(line_bytes);
  CHECK_THROWS_WITH_AS(reread("model", larger), "expected 17 weights, got 3", FileError);
}

TEST_CASE("rows of weight 0 teach nothing") {
  Random random(2);
  Buffer<float> x;
  std::vector<float> y, weight;
  for (int i = 0; i < 60; ++i) {
    x.push_back(static_cast<float>(random.normal()));
    y.push_back(i % 3 == 0 ? 1000.0f : 3 * x.back());
    weight.push_back(i % 3 == 0 ? 0.0f : 2.0f);
  }
  const Dataset<Row<1>, Real> data(DenseStorage<float>(1, x), y, SideColumns{.weight = weight});
  const auto model =
      fit(Network{Dense<>{}, {.epochs = 100, .optimizer = AdamW{.learning_rate = 0.05f, .weight_decay = 0}}},
          data);
  CHECK(model.predict(data.x(1)).value == doctest::Approx(y[1]).epsilon(0.02));
}

TEST_CASE("early stopping holds no repeated row out") {
  const auto data = rings(120);
  std::vector<RowIndex> twice;
  for (RowIndex i = 0; i < 120; ++i) twice.insert(twice.end(), {i, i});
  const auto model =
      fit(Network{Cascade<Dense<16>, ReLU, Dense<>>{}, {.epochs = 80, .early_stop = 10, .validation = 0.2f}},
          data.subset(twice));
  CHECK(share_right(model, data) > 0.8);
}

TEST_CASE("options that make no sense are refused by name") {
  const auto data = rings(30);
  using Net = Cascade<Dense<4>, Dense<>>;
  CHECK_THROWS_WITH_AS(fit(Network{Net{}, {.batch = 0}}, data),
                       "Network: batch: expected at least 1 row, got 0", FitError);
  CHECK_THROWS_WITH_AS(fit(Network{Net{}, {.optimizer = SGD{.learning_rate = -1}}}, data),
                       "Network: learning_rate: expected a positive number, got -1", FitError);
  CHECK_THROWS_WITH_AS(fit(Network{Net{}, {.accumulate = 0}}, data),
                       "Network: accumulate: expected at least 1 batch, got 0", FitError);
  CHECK_THROWS_WITH_AS(fit(Network{Net{}, {.average_decay = 1}}, data),
                       "Network: average_decay: expected 0 or more, below 1, got 1", FitError);
  CHECK_THROWS_WITH_AS(fit(Network{Net{}, {.early_stop = 3, .validation = 1}}, data),
                       "Network: validation: expected a share between 0 and 1, got 1", FitError);
  CHECK_THROWS_WITH_AS(fit(Network{Net{}, {.loss = MSE{}}}, data),
                       "Network: the loss MSE is for numbers, the targets are labels", FitError);
  CHECK_THROWS_WITH_AS(fit(Network{Cascade<BatchNorm, Dense<>>{}, {.batch = 1}}, data),
                       "Network: layers that look at a whole batch (batch norm, mixtures) need at least 2 rows in it", FitError);
}

TEST_CASE("a net that diverges says so") {
  const auto data = rings(60);
  try {
    fit(Network{Cascade<Dense<8>, Dense<8>, Dense<>>{},
                {.epochs = 50, .optimizer = SGD{.learning_rate = 1e8f}, .schedule = Constant{}}},
        data);
    FAIL("expected a FitError");
  } catch (const FitError& e) {
    const std::string what = e.what();
    CHECK(what.find(" in epoch ") != std::string::npos);
    CHECK(what.find(", and the largest weight of all, ") != std::string::npos);
    CHECK(what.find(" is in layer ") != std::string::npos);
    CHECK(e.path() == "Network");
  }
}

TEST_CASE("a record is learnt by one net with a branch for each field") {
  using Pair = Record<Field<"picture", Image<2, 6, 6>>, Field<"facts", Row<1>>>;
  const auto pictures = stripes(80);
  Buffer<float> facts;
  std::vector<std::int32_t> y;
  for (int i = 0; i < 80; ++i) {
    facts.push_back(i / 40 == 0 ? -1.0f : 1.0f);
    y.push_back(pictures.y(i).index() + 2 * (i / 40));
  }
  const Dataset<Pair, Label<4>> data(
      RecordStorage<Field<"picture", Image<2, 6, 6>>, Field<"facts", Row<1>>>(
          pictures.storage(), std::make_shared<const DenseStorage<float>>(1, facts)),
      y);
  const auto model =
      fit(Network{Cascade<Fuse<On<"picture", Cascade<Conv<4, 3>, ReLU, Dense<8>>>, On<"facts", Dense<4>>>,
                          ReLU, Dense<>>{},
                  {.epochs = 60}},
          data);
  CHECK(share_right(model, data) > 0.95);
  CHECK(model.model().state().pixels.mean.size() == 2);
}

TEST_CASE("two nets under one loss learn how much each of them counts") {
  const auto data = rings(300);
  using Wide = Cascade<Dense<16>, ReLU, Dense<>>;
  using Pair = Sum<LearntWeights, Wide, Cascade<Dense<8>, Tanh, Dense<>>>;
  const auto model = fit(Pair{}, data, {.seed = 2});
  CHECK(share_right(model, data) > 0.93);
  const auto& weights = model.model().state().weights;
  const float first = weights[weights.size() - 2], second = weights[weights.size() - 1];
  CHECK(first != 1);
  CHECK(second != 1);
  const auto again = from_bytes<std::remove_const_t<decltype(model)>>(to_bytes(model));
  CHECK(all_outputs(again.model(), data) == all_outputs(model.model(), data));
}

TEST_CASE("misfits are named at compile time") {
  using Digits = Image<1, 8, 8>;
  static_assert(
      std::is_same_v<DiagnosisOf<Cascade<Dense<64>, ReLU, Dense<7>>, Digits, Label<10>>,
                     error::Mismatch<error::Layer<2, Dense<7>>, error::Makes<7>, error::Outputs<10>>>);
  static_assert(
      std::is_same_v<DiagnosisOf<Dense<7>, Digits, Label<10>>,
                     error::Mismatch<error::Layer<0, Dense<7>>, error::Makes<7>, error::Outputs<10>>>);
  static_assert(std::is_same_v<DiagnosisOf<Network<Dense<>>, Digits, Label<10>>, error::none>);
  static_assert(std::is_same_v<DiagnosisOf<Dense<>, Row<Dynamic>, Label<Dynamic>>, error::none>);
  static_assert(std::is_same_v<DiagnosisOf<Dense<3>, Row<Dynamic>, Label<Dynamic>>, error::none>);
  static_assert(!std::is_same_v<DiagnosisOf<Dense<>, Digits, Nothing>, error::none>);
  CHECK(epochs_for(1347) == 59);
  CHECK(epochs_for(60000) == 10);
  CHECK(epochs_for(0) == 200);
}
