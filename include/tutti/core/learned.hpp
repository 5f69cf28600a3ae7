// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/behaviour.hpp>
#include <tutti/core/buffer.hpp>
#include <tutti/core/predictions.hpp>

#include <optional>

namespace tutti {

/// What is to be made of a member: fitted on all rows, predictions out of fold, the models of the folds.
struct Want {
  bool model = true;
  bool out_of_fold = false;
  bool folds = false;
};

template <class Model, class Y>
struct Learned {
  using ModelType = Model;
  std::optional<Model> model;
  std::optional<Predictions<OutOfFold, Y>> out_of_fold;
  Buffer<std::optional<Model>> folds;  // one for each fold; a fold without rows to learn from has none
};
template <class Spec, class X, class Y>
using LearnedOf = Learned<ModelOf<Spec, X, Y>, Y>;

/// Everything that is wanted of one member, in the cheapest way that leaks nothing (train/learn.hpp).
template <class Spec, class X, class Y>
LearnedOf<Spec, X, Y> learn(const Spec& spec, const Dataset<X, Y>& data, const Context& context, Want want);

}  // namespace tutti
