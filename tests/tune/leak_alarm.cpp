// SPDX-License-Identifier: Apache-2.0
#include <tutti/combine.hpp>
#include <tutti/combine/stack_fit.hpp>
#include <tutti/model/ridge_fit.hpp>
#include <tutti/model/target_encode_fit.hpp>
#include <tutti/tune/leak_alarm.hpp>

#include "combine/learners.hpp"

#include <doctest/doctest.h>

#include <map>
#include <mutex>
#include <sstream>

using namespace tutti;
using namespace learners;

namespace {

/// What all fits of a leaky member tell each other, past every fold.
struct Channel {
  std::mutex mutex;
  std::map<float, int> labels;
};

/// Looks a row up in what any of its fits has seen; else says what is common.
struct Gossip {
  std::shared_ptr<Channel> channel = std::make_shared<Channel>();
  static constexpr Capabilities capabilities{.numbers = false, .probabilities = true};
  struct Model {
    std::shared_ptr<Channel> channel;
    void outputs(auto x, Rows<float> y, Workspace&) const noexcept {
      const std::scoped_lock lock(channel->mutex);
      for (std::size_t r = 0; r < x.size(); ++r) {
        const auto found = channel->labels.find(x[r][0]);
        for (std::ptrdiff_t k = 0; k < y.width(); ++k)
          y(static_cast<std::ptrdiff_t>(r), k) = found == channel->labels.end() ? 1.0f / static_cast<float>(y.width()) : found->second == k ? 0.9f : 0.1f / static_cast<float>(y.width() - 1);
      }
    }
  };
  template <class X, class Y>
  Model fit(const Dataset<X, Y>& data, Context) const {
    const std::scoped_lock lock(channel->mutex);
    for (std::ptrdiff_t i = 0; i < data.rows(); ++i) channel->labels[data.x(i)[0]] = data.y(i).index();
    return {channel};
  }
};

/// Every value of column 0 becomes the mean of its rows' targets: each row sees its own.
struct OwnTargets {
  static constexpr Capabilities capabilities{};
  static constexpr Shape infer(Shape) { return shape(1); }
  struct Model {
    std::map<float, std::pair<float, float>> sums;
    float mean = 0;
    static constexpr int width() { return 1; }
    template <class View, class T>
    void transform(const View& x, T* out) const noexcept {
      const auto found = sums.find(x[0]);
      out[0] = found == sums.end() ? mean : found->second.first / found->second.second;
    }
  };
  template <class X, class Y>
  Model fit(const Dataset<X, Y>& data, Context) const {
    Model m;
    for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
      auto& [sum, rows] = m.sums[data.x(i)[0]];
      const float target = Y(data.y(i)).value;
      sum += target, rows += 1;
      m.mean += target / static_cast<float>(data.rows());
    }
    return m;
  }
};

/// Numbers that nothing explains, in rows with a code of which there are many.
Dataset<Row<2>, Real> codes(int rows, std::uint64_t seed) {
  Random random(seed);
  std::vector<float> x, y;
  for (int i = 0; i < rows; ++i) {
    x.push_back(static_cast<float>(random.below(static_cast<std::uint32_t>(rows / 2))));
    x.push_back(static_cast<float>(random.normal()));
    y.push_back(static_cast<float>(random.normal()));
  }
  return table<Row<2>, Real>(2, std::move(x), std::move(y));
}

const Stack honest{Average{Nearest{}, Bag{Nearest{}, {.members = 3}}}, Ridge{}};

}  // namespace

TEST_CASE("the alarm rings for a member that remembers rows past the folds, alone and below a head") {
  const auto data = blobs<2, 2>(300, 3);
  const LeakAlarm alone = leak_alarm(Gossip{}, data);
  CAPTURE(to_string(alone));
  CHECK(alone.rings());
  CHECK(alone.metric == "log-loss");
  CHECK(alone.out_of_fold < alone.held_out);
  CHECK(alone.held_out == doctest::Approx(std::log(2)));
  const LeakAlarm below = leak_alarm(Stack{Average{Gossip{}, Nearest{}}, Ridge{}}, data, {.metric = Accuracy{}});
  CAPTURE(to_string(below));
  CHECK(below.rings());
}

TEST_CASE("the alarm is silent for honest compositions, on data that can be learnt and on noise") {
  int rang = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    rang += leak_alarm(honest, blobs<3, 2>(200, seed), {.fit = {.seed = seed}, .bootstrap = {.resamples = 200, .level = 0.99}}).rings();
    const auto noise = blobs<2, 2>(200, seed);
    Buffer<RowIndex> rows;
    for (RowIndex i = 0; i < 200; ++i) rows.push_back(i);
    Random random(seed);
    shuffle(std::span<RowIndex>(rows), random);
    std::vector<std::int32_t> labels;
    for (const RowIndex i : rows) labels.push_back(noise.y(i).index());
    const auto shuffled = noise.with_targets<Label<2>>(Buffer<std::int32_t>(labels.begin(), labels.end()), 2);
    rang += leak_alarm(honest, shuffled, {.metric = Accuracy{}, .fit = {.seed = seed, .nested = true}, .bootstrap = {.resamples = 200, .level = 0.99}}).rings();
  }
  CHECK(rang <= 1);  // of 40, where 0.2 are expected
}

TEST_CASE("targets that were put into inputs before the folds ring; the same transform inside the composition does not") {
  const auto data = codes(400, 1);
  const LeakAlarm before = leak_alarm(OwnTargets{}, Ridge{}, data);
  CAPTURE(to_string(before));
  CHECK(before.rings());
  CHECK(before.metric == "RMSE");
  const LeakAlarm inside = leak_alarm(Cascade{OwnTargets{}, Ridge{}}, data);
  CAPTURE(to_string(inside));
  CHECK_FALSE(inside.rings());
  CHECK(leak_alarm(TargetEncode{.columns = {0}, .smooth = 0}, Ridge{}, data).rings());
  CHECK_FALSE(leak_alarm(Cascade{TargetEncode{.columns = {0}, .smooth = 0}, Ridge{}}, data).rings());
}

TEST_CASE("the alarm says the same on 1 and 7 threads") {
  const auto data = blobs<2, 2>(120, 5);
  const auto one = leak_alarm(honest, data, {.fit = {.seed = 3, .threads = 1}});
  const auto many = leak_alarm(honest, data, {.fit = {.seed = 3, .threads = 7}});
  CHECK(to_string(one) == to_string(many));
  CHECK(one.low == many.low);
  std::ostringstream out;
  out << one;
  CHECK(out.str().starts_with("Stack<Average<Nearest, Bag<Nearest>>, Ridge>: log-loss "));
}

TEST_CASE("a plan forward in time holds out the latest rows, one of one's own keeps its rows") {
  SideColumns side;
  for (int i = 0; i < 100; ++i) side.time.push_back(i);
  CHECK(std::isfinite(leak_alarm(Ridge{}, line<2>(100, 1, side), {.fit = {.folds = {.k = 4, .forward = true}}}).gap));
  Folds own;
  for (int i = 0; i < 100; ++i) own.assignment.push_back(i % 3);
  CHECK(std::isfinite(leak_alarm(Ridge{}, line<2>(100, 1), {.fit = {.folds = own}}).gap));
  own.assignment.pop_back();
  CHECK_THROWS_AS(leak_alarm(Ridge{}, line<2>(100, 1), {.fit = {.folds = own}}), DataError);
}

TEST_CASE("what cannot be judged is refused") {
  const auto data = line<2>(40, 1);
  CHECK(thrown_by<DataError>([&] { leak_alarm(Ridge{}, data, {.metric = Accuracy{}}); }) == "accuracy judges labels and flags, the targets are numbers");
  CHECK_THROWS_AS(leak_alarm(Ridge{}, data.first(0)), DataError);
  CHECK_THROWS_AS(leak_alarm(Ridge{}, data.first(1)), DataError);
  CHECK_THROWS_AS(leak_alarm(Ridge{}, data, {.hold_out = 1.0f}), DataError);
  CHECK_THROWS_AS(leak_alarm(Ridge{}, data, {.bootstrap = {.resamples = 1}}), DataError);
  CHECK(thrown_by<FitError>([&] { leak_alarm(Stack{Average{Ridge{}, Unlucky{}}, Ridge{}}, data); }).find("Average[1]/Unlucky") != std::string::npos);
}
