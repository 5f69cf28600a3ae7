// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <tutti/combine/bag_fit.hpp>
#include <tutti/combine/cascade_fit.hpp>
#include <tutti/combine/replicate_fit.hpp>
#include <tutti/combine/stack_fit.hpp>
#include <tutti/core/file.hpp>
#include <tutti/model/ridge_fit.hpp>
#include <tutti/model/standardize_fit.hpp>
#include <tutti/model/tree_fit.hpp>

#include "combine/learners.hpp"

using namespace tutti;
using namespace learners;

namespace {

struct Dice {  // draws from its own stream, in parallel
  struct Model {
    std::vector<float> numbers{};
    void outputs(auto, Rows<float> y, Workspace&) const noexcept {
      for (std::ptrdiff_t i = 0; i < y.size(); ++i) y[i] = numbers[static_cast<std::size_t>(i) % numbers.size()];
    }
    static void visit(auto& self, auto& archive) { archive("numbers", self.numbers); }
  };
  template <class X, class Y>
  Model fit(const Dataset<X, Y>&, Context context) const {
    Model m{std::vector<float>(100)};
    parallel::for_each(100, 7, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      for (std::ptrdiff_t i = begin; i < end; ++i) m.numbers[static_cast<std::size_t>(i)] = context.random(static_cast<std::uint64_t>(i)).uniform();
    });
    return m;
  }
};

auto spec() {
  return Stack{Average{Bag{Tree{.columns = 2}, {.members = 3}}, Cascade{Standardize{}, Nearest{}}, Replicate<Dice, 3>{}, Cascade{Nearest{}, Tree{}}}, Ridge{}};
}
std::vector<std::byte> trained(const Dataset<Row<4>, Label<3>>& data, FitOptions options, int threads) {
  options.threads = threads;
  return to_bytes(fit(spec(), data, options));
}

}  // namespace

TEST_CASE("the same spec, data and seed give the same bytes on any number of threads, every time") {
  const auto data = blobs<4, 3>(90, 1);
  FitOptions plain{.seed = 7, .folds = {.k = 3}}, keep = plain, nested = plain;
  keep.keep_folds = true;
  nested.nested = true;
  for (const FitOptions& options : {plain, keep, nested}) {
    const auto one = trained(data, options, 1);
    for (const int threads : {1, 2, 7, 2, 7, 0}) REQUIRE(trained(data, options, threads) == one);
  }
}

TEST_CASE("another seed, another model") {
  const auto data = blobs<4, 3>(90, 1);
  CHECK(trained(data, {.seed = 1, .folds = {.k = 3}}, 2) != trained(data, {.seed = 2, .folds = {.k = 3}}, 2));
}

TEST_CASE("a copy of the data is the same data, whatever was fitted on it before") {
  const auto data = blobs<4, 3>(60, 1);
  const FitOptions options{.folds = {.k = 3}};
  const auto first = trained(data, options, 2);
  (void)fit(Nearest{}, data);
  CHECK(trained(data, options, 2) == first);
  CHECK(trained(blobs<4, 3>(60, 1), options, 2) == first);
  std::vector<RowIndex> all(60);
  for (RowIndex i = 0; i < 60; ++i) all[i] = i;
  CHECK(trained(data.subset(all), options, 2) == first);  // as a list of rows
}
