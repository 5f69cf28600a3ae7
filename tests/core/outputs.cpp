// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <tutti/core/outputs.hpp>

#include "combine/learners.hpp"

#include <thread>

using namespace tutti;

namespace {

using X = Row<2>;
using Y = Label<3>;

struct Predicts {  // the shortest model
  Y predict(const auto& x) const { return Y(static_cast<int>(x[0])); }
};
struct PredictsNumbers {
  Real predict(const auto& x) const { return {x[0] + x[1]}; }
};
struct Spreads {  // writes its outputs itself, with scratch memory
  static constexpr std::size_t workspace_bytes(std::ptrdiff_t rows) { return workspace_bytes_of<float>(rows); }
  void outputs(std::span<const ViewOf<X>> x, Rows<float> y, Workspace& w) const noexcept {
    float* sum = w.take<float>(y.rows());
    for (std::size_t r = 0; r < x.size(); ++r) sum[r] = x[r][0] + x[r][1];
    for (std::ptrdiff_t r = 0; r < y.rows(); ++r)
      for (int k = 0; k < 3; ++k) y(r, k) = sum[r] + static_cast<float>(k);
  }
};
struct Grows {
  std::size_t bytes = 0;
  std::size_t workspace_bytes(std::ptrdiff_t rows) const { return bytes * static_cast<std::size_t>(rows); }
};
struct Both : Predicts, Spreads {};  // outputs are preferred

Dataset<X, Y> counted(int rows) {
  std::vector<float> x;
  for (int i = 0; i < rows; ++i) x.insert(x.end(), {static_cast<float>(i % 3), static_cast<float>(i)});
  return learners::table<X, Y>(2, x, std::vector<std::int32_t>(static_cast<std::size_t>(rows)));
}

}  // namespace

static_assert(HasPredict<Predicts, X, Y> && !HasOutputs<Predicts, X> && HasOutputs<Spreads, X> && !HasPredict<Spreads, X, Y>);
static_assert(!HasPredict<Predicts, X, Real> && HasPredict<PredictsNumbers, X, Real>);
static_assert(StaticWorkspace<Predicts> && StaticWorkspace<Spreads> && !StaticWorkspace<Grows>);
static_assert(static_workspace_bytes<Predicts>(64) == 0 && static_workspace_bytes<Spreads>(64) == 256);

TEST_CASE("a label that is predicted becomes a certain probability, a number itself") {
  const float rows[2][2] = {{2, 0}, {0, 5}};
  const ViewOf<X> x[2] = {rows[0], rows[1]};
  float y[6] = {9, 9, 9, 9, 9, 9};
  Workspace none;
  outputs<X, Y>(Predicts{}, std::span<const ViewOf<X>>(x), Rows<float>(y, 2, 3), none);
  const float expected[6] = {0, 0, 1, 1, 0, 0};
  for (int i = 0; i < 6; ++i) CHECK(y[i] == expected[i]);
  float numbers[2] = {};
  outputs<X, Real>(PredictsNumbers{}, std::span<const ViewOf<X>>(x), Rows<float>(numbers, 2, 1), none);
  CHECK(numbers[0] == 2);
  CHECK(numbers[1] == 5);
}

TEST_CASE("a prediction that is no class becomes no probability at all") {
  const float row[2] = {7, 0};
  const ViewOf<X> x(row);
  float y[3] = {9, 9, 9};
  Workspace none;
  outputs<X, Y>(Predicts{}, std::span<const ViewOf<X>>(&x, 1), Rows<float>(y, 1, 3), none);
  CHECK((y[0] == 0 && y[1] == 0 && y[2] == 0));
}

TEST_CASE("a model that writes outputs is asked for them, and gives its workspace back") {
  const float row[2] = {1, 2};
  const ViewOf<X> x(row);
  float y[3] = {};
  Workspace w(Spreads::workspace_bytes(1));
  for (int again = 0; again < 3; ++again) {  // the second call would run out of room otherwise
    outputs<X, Y>(Both{}, std::span<const ViewOf<X>>(&x, 1), Rows<float>(y, 1, 3), w);
    CHECK((y[0] == 3 && y[1] == 4 && y[2] == 5));
  }
}

TEST_CASE("the workspace that a model needs is what it says, or nothing") {
  CHECK(workspace_bytes(Predicts{}, 10) == 0);
  CHECK(workspace_bytes(Spreads{}, 10) == 64);
  CHECK(workspace_bytes(Grows{3}, 10) == 30);
}

TEST_CASE("blocks of rows end where the dataset ends, at any length") {
  for (const int rows : {0, 1, 63, 64, 65, 128, 200}) {
    const auto data = counted(rows);
    const auto y = learners::all_outputs(Spreads{}, data);
    REQUIRE(static_cast<int>(y.size()) == 3 * rows);
    for (int i = 0; i < rows; ++i) REQUIRE(y[static_cast<std::size_t>(3 * i + 1)] == static_cast<float>(i % 3 + i + 1));
  }
}

TEST_CASE("outputs may start at any row and see repeated rows as often as they occur") {
  const auto data = counted(100);
  float y[3] = {};
  outputs_of_rows<X, Y>(Spreads{}, data, 97, Rows<float>(y, 1, 3));
  CHECK(y[0] == 97 % 3 + 97);
  const std::vector<RowIndex> some{5, 5, 2};
  const auto of_some = learners::all_outputs(Spreads{}, data.subset(some));
  CHECK(of_some[0] == of_some[3]);
  CHECK(of_some[6] == 4);
}
