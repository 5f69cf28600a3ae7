// SPDX-License-Identifier: Apache-2.0
#include <tutti/combine.hpp>
#include <tutti/core/describe.hpp>
#include <tutti/model/ridge_fit.hpp>
#include <tutti/train/fit.hpp>

#include <doctest/doctest.h>

using namespace tutti;

TEST_CASE("a composition is described as an indented tree with the members' hyperparameters") {
  const std::string text = describe(Stack{Average{Ridge{.lambda = 0.5f}, Bag{Ridge{}}}, Ridge{.lambda = 2}});
  CHECK(text.starts_with("Stack\n  Average\n    Ridge{lambda = 0.5"));
  CHECK(text.find("\n    Bag\n      Ridge{lambda = 1") != text.npos);
  CHECK(text.find("\n  Ridge{lambda = 2") != text.npos);
}

TEST_CASE("a fitted model is described by what it reads, answers and costs") {
  const Dataset<Row<1>, Real> data(DenseStorage<float>(1, Buffer<float>{1, 2, 3}), {1, 2, 3});
  const auto model       = fit(Ridge{}, data);
  const std::string text = describe(model);
  CHECK(text.starts_with("Ridge\n"));
  CHECK(text.find("inputs     Row<1>, 1 numbers") != text.npos);
  CHECK(text.find("targets    Real") != text.npos);
  CHECK(text.find("saved      " + std::to_string(to_bytes(model).size()) + " bytes") != text.npos);
  CHECK(text.find("workspace  " + std::to_string(model.workspace_bytes(1))) != text.npos);
}
