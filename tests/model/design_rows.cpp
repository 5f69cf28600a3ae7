// SPDX-License-Identifier: Apache-2.0
#include "linear_data.hpp"

#include <tutti/model/weighted_products.hpp>

#include <doctest/doctest.h>

using namespace linear;

namespace {

/// One-hot columns that were standardised, one dense column, one constant column: 10 in all.
std::vector<float> one_hot(std::size_t rows) {
  std::vector<float> x;
  const auto dense = noise("dense", rows);
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < 8; ++j) x.push_back(i * 5 % 8 == j ? 2.5f : -0.4f);
    x.push_back(dense[i]);
    x.push_back(3);
  }
  return x;
}
DesignRows design(const Dataset<Row<10>, Real>& data, bool intercept = true) {
  const auto source = row_source(data);
  return DesignRows(source, moments(source).mean, intercept);
}
auto table(std::vector<float> x, std::vector<float> weight = {}) {
  const std::size_t rows = x.size() / 10;
  return dataset<Row<10>, Real>(10, x, std::vector<float>(rows), std::move(weight));
}

}  // namespace

TEST_CASE("rows are gathered as what differs from each column's commonest number, zeros alone where nothing may be shifted") {
  const auto data = table(one_hot(700));
  const DesignRows d = design(data);
  REQUIRE(d.is_gathered());
  for (std::size_t j = 0; j < 8; ++j) CHECK(d.shift[j] == static_cast<double>(-0.4f));
  CHECK(d.shift[9] == 3);
  CHECK(d.chunk(0).start[1] <= 2);  // of the first row: its category and the dense number
  CHECK_FALSE(design(data, false).is_gathered());
  auto zeros = one_hot(700);
  for (float& v : zeros) v = v == -0.4f || v == 3 ? 0.0f : v;
  const auto with_zeros = table(zeros);
  const DesignRows e = design(with_zeros, false);
  CHECK(e.is_gathered());
  for (const double s : e.shift) CHECK(s == 0);
}

TEST_CASE("predictors, slopes and weighted products are those of the rows minus the shift, gathered or not") {
  const auto weight = [](std::size_t rows) {
    std::vector<float> w(rows, 1.0f);
    w[1] = 0;
    return w;
  };
  auto dense = noise("all", 7000);
  for (const auto& x : {one_hot(700), std::vector<float>(dense.begin(), dense.end())}) {
    const auto data = table(x, weight(700));
    const DesignRows d = design(data);
    CHECK(d.is_gathered() == (x[0] == 2.5f));
    Buffer<double> w, r, h, z(700);
    for (const float v : noise("w", 10)) w.push_back(static_cast<double>(v));
    for (const float v : noise("r", 700)) r.push_back(static_cast<double>(v));
    for (const float v : noise("h", 700)) h.push_back(static_cast<double>(v * v));
    r[1] = h[1] = 0;  // a row of weight 0
    d.predictors(w, 0.5, z);
    const Buffer<double> slopes = d.slopes(r, h);
    const Buffer<int> all{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, some{1, 4, 8};
    Buffer<double> gram(100, 0.0), gradient(10, 0.0), curvature(10, 0.0), cross(10, 0.0);
    double drift = 0, total = 0, squares = 0;
    for (std::size_t i = 0; i < 700; ++i) {
      double expected = 0.5;
      drift += r[i];
      total += h[i];
      squares += h[i] > 0 ? r[i] * r[i] / h[i] : 0;
      for (std::size_t j = 0; j < 10; ++j) {
        const double v = static_cast<double>(x[i * 10 + j]) - d.shift[j];
        expected += v * w[j];
        gradient[j] += r[i] * v;
        curvature[j] += h[i] * v * v;
        cross[j] += h[i] * v;
        for (std::size_t k = 0; k < 10; ++k) gram[j * 10 + k] += h[i] * v * (static_cast<double>(x[i * 10 + k]) - d.shift[k]);
      }
      if (i != 1) CHECK(z[i] == doctest::Approx(expected));
    }
    CHECK(slopes[20] == doctest::Approx(drift));
    CHECK(slopes[21] == doctest::Approx(total));
    for (const Buffer<int>& picked : {all, some}) {
      SymmetricSystem s = detail::weighted_products(d, picked, r, h);
      const auto n = static_cast<std::ptrdiff_t>(picked.size());
      CHECK(s(n, n) == doctest::Approx(total));
      CHECK(s(n, n + 1) == doctest::Approx(-drift));
      CHECK(s(n + 1, n + 1) == doctest::Approx(squares));
      for (std::ptrdiff_t a = 0; a < n; ++a) {
        const auto j = static_cast<std::size_t>(picked[static_cast<std::size_t>(a)]);
        CHECK(slopes[j] == doctest::Approx(gradient[j]));
        CHECK(slopes[10 + j] == doctest::Approx(curvature[j]));
        CHECK(s(a, n) == doctest::Approx(cross[j]));
        CHECK(s(a, n + 1) == doctest::Approx(-gradient[j]));
        for (std::ptrdiff_t b = a; b < n; ++b)
          CHECK(s(a, b) == doctest::Approx(gram[j * 10 + static_cast<std::size_t>(picked[static_cast<std::size_t>(b)])]));
      }
    }
  }
}
