// SPDX-License-Identifier: Apache-2.0
// Predictions of 300 boosted trees, in one thread: many rows in one call, and one row at a time as a service asks for them.
#include "../rows.hpp"
#include "data.hpp"

#include <tutti/model/boost_tree_fit.hpp>
#include <tutti/model/forest_fit.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

namespace {

using X = Row<tree_predict::columns>;

template <class Spec> void add_rows(const std::string& name, const Spec& spec) {
  const auto prepare = [=](int asked) {
    return [=] {
      const tree_predict::Data made;
      const Dataset<X, Label<2>> data(DenseStorage<float>(tree_predict::columns, made.x), made.y);
      const auto model = fit(spec, data, {.seed = 1});
      std::fprintf(stderr, "%s: %td nodes\n", name.c_str(), model.model().trees.nodes());
      Buffer<ViewOf<X>> views(static_cast<std::size_t>(tree_predict::asked));
      data.views(0, views);
      return [model, views, asked, kept = data, at = std::size_t{0}, out = Buffer<float>(2 * tree_predict::asked)]() mutable {
        model.probabilities(std::span<const ViewOf<X>>(views).subspan(at, static_cast<std::size_t>(asked)), Rows<float>(out.data(), asked, 2));
        benchmark::DoNotOptimize(out.data());
        at = (at + static_cast<std::size_t>(asked)) % static_cast<std::size_t>(tree_predict::asked);
      };
    };
  };
  rows::add(name + ", 10000 rows", "", rows::time(0), prepare(tree_predict::asked));
  rows::add(name + ", one row", "", rows::time(0), prepare(1));
}

}  // namespace

int main(int argc, char** argv) {
  add_rows("300 trees of depth 6", Boost{Tree{.max_depth = 6, .min_rows = 1}, {.rounds = 300}});
  add_rows("300 trees of 63 leaves", Boost{Tree{.leaves = 63, .min_rows = 1}, {.rounds = 300}});
  add_rows("forest of 300 trees", Forest{.trees = 300});
  return rows::run(argc, argv);
}
