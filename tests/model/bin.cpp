// SPDX-License-Identifier: Apache-2.0
#include "transform_data.hpp"

#include <tutti/model/bin_fit.hpp>
#include <tutti/model/one_hot_fit.hpp>

using namespace transforms;

static_assert(Transform<Bin>);

namespace {
void check_both(const Bin& spec, const auto& plain, const auto& copies) {
  check_close(fitted_to(spec, full()), plain);
  const auto data = table(4, reference::full, {std::begin(reference::copies), std::end(reference::copies)});
  check_close(made_of(spec.fit(data, Context{}), full()), copies);
}
}  // namespace

TEST_CASE("bins of equal width are scikit-learn's, for weights those of copies") {
  check_both({2, Edges::uniform}, reference::bin_uniform_2, reference::bin_uniform_2_weighted);
  check_both({3, Edges::uniform}, reference::bin_uniform_3, reference::bin_uniform_3_weighted);
  check_both({7, Edges::uniform}, reference::bin_uniform_7, reference::bin_uniform_7_weighted);
  check_close(fitted_to(Bin{3, Edges::uniform}, odd()), reference::bin_uniform_odd);
}

TEST_CASE("bins of equal numbers are scikit-learn's, for weights those of copies") {
  check_both({2, Edges::quantile}, reference::bin_quantile_2, reference::bin_quantile_2_weighted);
  check_both({3, Edges::quantile}, reference::bin_quantile_3, reference::bin_quantile_3_weighted);
  check_both({7, Edges::quantile}, reference::bin_quantile_7, reference::bin_quantile_7_weighted);
  check_close(fitted_to(Bin{3, Edges::quantile}, odd()), reference::bin_quantile_odd);
}

TEST_CASE("bins around the centres of k-means are scikit-learn's, for weights those of copies") {
  const auto check = [](int bins, const auto& plain, const auto& copies) {
    const auto data = table(2, reference::spread);
    const auto weighted = table(2, reference::spread,
                                {std::begin(reference::spread_copies), std::end(reference::spread_copies)});
    check_close(fitted_to(Bin{bins, Edges::kmeans}, data), plain);
    check_close(made_of(Bin{bins, Edges::kmeans}.fit(weighted, Context{}), data), copies);
  };
  check(2, reference::bin_kmeans_2, reference::bin_kmeans_2_weighted);
  check(3, reference::bin_kmeans_3, reference::bin_kmeans_3_weighted);
  check(5, reference::bin_kmeans_5, reference::bin_kmeans_5_weighted);
  check(7, reference::bin_kmeans_7, reference::bin_kmeans_7_weighted);
  check_close(fitted_to(Bin{2, Edges::kmeans}, odd()), reference::bin_kmeans_odd);
}

TEST_CASE("an empty cluster takes the farthest number, of equals the least") {
  const float x[] = {0, 9, 9, 10, 10, 10, 10};
  const auto model = Bin{3, Edges::kmeans}.fit(table(1, x), Context{});
  CHECK(made_of<float>(model, table(1, x)) == std::vector<float>{0, 1, 1, 2, 2, 2, 2});
}

TEST_CASE("bins are categories with names, which OneHot encodes; NaN stays NaN") {
  const float x[] = {0, 1, 10, 1, 20, 1, reference::none, 1};
  const auto data = table(2, x, {}, {{"age"}, {"same"}});
  const auto model = Bin{4, Edges::uniform}.fit(data, Context{});
  const auto columns = model.columns(data.schema().columns);
  CHECK(columns[0].kind == ColumnKind::categorical);
  CHECK(columns[0].categories == Buffer<std::string>{"below 5", "5 to 10", "10 to 15", "from 15"});
  CHECK(columns[1].categories == Buffer<std::string>{"all"});
  const auto made = made_of<float>(model, data);
  CHECK(made[2] == 2);
  CHECK(std::isnan(made[6]));
  const auto binned = table(2, made, {}, columns);
  const auto hot = OneHot{}.fit(binned, Context{});
  CHECK(hot.columns(columns)[1].name == "age=10 to 15");
  CHECK(made_of<float>(hot, binned) == std::vector<float>{1, 0, 0, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1});
}

TEST_CASE("Bin says what it cannot be fitted to") {
  const float x[] = {1, INFINITY};
  const auto refused = [&](const Bin& spec, const Numbers& data) {
    return thrown_by<FitError>([&] { spec.fit(data, Context{}); });
  };
  CHECK(refused({}, table(1, x)) == "Bin: expected finite numbers, got infinity in column 0");
  CHECK(refused({.bins = 1}, full()) == "Bin: expected at least 2 bins, got 1");
}

TEST_CASE("a Bin that was saved is the same, and so are fits on any number of threads") {
  check_kept(Bin{.edges = Edges::kmeans}, full());
  check_kept(Bin{}, holes());
}
