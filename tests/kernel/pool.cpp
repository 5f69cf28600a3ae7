// SPDX-License-Identifier: Apache-2.0
#include "numbers.hpp"

#include <tutti/kernel/pool.hpp>
#include <tutti/kernel/reference.hpp>

#include <doctest/doctest.h>

#include <algorithm>

using namespace tutti::kernel;

namespace {

template <class F> void each_shape(F f) {
  for (const int height : {1, 2, 5, 9})
    for (const int width : {1, 3, 8})
      for (const int window : {1, 2, 3})
        for (const int stride : {1, 2, 4})
          for (const int padding : {0, 1}) {
            const int window_w = window == 3 ? 2 : window;
            f(PoolShape{2, height, width, window, window_w, stride, stride, std::min(padding, window / 2),
                        std::min(padding, window_w / 2)});
            f(PoolShape{1, height, width, window, 1, stride, 1, std::min(padding, window / 2), 0});
          }
}

template <class T> std::vector<T> outputs(const PoolShape& s) {
  return std::vector<T>(static_cast<std::size_t>(s.output_size()), T(99));
}

}  // namespace

TEST_CASE_TEMPLATE("max_pool takes the first largest pixel of each window, and hands the gradient back to it", T, float, double) {
  std::ptrdiff_t wrong = 0;
  each_shape([&](const PoolShape& s) {
    const auto x = numbers::whole<T>(s.input_size(), 1);
    auto y = outputs<T>(s), wanted = y, alone = y;
    auto winner = outputs<T>(s);
    std::vector<std::ptrdiff_t> place(y.size());
    reference::each_pool_pixel(s, [&](std::ptrdiff_t out, std::ptrdiff_t at, bool first) {
      const auto o = static_cast<std::size_t>(out);
      if (!first && x[static_cast<std::size_t>(at)] <= wanted[o]) return;
      wanted[o] = x[static_cast<std::size_t>(at)];
      place[o] = at;
    });
    max_pool<T>(s, x.data(), y.data(), winner.data());
    max_pool<T>(s, x.data(), alone.data(), nullptr);
    wrong += numbers::differences(y, wanted) + numbers::differences(alone, wanted);

    const auto dy = numbers::whole<T>(s.output_size(), 2);
    std::vector<T> dx(x.size(), T(7)), wanted_dx(x.size(), T(0));
    max_pool_backward(s, dy.data(), winner.data(), dx.data());
    for (std::size_t i = 0; i < dy.size(); ++i) wanted_dx[static_cast<std::size_t>(place[i])] += dy[i];
    wrong += numbers::differences(dx, wanted_dx);
  });
  CHECK(wrong == 0);
}

TEST_CASE_TEMPLATE("a NaN wins its window wherever it stands, and only that window", T, float, double) {
  for (std::size_t at = 0; at < 4; ++at) {
    std::vector<T> x{1, 2, 3, numbers::infinity<T>, -1, -2, -3, -numbers::infinity<T>};
    x[at] = numbers::nan<T>;
    T y[2];
    T winner[2], dx[8];
    const T dy[] = {5, 6};
    const PoolShape s{.channels = 2, .height = 2, .width = 2};
    max_pool<T>(s, x.data(), y, winner);
    CHECK(y[0] != y[0]);
    CHECK(y[1] == T(-1));
    max_pool_backward(s, dy, winner, dx);
    for (std::size_t i = 0; i < 4; ++i) CHECK(dx[i] == (i == at ? T(5) : T(0)));
    CHECK(dx[4] == T(6));
  }
}

TEST_CASE_TEMPLATE("windows of 2 x 2 fill registers to every width", T, float, double) {
  for (int width = 2; width <= 4 * static_cast<int>(lanes<T>) + 3; ++width) {
    const PoolShape s{.channels = 2, .height = 5, .width = width};
    const auto x = numbers::whole<T>(s.input_size(), 1), dy = numbers::whole<T>(s.output_size(), 2);
    auto y = outputs<T>(s), wanted = y, winner = y;
    std::vector<T> dx(x.size() + 1, T(7)), wanted_dx(dx.size(), T(0));
    wanted_dx.back() = T(7);
    std::vector<std::size_t> place(y.size());
    reference::each_pool_pixel(s, [&](std::ptrdiff_t out, std::ptrdiff_t at, bool first) {
      const auto o = static_cast<std::size_t>(out), i = static_cast<std::size_t>(at);
      if (!first && x[i] <= wanted[o]) return;
      wanted[o] = x[i];
      place[o] = i;
    });
    for (std::size_t i = 0; i < dy.size(); ++i) wanted_dx[place[i]] += dy[i];
    max_pool<T>(s, x.data(), y.data(), winner.data());
    max_pool_backward(s, dy.data(), winner.data(), dx.data());
    CAPTURE(width);
    CHECK(numbers::differences(y, wanted) == 0);
    CHECK(numbers::differences(dx, wanted_dx) == 0);
  }
}

TEST_CASE_TEMPLATE("average_pool and its gradient share out evenly", T, float, double) {
  double worst = 0;
  each_shape([&](const PoolShape& s) {
    const auto x = numbers::fractions<T>(s.input_size(), 3), dy = numbers::fractions<T>(s.output_size(), 4);
    const double size = s.window_h * s.window_w;
    std::vector<double> wanted(dy.size()), wanted_dx(x.size());
    reference::each_pool_pixel(s, [&](std::ptrdiff_t out, std::ptrdiff_t at, bool) {
      wanted[static_cast<std::size_t>(out)] += static_cast<double>(x[static_cast<std::size_t>(at)]) / size;
      wanted_dx[static_cast<std::size_t>(at)] +=
          static_cast<double>(dy[static_cast<std::size_t>(out)]) / size;
    });
    auto y = outputs<T>(s);
    std::vector<T> dx(x.size(), T(7));
    average_pool(s, x.data(), y.data());
    average_pool_backward(s, dy.data(), dx.data());
    worst = std::max({worst, numbers::distance(y, wanted), numbers::distance(dx, wanted_dx)});
  });
  CHECK(worst < 8 * static_cast<double>(std::numeric_limits<T>::epsilon()));
}

TEST_CASE_TEMPLATE("a window of the whole image is the global average", T, float, double) {
  const std::vector<T> x{1, 2, 3, 4, 5, 6, -1, -2, -3, -4, -5, -6};
  T y[2];
  average_pool(PoolShape{.channels = 2, .height = 2, .width = 3, .window_h = 2, .window_w = 3},
               x.data(), y);
  CHECK(y[0] == T(3.5));
  CHECK(y[1] == T(-3.5));
}

TEST_CASE_TEMPLATE("windows of any kind fill registers to every width, at any address, with a NaN among the pixels or not", T, float,
                   double) {
  std::ptrdiff_t wrong = 0;
  double worst = 0;
  for (const bool nan : {false, true})
    for (int width = 1; width <= 4 * static_cast<int>(lanes<T>) + 5; ++width)
      for (const PoolShape& s :
           {PoolShape{2, 4, width, 3, 3, 1, 1, 1, 1}, PoolShape{2, 5, width, 3, 3, 2, 2, 1, 1}, PoolShape{1, 3, width, 2, 2, 1, 1, 0, 0},
            PoolShape{1, 5, width, 3, 2, 2, 2, 0, 0}, PoolShape{1, 5, width, 3, 4, 2, 2, 1, 2}, PoolShape{1, 5, width, 3, 1, 2, 1, 1, 0},
            PoolShape{1, 4, width, 2, 3, 3, 3, 1, 1}, PoolShape{2, 2, width, 2, 2, 2, 2, 0, 0}}) {
        const std::ptrdiff_t in = s.input_size(), out = s.output_size();
        auto x = numbers::whole<T>(in + 1, 1);
        if (nan) x[static_cast<std::size_t>(1 + in / 2)] = numbers::nan<T>;
        const auto dy = numbers::whole<T>(out + 1, 2);
        const double size = s.window_h * s.window_w;
        std::vector<T> y(dy.size(), T(7)), winner = y, wanted = y, mean = y;
        std::vector<T> dx(x.size(), T(7)), wanted_dx(x.size(), T(0)), mean_dx = dx;
        std::vector<double> wanted_mean(dy.size()), wanted_mean_dx(x.size());
        std::vector<std::size_t> place(dy.size());
        reference::each_pool_pixel(s, [&](std::ptrdiff_t o, std::ptrdiff_t at, bool first) {
          const auto to = static_cast<std::size_t>(1 + o), from = static_cast<std::size_t>(1 + at);
          wanted_mean[to] += static_cast<double>(x[from]) / size;
          wanted_mean_dx[from] += static_cast<double>(dy[to]) / size;
          if (!first && (x[from] <= wanted[to] || wanted[to] != wanted[to])) return;
          wanted[to] = x[from];
          place[to] = from;
        });
        for (std::size_t i = 1; i < dy.size(); ++i) wanted_dx[place[i]] += dy[i];
        wanted_dx[0] = dx[0];
        max_pool<T>(s, x.data() + 1, y.data() + 1, winner.data() + 1);
        max_pool_backward<T>(s, dy.data() + 1, winner.data() + 1, dx.data() + 1);
        wrong += numbers::differences(y, wanted) + numbers::differences(dx, wanted_dx);
        max_pool<T>(s, x.data() + 1, y.data() + 1, nullptr);
        wrong += numbers::differences(y, wanted);
        if (nan) continue;
        average_pool(s, x.data() + 1, mean.data() + 1);
        average_pool_backward(s, dy.data() + 1, mean_dx.data() + 1);
        wanted_mean[0] = wanted_mean_dx[0] = 7;
        worst = std::max({worst, numbers::distance(mean, wanted_mean), numbers::distance(mean_dx, wanted_mean_dx)});
      }
  CHECK(wrong == 0);
  CHECK(worst < 16 * static_cast<double>(std::numeric_limits<T>::epsilon()));
}

TEST_CASE_TEMPLATE("denormal pixels are compared and averaged, not taken for zeros", T, float, double) {
  const T least = std::numeric_limits<T>::denorm_min();
  for (const int stride : {1, 2}) {
    const PoolShape s{.height = 2, .width = 40, .window_h = 2, .window_w = 2, .stride_h = stride, .stride_w = stride};
    std::vector<T> x(80, 4 * least), y(static_cast<std::size_t>(s.output_size()));
    x[1] = 8 * least;
    max_pool<T>(s, x.data(), y.data(), nullptr);
    CHECK(y[0] == 8 * least);
    CHECK(y.back() == 4 * least);
    average_pool(s, x.data(), y.data());
    CHECK(y[0] == 5 * least);
    CHECK(y.back() == 4 * least);
  }
}
