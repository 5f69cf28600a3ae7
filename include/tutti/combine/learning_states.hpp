// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/update.hpp>

#include <cstdint>
#include <tuple>

/// What forms need to go on learning: what their members need. A form of one member (On, Finish, a Cascade behind its
/// transforms) has the state of that member.
namespace tutti {

/// Of a Vote or an Average: std::get<1>(state.members).optimizer = SGD{} reaches the second member.
template <class... States> struct MembersLearning {
  std::tuple<States...> members{};

  static void visit(auto& self, auto& archive) { archive("members", self.members); }
};

/// Of models of one kind (Replicate): every one of them learns all rows of a batch.
template <class State> struct ManyLearning {
  Buffer<State> models{};

  static void visit(auto& self, auto& archive) { archive("models", self.models); }
};

/// Of a Bag. A stream has no end from which a bootstrap could be drawn; each model learns each row k times instead, k from
/// the Poisson distribution of mean `copies`, which is what the multiplicities of bootstraps of many rows tend to. A bag of
/// `.rows = 0.5f` goes on with `copies = 0.5f`. Row i of the stream has the same multiplicities however it is cut into
/// batches.
/// Errors   DataError for copies that are not above 0 and at most 100.
/// Source   Oza and Russell, Online bagging and boosting, AISTATS 2001.
template <class State> struct BagLearning {
  float copies = 1;

  std::int64_t rows = 0;  // seen so far
  Random random{};
  Buffer<State> models{};

  static void visit(auto& self, auto& archive) {
    std::uint64_t key = self.random.key();
    archive("copies", self.copies)("rows", self.rows)("random", key)("models", self.models);
    if constexpr (std::remove_reference_t<decltype(archive)>::reading) self.random = Random::from_key(key);
  }
};

namespace detail {

/// Nothing for a member that cannot go on learning, where a form goes on without it.
template <class X, class Y, class Model> auto state_or_nothing(const Model& model, Random random) {
  if constexpr (HasUpdate<Model, X, Y>) return model.learning_state(random);
  else return Nothing{};
}

/// learning_state of models of one kind, each with a random stream of its own.
template <class Model> auto states_of(const Buffer<Model>& models, Random random) {
  Buffer<StateOf<Model>> states;
  for (std::size_t m = 0; m < models.size(); ++m) states.push_back(models[m].learning_state(random.stream(m)));
  return states;
}

// combine/members_update.hpp
template <class X, class Y, class... Models, class... States>
std::tuple<Models...> update_members(const std::tuple<Models...>& models, const Dataset<X, Y>& batch, std::tuple<States...>& states);
template <class X, class Y, class Model, class State>
Buffer<Model> update_many(const Buffer<Model>& models, const Dataset<X, Y>& batch, ManyLearning<State>& learning);
template <class X, class Y, class Model, class State>
Buffer<Model> update_many(const Buffer<Model>& models, const Dataset<X, Y>& batch, BagLearning<State>& learning);

}  // namespace detail
}  // namespace tutti
