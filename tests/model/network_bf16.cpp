// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/file.hpp>
#include <tutti/layer.hpp>
#include <tutti/model/network_update.hpp>
#include <tutti/train.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace tutti;

namespace {

constexpr int inputs = 45, classes = 3;
using X = Row<inputs>;
using Y = Label<classes>;
using Net = Cascade<Dense<128>, ReLU, Dense<48>, ReLU, Dense<>>;  // the last one stays in floats

/// The class is the largest of three sums of inputs.
Dataset<X, Y> sums(int n, std::uint64_t seed = 3) {
  Random random(seed);
  Buffer<float> x;
  std::vector<std::int32_t> y;
  for (int i = 0; i < n; ++i) {
    float sum[classes] = {};
    for (int j = 0; j < inputs; ++j) {
      x.push_back(static_cast<float>(random.normal()));
      sum[j % classes] += x.back();
    }
    y.push_back(static_cast<std::int32_t>(std::max_element(sum, sum + classes) - sum));
  }
  return {DenseStorage<float>(inputs, std::move(x)), std::move(y)};
}
NetworkOptions options(bool bf16) {
  return {.epochs = 3, .early_stop = 3, .predict_in_bf16 = bf16};
}
template <class Model, class Data>
std::vector<float> all_outputs(const Model& model, const Data& data) {
  std::vector<float> y(static_cast<std::size_t>(data.rows() * data.outputs()));
  outputs_of_rows<typename Model::InputType, Y>(model, data, 0, Rows<float>(y.data(), data.rows(), data.outputs()));
  return y;
}

/// Numbers between two layers in double, and how far those of a net in bf16 may be away from them.
struct Bounded {
  std::vector<double> x, error;

  /// The layer whose weights (in, out) and biases begin at w; moves w behind them.
  void dense(const float*& w, std::size_t out, bool bf16) {
    const double each = (bf16 ? 0x1p-7 + 0x1p-16 : 0) + 2 * static_cast<double>(x.size() + 1) * 0x1p-24;  // both nets round sums
    Bounded y{std::vector<double>(out), std::vector<double>(out)};
    for (std::size_t j = 0; j < out; ++j) {
      y.x[j] = double{w[x.size() * out + j]};
      for (std::size_t k = 0; k < x.size(); ++k) {
        const double weight = double{w[k * out + j]}, size = std::abs(weight);
        y.x[j] += x[k] * weight;
        y.error[j] += size * error[k] + each * size * (std::abs(x[k]) + error[k]);
      }
    }
    w += (x.size() + 1) * out;
    *this = y;
  }
  void relu() {
    for (double& v : x) v = std::max(v, 0.0);  // errors do not grow
  }
};

}  // namespace

TEST_CASE("a net that predicts in bf16 is trained as any other and predicts within the stated error") {
  const auto data = sums(200);
  const auto floats = fit(Network{Net{}, options(false)}, data), rounded = fit(Network{Net{}, options(true)}, data);
  const auto& weights = rounded.model().state().weights;
  CHECK(weights == floats.model().state().weights);

  const auto p = all_outputs(floats, data), q = all_outputs(rounded, data);
  CHECK(p != q);
  double worst = 0, largest = 0;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
    const float* w = weights.data();
    Bounded net{std::vector<double>(inputs), std::vector<double>(inputs)};
    for (std::size_t j = 0; j < inputs; ++j) net.x[j] = double{data.x(i)[static_cast<std::ptrdiff_t>(j)]};
    net.dense(w, 128, true);
    net.relu();
    net.dense(w, 48, true);
    net.relu();
    net.dense(w, classes, false);
    CHECK(w == weights.end());
    const double logits = *std::max_element(net.error.begin(), net.error.end());
    for (std::size_t k = 0; k < classes; ++k) {  // logits that are off by e change the logarithm of a probability by 2 e at most
      const std::size_t at = static_cast<std::size_t>(i) * classes + k;
      const double off = std::abs(std::log(double{q[at]} / double{p[at]}));
      worst = std::max(worst, off / (2 * logits + 1e-5));
      largest = std::max(largest, off);
    }
  }
  CHECK(worst <= 1);
  CHECK(largest > 1e-4);
  CHECK(largest < 0.1);
}

TEST_CASE("a net that predicts in bf16 predicts the same bits when it was saved and loaded") {
  const auto data = sums(40);
  const auto model = fit(Network{Net{}, options(true)}, data);
  const auto again = from_bytes<decltype(model)>(to_bytes(model));
  CHECK(all_outputs(again, data) == all_outputs(model, data));
  CHECK(to_bytes(again) == to_bytes(model));
  CHECK(again.model().state().predicts_in_bf16);
  CHECK(to_bytes(model).size() == to_bytes(fit(Network{Net{}, options(false)}, data)).size());
}

TEST_CASE("in bf16 a row has the same bits alone and in any block, and with extents known at run time") {
  const auto data = sums(70);
  const auto model = fit(Network{Net{}, options(true)}, data);
  const auto all = all_outputs(model, data);
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
    const auto p = model.probabilities(data.x(i));
    CHECK(std::equal(p.begin(), p.end(), all.begin() + i * classes));
  }
  Buffer<float> x;
  std::vector<std::int32_t> y;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
    for (std::ptrdiff_t j = 0; j < inputs; ++j) x.push_back(data.x(i)[j]);
    y.push_back(data.y(i).index());
  }
  const Dataset<Row<Dynamic>, Y> open(DenseStorage<float>(inputs, std::move(x)), std::move(y));
  CHECK(all_outputs(fit(Network{Net{}, options(true)}, open), open) == all);
}

TEST_CASE("a net that predicts in bf16 goes on learning from its floats") {
  const auto data = sums(64), more = sums(64, 9);
  const auto floats = fit(Network{Net{}, options(false)}, data), rounded = fit(Network{Net{}, options(true)}, data);
  auto state = learning_state(floats, 4), other = learning_state(rounded, 4), third = learning_state(rounded, 4);
  const auto next = update(floats, more, state), rounded_next = update(rounded, more, other);
  CHECK(rounded_next.model().state().weights == next.model().state().weights);
  CHECK_FALSE(rounded_next.model().state().weights == rounded.model().state().weights);
  const auto p = all_outputs(next, more), q = all_outputs(rounded_next, more);
  CHECK(q != p);
  CHECK(q != all_outputs(rounded, more));
  for (std::size_t i = 0; i < p.size(); ++i) CHECK(q[i] == doctest::Approx(p[i]).epsilon(0.1));
  const auto loaded = from_bytes<std::decay_t<decltype(rounded)>>(to_bytes(rounded));
  CHECK(all_outputs(update(loaded, more, third), more) == q);
}
