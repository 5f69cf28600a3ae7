// SPDX-License-Identifier: Apache-2.0
// Five forms, each inside the next: fitted, described by their type, saved, loaded.
#include <doctest/doctest.h>
#include <tutti/combine/bag_fit.hpp>
#include <tutti/combine/cascade_fit.hpp>
#include <tutti/combine/replicate_fit.hpp>
#include <tutti/combine/stack_fit.hpp>
#include <tutti/core/file.hpp>
#include <tutti/model/ridge_fit.hpp>
#include <tutti/model/standardize_fit.hpp>

#include "combine/learners.hpp"

using namespace tutti;
using namespace learners;

TEST_CASE("five forms deep an ensemble is a value like any other") {
  const auto data = blobs<3, 3>(60, 1);
  const auto chain = Cascade{Standardize{}, Nearest{}};
  const auto bag = Bag{chain, {.members = 3}};
  const auto average = Average{Weights{2, 1}, bag, Nearest{}};
  const auto replicas = Replicate<std::remove_const_t<decltype(average)>, 2>{average};
  const auto spec = Stack{Vote{replicas, Says{1}}, Ridge{}};
  const auto model = fit(spec, data, {.folds = {.k = 3}});
  using Model = std::remove_const_t<decltype(model)>;
  CHECK(type_name<Model>() ==
        "Fitted<Stack<Vote<Replicate<Average<Weights<2>, Bag<Cascade<Standardize, Nearest>>, Nearest>, 2>, Says>, Ridge>, Row<3>, Label<3>>");
  const auto test = blobs<3, 3>(60, 2);
  CHECK(all_outputs(from_bytes<Model>(to_bytes(model)), test) == all_outputs(model, test));
  int right = 0;
  for (std::ptrdiff_t i = 0; i < 60; ++i)
    if (model.predict(test.x(i)) == test.y(i)) ++right;
  CHECK(right > 30);  // chance is 20
}
