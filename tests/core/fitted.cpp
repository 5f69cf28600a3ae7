// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <tutti/combine/stack_fit.hpp>
#include <tutti/train/fit.hpp>

#include "combine/learners.hpp"

#include <atomic>
#include <cstdlib>
#include <new>
#include <thread>

namespace {
std::atomic<long> allocations{0};
void* counted(std::size_t n, std::size_t align) {
  ++allocations;
  void* p = align <= alignof(std::max_align_t) ? std::malloc(n > 0 ? n : 1) : std::aligned_alloc(align, (n + align - 1) / align * align);
  if (p == nullptr) throw std::bad_alloc();
  return p;
}
}  // namespace
[[gnu::noinline]] void* operator new(std::size_t n) { return counted(n, 1); }
[[gnu::noinline]] void* operator new[](std::size_t n) { return counted(n, 1); }
[[gnu::noinline]] void* operator new(std::size_t n, std::align_val_t a) { return counted(n, static_cast<std::size_t>(a)); }
[[gnu::noinline]] void* operator new[](std::size_t n, std::align_val_t a) { return counted(n, static_cast<std::size_t>(a)); }
[[gnu::noinline]] void operator delete(void* p) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete[](void* p) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, std::size_t) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete[](void* p, std::size_t) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete[](void* p, std::align_val_t) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete[](void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }

using namespace tutti;
using namespace learners;

namespace {

struct Soft {  // probabilities by distance to the class means: outputs of its own, no scratch
  static constexpr Capabilities capabilities{.labels = true, .numbers = false, .weights = true, .probabilities = true};
  struct Model {
    int width = 0;
    std::vector<float> means{};
    void outputs(auto x, Rows<float> y, Workspace&) const noexcept {
      for (std::size_t r = 0; r < x.size(); ++r) {
        float sum = 0;
        for (int k = 0; k < y.width(); ++k) {
          float d = 1;
          for (int j = 0; j < width; ++j) d += (x[r][j] - means[static_cast<std::size_t>(k * width + j)]) * (x[r][j] - means[static_cast<std::size_t>(k * width + j)]);
          sum += y(static_cast<std::ptrdiff_t>(r), k) = 1 / d;
        }
        for (float& p : y.row(static_cast<std::ptrdiff_t>(r))) p /= sum;
      }
    }
  };
  template <class X, class Y>
  Model fit(const Dataset<X, Y>& data, Context) const {
    Model m{data.width(), std::vector<float>(static_cast<std::size_t>(data.width() * data.classes()))};
    std::vector<float> count(static_cast<std::size_t>(data.classes()), 1e-6f);
    for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
      const int k = data.y(i).index();
      ++count[static_cast<std::size_t>(k)];
      for (int j = 0; j < m.width; ++j) m.means[static_cast<std::size_t>(k * m.width + j)] += data.x(i)[j];
    }
    for (std::size_t i = 0; i < m.means.size(); ++i) m.means[i] /= count[i / static_cast<std::size_t>(m.width)];
    return m;
  }
};

using Composite = Stack<Average<Soft, Nearest>, Soft>;  // takes scratch memory at two levels
using Static = Fitted<Composite, Row<4>, Label<3>>;
using Open = Fitted<Average<Soft, Nearest>, Row<Dynamic>, Label<Dynamic>>;

const Dataset<Row<4>, Label<3>>& blobs43() {
  static const auto data = blobs<4, 3>(90, 5);
  return data;
}
const Static& fitted() {
  static const Static model = fit(Composite{}, blobs43());
  return model;
}
Dataset<Row<Dynamic>, Label<Dynamic>> open_blobs() {
  std::vector<float> x;
  std::vector<std::int32_t> y;
  for (std::ptrdiff_t i = 0; i < blobs43().rows(); ++i) {
    for (int j = 0; j < 4; ++j) x.push_back(blobs43().x(i)[j]);
    y.push_back(blobs43().y(i).index());
  }
  return table<Row<Dynamic>, Label<Dynamic>>(4, x, y, {}, Dynamic, Schema{{}, "kind", {"ash", "birch", "cedar"}});
}
const Open& fitted_open() {
  static const Open model = fit(Average{Soft{}, Nearest{}}, open_blobs());
  return model;
}

using Seen = ViewOf<Row<4>>;
using OpenView = ViewOf<Row<Dynamic>>;
template <class M, class... Args>
concept PredictsQuietly = requires(const M& m, Args... args) {
  { m.predict(args...) } noexcept;
};

}  // namespace

// static widths: nothing can go wrong, so nothing throws; the workspace is a number that the compiler knows
static_assert(PredictsQuietly<Static, Seen> && PredictsQuietly<Static, Seen, Workspace&>);
static_assert(PredictsQuietly<Static, std::span<const Seen>, std::span<Label<3>>>);
static_assert(noexcept(std::declval<const Static&>().probabilities(std::declval<Seen>(), std::declval<std::span<float>>())));
static_assert(Static::workspace_bytes(1) > 0 && Static::workspace_bytes(64) > Static::workspace_bytes(1));
static_assert(std::is_same_v<Static::Probabilities, std::array<float, 3>>);
// dynamic widths are checked; who knows better says so
static_assert(!PredictsQuietly<Open, OpenView> && noexcept(std::declval<const Open&>().predict_unchecked(std::declval<OpenView>())));
static_assert(std::is_same_v<Open::Probabilities, std::vector<float>>);
static_assert(std::is_copy_constructible_v<Static> && std::is_nothrow_move_constructible_v<Static>);

TEST_CASE("a team shares the rows of a dataset, with the same answers, and says what one thread says of a wrong one") {
  const auto some = blobs43();
  Buffer<RowIndex> again;  // some rows many times
  for (RowIndex i = 0; i < 1500; ++i) again.push_back(i * 7 % static_cast<RowIndex>(some.rows()));
  for (const std::ptrdiff_t rows : {0, 1, 256, 257, 1500}) {
    const auto data = some.subset(again).first(rows);
    const auto alone = fitted().predict(data);
    for (const int threads : {1, 2, 7})
      CHECK(parallel::with_threads(threads, [&] { return fitted().predict(data, parallel::team()); }) == alone);
  }
}

TEST_CASE("all ways to ask give the same answer") {
  const Static& model = fitted();
  const auto data = blobs43();
  const auto all = model.predict(data);
  Workspace w = model.workspace();
  std::vector<Seen> views(static_cast<std::size_t>(data.rows()));
  data.views(0, views);
  std::vector<Label<3>> batch(views.size());
  model.predict(std::span<const Seen>(views), std::span<Label<3>>(batch));
  std::vector<float> p(views.size() * 3);
  model.probabilities(std::span<const Seen>(views), Rows<float>(p.data(), data.rows(), 3));
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
    const auto one = model.predict(data.x(i));
    const auto at = static_cast<std::size_t>(i);
    CHECK(model.predict(data.x(i), w) == one);
    CHECK(model.predict_unchecked(data.x(i)) == one);
    CHECK(model.predict_unchecked(data.x(i), w) == one);
    CHECK(all[at] == one);
    CHECK(batch[at] == one);
    const auto probabilities = model.probabilities(data.x(i));
    for (std::size_t k = 0; k < 3; ++k) CHECK(p[at * 3 + k] == probabilities[k]);
  }
}

TEST_CASE("the width of the batch changes no bit") {
  const Static& model = fitted();
  std::vector<Seen> views(90);
  blobs43().views(0, views);
  std::vector<float> whole(270), part(3);
  model.probabilities(std::span<const Seen>(views), Rows<float>(whole.data(), 90, 3));
  for (std::size_t i = 0; i < views.size(); ++i) {
    model.probabilities(views[i], part);
    for (std::size_t k = 0; k < 3; ++k) REQUIRE(part[k] == whole[3 * i + k]);
  }
}

TEST_CASE("a row is any contiguous range; one of another length is refused with both numbers") {
  const Static& model = fitted();
  const std::array<float, 4> array{1, 2, 3, 4};
  const std::vector<float> vector{1, 2, 3, 4}, shorter{1, 2, 3};
  const float plain[4] = {1, 2, 3, 4};
  CHECK(model.predict(array) == model.predict(vector));
  CHECK(model.predict(plain) == model.predict(vector));
  CHECK(thrown_by<ShapeError>([&] { model.predict(shorter); }) == "expected a row of 4 numbers, got 3");
}

TEST_CASE("a dynamic model checks every row and names both widths") {
  const Open& model = fitted_open();
  const std::vector<float> right{1, 2, 3, 4}, wrong{1, 2, 3};
  Workspace w = model.workspace();
  CHECK(model.predict(OpenView(right)) == model.predict_unchecked(OpenView(right)));
  const std::string message = "expected a row of 4 numbers, got 3";
  CHECK(thrown_by<ShapeError>([&] { model.predict(OpenView(wrong)); }) == message);
  CHECK(thrown_by<ShapeError>([&] { model.predict(OpenView(wrong), w); }) == message);
  CHECK(thrown_by<ShapeError>([&] { model.probabilities(OpenView(wrong)); }) == message);
  const OpenView rows[2] = {OpenView(right), OpenView(wrong)};
  Label<Dynamic> y[2];
  CHECK(thrown_by<ShapeError>([&] { model.predict(std::span<const OpenView>(rows), std::span<Label<Dynamic>>(y)); }) == message);
}

TEST_CASE("static and dynamic extents are the same model") {
  const auto a = fit(Average{Soft{}, Nearest{}}, blobs43());
  const Open& b = fitted_open();
  for (std::ptrdiff_t i = 0; i < blobs43().rows(); ++i) {
    const auto p = a.probabilities(blobs43().x(i));
    const auto q = b.probabilities(OpenView(blobs43().x(i).data(), 4));
    REQUIRE(q.size() == 3);
    for (std::size_t k = 0; k < 3; ++k) CHECK(p[k] == doctest::Approx(q[k]).epsilon(1e-6));
  }
}

TEST_CASE("probabilities are probabilities, of every class") {
  for (std::ptrdiff_t i = 0; i < 10; ++i) {
    const auto p = fitted().probabilities(blobs43().x(i));
    CHECK(p[0] + p[1] + p[2] == doctest::Approx(1));
    const auto best = fitted().predict(blobs43().x(i));
    for (const float other : p) CHECK(p[static_cast<std::size_t>(best.index())] >= other);
  }
}

TEST_CASE("a prediction prints as its class name; the model knows its columns' meaning") {
  const auto y = fitted_open().predict(OpenView(blobs43().x(0)));
  CHECK(y.name() == fitted_open().schema().classes[static_cast<std::size_t>(y.index())]);
  CHECK(fitted_open().schema().target == "kind");
  CHECK(fitted_open().classes() == 3);
  CHECK(fitted_open().width() == 4);
}

TEST_CASE("with a workspace of one's own nothing is allocated") {
  const Static& model = fitted();
  const Open& open = fitted_open();
  Workspace w = model.workspace(), of_open = open.workspace();
  const Seen x = blobs43().x(3);
  const OpenView z(x);
  long sum = 0;
  const long before = allocations;
  for (int i = 0; i < 100; ++i) sum += model.predict(x, w).index() + open.predict(z, of_open).index();
  CHECK(allocations == before);
  CHECK(sum >= 0);
}

TEST_CASE("after the first prediction of a thread nothing is allocated either, batches included") {
  const Static& model = fitted();
  std::vector<Seen> views(90);
  blobs43().views(0, views);
  std::vector<Label<3>> y(90);
  std::vector<float> p(270);
  const auto ask = [&] {
    y[0] = model.predict(views[0]);
    p[0] = model.probabilities(views[0])[0];
    model.predict(std::span<const Seen>(views), std::span<Label<3>>(y));
    model.probabilities(std::span<const Seen>(views), Rows<float>(p.data(), 90, 3));
  };
  ask();
  const long before = allocations;
  for (int i = 0; i < 10; ++i) ask();
  CHECK(allocations == before);
}

namespace {
struct Asks {  // a model that asks another fitted model while it predicts
  const Static* other = nullptr;
  Label<3> predict(const auto& x) const noexcept { return other->predict(x); }
};
struct Asking {
  const Static* other = nullptr;
  template <class X, class Y>
  Asks fit(const Dataset<X, Y>&, Context) const {
    return {other};
  }
};
}  // namespace

TEST_CASE("a prediction inside a prediction on one thread keeps both right") {
  const auto outer = fit(Average{Asking{&fitted()}, Asking{&fitted()}}, blobs43());
  for (std::ptrdiff_t i = 0; i < 20; ++i) CHECK(outer.predict(blobs43().x(i)) == fitted().predict(blobs43().x(i)));
}

TEST_CASE("one model answers many threads at once") {
  const Static& model = fitted();
  const auto expected = model.predict(blobs43());
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int round = 0; round < 50; ++round)
        for (std::ptrdiff_t i = 0; i < blobs43().rows(); ++i)
          if (!(model.predict(blobs43().x(i)) == expected[static_cast<std::size_t>(i)])) ++wrong;
    });
  for (auto& t : threads) t.join();
  CHECK(wrong == 0);
}

TEST_CASE("copies of a model are independent values") {
  Static model = fitted();
  const Static copy = model;
  model = Static();
  CHECK(copy.predict(blobs43().x(0)) == fitted().predict(blobs43().x(0)));
}

TEST_CASE("NaN in a row goes through to the outputs, and predicting it stays quiet") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float row[4] = {nan, nan, nan, nan};
  const auto p = fit(Soft{}, blobs43()).probabilities(row);
  CHECK(p[0] != p[0]);
  CHECK(fitted().predict(row).index() >= 0);
}

TEST_CASE("a row may be given as numbers in braces") {
  const std::array<float, 4> row{1, 2, 3, 4};
  CHECK(fitted().predict({1.0f, 2.0f, 3.0f, 4.0f}) == fitted().predict(row));
  CHECK(fitted().probabilities({1.0f, 2.0f, 3.0f, 4.0f}) == fitted().probabilities(row));
}

TEST_CASE("probabilities take every row that predict takes, and check its length") {
  const std::vector<float> row{1, 2, 3, 4}, shorter{1, 2, 3};
  CHECK(fitted().probabilities(row) == fitted().probabilities({1.0f, 2.0f, 3.0f, 4.0f}));
  CHECK_THROWS_AS(fitted().probabilities(shorter), ShapeError);
  CHECK_THROWS_AS(fitted().predict(shorter), ShapeError);
}
