// SPDX-License-Identifier: Apache-2.0
#include "finite_differences.hpp"

#include <tutti/layer.hpp>

using namespace tutti;
using namespace tutti::testing;

namespace {

/// Hands its rows on and notes how many there were.
template <int Place>
struct Note {
  static inline std::vector<std::ptrdiff_t> rows;
  static constexpr Shape infer(Shape in) { return in; }
  template <class In, class T>
  struct Bind {
    static void forward(Rows<const T> x, Rows<T> y) noexcept {
      rows.push_back(x.rows());
      hand_through(x, y);
    }
    static void backward(Rows<const T>, Rows<const T>, Rows<const T> dy, Rows<T> dx) noexcept { hand_through(dy, dx); }
  };
};

/// The largest difference between rows predicted together and one by one, and whether nothing beyond the scratch was touched.
template <class Net, class In>
void check_lots(std::ptrdiff_t rows) {
  Bench<Net, In, float> bench(Net{}, In{}, rows);
  Pass<float> pass = bench.pass(false);
  const auto predict = [&](std::ptrdiff_t first, std::ptrdiff_t count, std::vector<float>& to) {
    std::vector<float> scratch(static_cast<std::size_t>(bench.node.scratch_size(count, 0, false)) + 64, -7.0f);
    pass.scratch = scratch.data();
    const std::ptrdiff_t width = bench.node.out().size();
    bench.node.forward(bench.input().slice(first, count), Rows<float>(to.data() + first * width, count, width), pass);
    CHECK(std::count(scratch.end() - 64, scratch.end(), -7.0f) == 64);
  };
  std::vector<float> together(bench.y.size()), alone(bench.y.size());
  predict(0, rows, together);
  for (std::ptrdiff_t r = 0; r < rows; ++r) predict(r, 1, alone);
  CHECK(std::ranges::equal(together, alone));
}

}  // namespace

TEST_CASE("layers with large images take few rows at once, those behind them more") {
  using Net = Cascade<Conv<16, 3, 1, 1>, Note<0>, MaxPool<2>, Note<1>, GlobalAveragePool, Note<2>, Dense<3>>;
  using In = Known<shape(3, 64, 64)>;
  Bench<Net, In, float> bench(Net{}, In{}, 13);
  Note<0>::rows.clear(), Note<1>::rows.clear(), Note<2>::rows.clear();
  bench.node.forward(bench.input(), bench.output(), bench.pass(false));
  CHECK(Note<0>::rows == std::vector<std::ptrdiff_t>(13, 1));              // 16 x 64 x 64 floats in, and out
  CHECK(Note<1>::rows == std::vector<std::ptrdiff_t>{4, 4, 4, 1});         // 16 x 32 x 32
  CHECK(Note<2>::rows == std::vector<std::ptrdiff_t>{13});
  CHECK(bench.node.scratch_size(13, 0, false) < 4 * bench.node.scratch_size(1, 0, false));
}

TEST_CASE("a layer whose weights fill the cache takes many rows at once") {
  using Net = Cascade<Note<3>, Dense<300>, Note<4>, Dense<2>>;
  using In = Known<shape(8, 64, 64)>;
  Bench<Net, In, float> bench(Net{}, In{}, 20);
  Note<3>::rows.clear(), Note<4>::rows.clear();
  bench.node.forward(bench.input(), bench.output(), bench.pass(false));
  CHECK(Note<3>::rows == std::vector<std::ptrdiff_t>{2, 2, 2, 2, 2, 2, 2, 2, 2, 2});
  CHECK(Note<4>::rows == std::vector<std::ptrdiff_t>{20});                 // 39 MB of weights are read once
}

TEST_CASE("a row has the same bits whatever lots it is predicted in") {
  using Deep = Cascade<Conv<16, 3, 1, 1>, BatchNorm, ReLU, DepthwiseConv<3, 1, 1>, BatchNorm, ReLU, Conv<24, 1>, LeakyReLU, MaxPool<2>,
                       Cascade<DepthwiseConv<3, 2, 1>, ReLU, Conv<32, 1>, BatchNorm>, Residual<Conv<32, 3, 1, 1>, ReLU>,
                       GlobalAveragePool, Dense<40>, GELU, Dense<7>, ReLU>;
  for (const std::ptrdiff_t rows : {1, 2, 3, 7, 17}) check_lots<Deep, Known<shape(3, 48, 40)>>(rows);
  check_lots<Cascade<Conv<32, 3, 1, 1>, ReLU, MaxPool<2>, Conv<32, 3, 1, 1>, BatchNorm, ReLU, MaxPool<2>, Conv<8, 1>, MaxPool<2>, Dense<9>>,
             Known<shape(3, 60, 70)>>(9);
  check_lots<Cascade<Conv<32, 3>, BatchNorm, MaxPool<2>>, Known<shape(3, 60, 70)>>(9);
  check_lots<Cascade<ReLU>, Known<shape(2, 300, 300)>>(5);
  check_lots<Cascade<ReLU, GELU>, Known<shape(2, 300, 300)>>(5);
  check_lots<Cascade<Conv<40, 1>, ReLU>, Known<shape(2, 70, 70)>>(5);
  check_lots<Cascade<GELU, Conv<40, 1>, BatchNorm, ReLU, AveragePool<7>, Conv<3, 1>, ReLU, Dense<70000>>, Known<shape(2, 70, 70)>>(5);
}
