// SPDX-License-Identifier: Apache-2.0
// How forms go on learning: update(model, batch, state) reaches their members.
#include <doctest/doctest.h>
#include <tutti/combine/bag_fit.hpp>
#include <tutti/combine/cascade_fit.hpp>
#include <tutti/combine/finish_fit.hpp>
#include <tutti/combine/frozen.hpp>
#include <tutti/combine/members_update.hpp>
#include <tutti/combine/on_fit.hpp>
#include <tutti/combine/output_steps.hpp>
#include <tutti/combine/replicate_fit.hpp>
#include <tutti/combine/stack_fit.hpp>
#include <tutti/combine/vote.hpp>
#include <tutti/core/file.hpp>
#include <tutti/model/naive_bayes_fit.hpp>
#include <tutti/model/standardize_fit.hpp>

#include "combine/learners.hpp"

using namespace tutti;
using namespace learners;

namespace {

/// Remembers how often it has learnt each target, and by which stream; fails on a target below 0.
struct Counter {
  static constexpr Capabilities capabilities{.labels = false, .incremental = true};
  struct State {
    std::uint64_t key = 0;
    int updates = 0;
    static void visit(auto& self, auto& archive) { archive("key", self.key)("updates", self.updates); }
  };
  struct Model {
    std::vector<float> seen{};
    std::uint64_t key = 0;
    Real predict(const auto&) const noexcept {
      float sum = 0;
      for (const float v : seen) sum += v;
      return {sum};
    }
    State learning_state(Random random) const { return {random.key(), 0}; }
    template <class X>
    Model update(const Dataset<X, Real>& batch, State& state) const {
      Model m{seen, state.key};
      for (std::ptrdiff_t i = 0; i < batch.rows(); ++i) {
        check(batch.y(i).value >= 0, "expected a target of 0 or more", batch.y(i).value);
        m.seen.push_back(batch.y(i).value);
      }
      ++state.updates;
      return m;
    }
    static void visit(auto& self, auto& archive) { archive("seen", self.seen)("key", self.key); }
  };
  template <class X>
  Model fit(const Dataset<X, Real>&, Context) const {
    return {};
  }
};

Dataset<Row<1>, Real> counted(int first, int n) {
  std::vector<float> y;
  for (int i = 0; i < n; ++i) y.push_back(static_cast<float>(first + i));
  return table<Row<1>, Real>(1, y, y);
}
template <class X, class Y>
Dataset<X, Y> part(const Dataset<X, Y>& data, RowIndex first, RowIndex n) {
  std::vector<RowIndex> rows;
  for (RowIndex i = 0; i < n; ++i) rows.push_back(first + i);
  return data.subset(rows);
}

}  // namespace

TEST_CASE("a committee of updated members is the committee that saw all rows at once") {
  const auto data = blobs<3, 3>(90, 1);
  const auto spec = Average{Weights{2, 1}, NaiveBayes{}, NaiveBayes<>{.uniform = true}};
  auto model = fit(spec, data.first(30));
  const auto before = to_bytes(model);
  auto state = learning_state(model);
  const auto next = update(model, part(data, 30, 60), state);
  CHECK(to_bytes(model) == before);
  const auto a = fit(NaiveBayes{}, data.first(30)), b = fit(NaiveBayes<>{.uniform = true}, data.first(30));
  auto sa = learning_state(a), sb = learning_state(b);
  const auto ya = all_outputs(update(a, part(data, 30, 60), sa), data), yb = all_outputs(update(b, part(data, 30, 60), sb), data);
  const auto y = all_outputs(next, data);
  for (std::size_t i = 0; i < y.size(); ++i) CHECK(y[i] == doctest::Approx((2 * ya[i] + yb[i]) / 3).epsilon(1e-6));

  auto votes = fit(Vote{NaiveBayes{}, NaiveBayes{}}, data.first(30));
  auto of_votes = learning_state(votes);
  CHECK(to_bytes(update(votes, part(data, 30, 60), of_votes)) != to_bytes(votes));
}

TEST_CASE("replicas learn every row, each by a random stream of its own") {
  const auto model = fit(Replicate<Counter, 3>{}, counted(0, 1));
  auto state = learning_state(model, 7), other = learning_state(model, 8);
  const auto next = update(model, counted(0, 5), state);
  std::vector<std::uint64_t> keys;
  for (const auto& m : next.model().models) {
    CHECK(m.seen == std::vector<float>{0, 1, 2, 3, 4});
    keys.push_back(m.key);
  }
  CHECK((keys[0] != keys[1] && keys[1] != keys[2] && keys[0] != keys[2]));
  CHECK(state.models[0].updates == 1);
  CHECK(other.models[0].key != keys[0]);
}

TEST_CASE("a bag learns each row as often as a draw of the Poisson distribution says") {
  const int n = 4000;
  const auto model = fit(Bag{Counter{}, {.members = 2}}, counted(0, 1));
  auto state = learning_state(model, 7);
  const auto next = update(model, counted(0, n), state);
  CHECK(state.rows == n);
  CHECK(next.model().models[0].seen != next.model().models[1].seen);
  for (const auto& m : next.model().models) {
    std::vector<int> times(static_cast<std::size_t>(n)), share(12);
    for (const float v : m.seen) ++times[static_cast<std::size_t>(v)];
    for (const int t : times) ++share[static_cast<std::size_t>(t)];
    double p = std::exp(-1.0);
    for (int k = 0; k < 5; p /= ++k) {
      const double sigma = std::sqrt(n * p * (1 - p));
      CHECK(std::abs(share[static_cast<std::size_t>(k)] - n * p) < 4 * sigma);
    }
  }
}

TEST_CASE("a draw from the Poisson distribution is the inverse of its distribution function") {
  CHECK(detail::poisson(1, 0) == 0);
  CHECK(detail::poisson(1, 0.36787) == 0);   // P(0) = e^-1 = 0.367879...
  CHECK(detail::poisson(1, 0.36788) == 1);
  CHECK(detail::poisson(1, 0.73575) == 1);   // P(0) + P(1) = 0.735758...
  CHECK(detail::poisson(1, 0.73576) == 2);
  CHECK(detail::poisson(6, 0.0024) == 0);    // e^-6 = 0.002478...
  CHECK(detail::poisson(6, 0.0025) == 1);
  CHECK(detail::poisson(100, 1 - 0x1p-53) < 250);
}

TEST_CASE("a bag's draws do not depend on how the stream is cut") {
  const auto model = fit(Bag{Counter{}, {.members = 3}}, counted(0, 1));
  auto whole = learning_state(model, 7), cut = learning_state(model, 7), more = learning_state(model, 7);
  const auto once = update(model, counted(0, 60), whole);
  auto twice = update(model, counted(0, 20), cut);
  twice = update(twice, counted(20, 0), cut);
  twice = update(twice, counted(20, 40), cut);
  CHECK(to_bytes(twice) == to_bytes(once));
  more.copies = 6;
  CHECK(update(model, counted(0, 60), more).model().models[0].seen.size() > 4 * once.model().models[0].seen.size());
  more.copies = 0;
  CHECK(thrown_by<DataError>([&] { update(model, counted(0, 1), more); }) == "copies: expected a mean above 0 and at most 100, got 0");
}

TEST_CASE("the state of a bag that was saved draws on") {
  const auto model = fit(Bag{Cascade{Standardize{}, NaiveBayes{}}, {.members = 3}}, blobs<3, 3>(30, 1));
  auto state = learning_state(model, 7);
  const auto grown = update(model, blobs<3, 3>(10, 2), state);
  Writer writer;
  writer("state", state);
  Reader reader(writer.bytes());
  auto again = learning_state(model);
  reader("state", again);
  CHECK(to_bytes(update(grown, blobs<3, 3>(10, 3), again)) == to_bytes(update(grown, blobs<3, 3>(10, 3), state)));
}

TEST_CASE("behind transforms an estimator goes on, and the transforms stay") {
  const auto data = blobs<3, 3>(60, 1), later = blobs<3, 3>(60, 2);
  const auto chain = fit(Cascade{Standardize{}, Cascade{Standardize{}, NaiveBayes{}}}, data);
  auto state = learning_state(chain);
  const auto next = update(chain, later, state);

  std::vector<float> z;
  std::vector<std::int32_t> y;
  const auto& first = chain.model().transform;
  const auto& second = chain.model().next.transform;
  for (std::ptrdiff_t i = 0; i < later.rows(); ++i) {
    float once[3], row[3];
    first.transform(later.x(i), once);
    second.transform(DenseView<float, 3>(once, 3), row);
    z.insert(z.end(), row, row + 3);
    y.push_back(later.y(i).index());
  }
  Nothing none;
  const auto expected = chain.model().next.next.update(table<Row<3>, Label<3>>(3, z, y), none);
  const auto bytes = [](const auto& model) {
    Writer w;
    w("model", model);
    return std::vector<std::byte>(w.bytes().begin(), w.bytes().end());
  };
  CHECK(bytes(next.model().next.next) == bytes(expected));
  CHECK(bytes(next.model().transform) == bytes(first));
}

TEST_CASE("what is finished or reads one field goes on as its member does") {
  const auto data = line<1>(20, 1), later = line<1>(20, 2);
  const auto finished = fit(Finish{Counter{}, ClipOutput{.low = 0, .high = 3}}, counted(0, 1));
  auto state = learning_state(finished);
  CHECK(update(finished, counted(1, 2), state).predict(counted(0, 1).x(0)).value == 3);   // 1 + 2
  CHECK(update(finished, counted(1, 3), state).predict(counted(0, 1).x(0)).value == 3);   // 1 + 2 + 3, cut

  using Both = Record<Field<"a", Row<3>>, Field<"b", Row<3>>>;
  const auto a = blobs<3, 3>(30, 1), b = blobs<3, 3>(30, 2);
  const auto both = [](const auto& left, const auto& right) {
    std::vector<std::int32_t> y;
    for (std::ptrdiff_t i = 0; i < left.rows(); ++i) y.push_back(left.y(i).index());
    return Dataset<Both, Label<3>>(Both::Storage(left.storage(), right.storage()), std::move(y));
  };
  const auto on_b = fit(on<"b">(NaiveBayes{}), both(a, b)), alone = fit(on<"b">(NaiveBayes{}), both(a, b));
  auto of_b = learning_state(on_b);
  const auto grown = update(on_b, both(b, a), of_b);
  const auto plain = fit(NaiveBayes{}, b);
  auto of_plain = learning_state(plain);
  std::vector<std::int32_t> y;
  for (std::ptrdiff_t i = 0; i < b.rows(); ++i) y.push_back(b.y(i).index());
  const auto same = update(plain, Dataset<Row<3>, Label<3>>(a.storage(), std::move(y)), of_plain);
  Writer w1, w2;
  w1("m", grown.model().member);
  w2("m", same.model());
  CHECK(std::equal(w1.bytes().begin(), w1.bytes().end(), w2.bytes().begin(), w2.bytes().end()));
}

TEST_CASE("a member that fails is named by its place, and neither the model nor any state has changed") {
  const auto model = fit(Average{Counter{}, Average{Counter{}, Counter{}}}, counted(0, 1));
  auto state = learning_state(model, 7);
  const auto bytes = [&] {
    Writer w;
    w("state", state);
    return std::vector<std::byte>(w.bytes().begin(), w.bytes().end());
  };
  const auto before = bytes();
  CHECK(thrown_by<FitError>([&] { update(model, counted(-1, 3), state); }) == "member 0: expected a target of 0 or more, got -1");
  CHECK(bytes() == before);

  const auto bag = fit(Bag{Average{Counter{}, Counter{}}, {.members = 2}}, counted(0, 1));
  auto of_bag = learning_state(bag);
  CHECK(thrown_by<FitError>([&] { update(bag, counted(-30, 30), of_bag); }) == "member 0: member 0: expected a target of 0 or more, got -30");
  CHECK(of_bag.rows == 0);
  CHECK(std::get<0>(of_bag.models[0].members).updates == 0);
}

TEST_CASE("a batch with weights is refused where a member cannot honour them, and honoured where all can") {
  SideColumns side;
  for (int i = 0; i < 30; ++i) side.weight.push_back(i % 2 == 0 ? 3.0f : 0.0f);
  const auto counters = fit(Average{Counter{}}, counted(0, 1));
  auto state = learning_state(counters);
  const auto weighted = table<Row<1>, Real>(1, {1}, {1}, {.weight = {2}});
  CHECK(thrown_by<DataError>([&] { update(counters, weighted, state); }).starts_with("update: expected a batch without weights"));

  const auto data = blobs<3, 3>(30, 1);
  const auto model = fit(Average{NaiveBayes{}}, data);
  auto a = learning_state(model), b = learning_state(model);
  CHECK(to_bytes(update(model, blobs<3, 3>(30, 2, side), a)) != to_bytes(update(model, blobs<3, 3>(30, 2), b)));
}

TEST_CASE("forms in forms go on with the same bits on 1 and 7 threads, and from a file") {
  const auto data = blobs<3, 3>(90, 1);
  const auto spec = Average{Bag{Cascade{Standardize{}, NaiveBayes{}}, {.members = 4}}, Replicate<Vote<NaiveBayes<>, NaiveBayes<>>, 2>{}, NaiveBayes{}};
  const auto model = fit(spec, data);
  const auto grown = [&](const auto& from, int threads) {
    auto state = learning_state(from, 7);
    return parallel::with_threads(threads, [&] { return update(update(from, blobs<3, 3>(40, 2), state), blobs<3, 3>(40, 3), state); });
  };
  const auto one = to_bytes(grown(model, 1));
  CHECK(one == to_bytes(grown(model, 7)));
  CHECK(one == to_bytes(grown(from_bytes<std::remove_const_t<decltype(model)>>(to_bytes(model)), 7)));
  CHECK(one != to_bytes(model));
}

TEST_CASE("a form goes on learning where all its members do, but not where the rows of a batch would teach their own predictions") {
  using Chain = Cascade<Standardize, NaiveBayes<>>;
  CHECK(capabilities_of<Average<NaiveBayes<>, Bag<Chain>, Replicate<Chain>>>.incremental);
  CHECK(capabilities_of<Finish<Vote<Chain>, ClipOutput>>.incremental);
  CHECK(capabilities_of<On<"a", Chain>>.incremental);
  CHECK_FALSE(capabilities_of<Stack<Average<NaiveBayes<>>, NaiveBayes<>>>.incremental);
  CHECK_FALSE(capabilities_of<Cascade<NaiveBayes<>, NaiveBayes<>>>.incremental);
  CHECK_FALSE(capabilities_of<Cascade<Standardize, NaiveBayes<>, NaiveBayes<>>>.incremental);
  CHECK_FALSE(capabilities_of<Average<NaiveBayes<>, Nearest>>.incremental);
  CHECK_FALSE(capabilities_of<Bag<Frozen<NaiveBayes<>>>>.incremental);
}
