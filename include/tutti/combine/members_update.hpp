// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/learning_states.hpp>
#include <tutti/kernel/parallel.hpp>

#include <cmath>
#include <optional>
#include <string>

/// How the members of a form go on learning: side by side, and all of them or none.
namespace tutti::detail {

/// To be called in a catch block: throws what was caught on, with the member's number in front.
template <class = void>
[[noreturn, gnu::noinline, gnu::cold]] void rethrow_of_member(std::ptrdiff_t member) {
  try {
    throw;
  } catch (const std::exception& e) {
    throw FitError("member " + std::to_string(member), e.what());
  }
}

/// A member after the batch; one that cannot go on learning stays as it is.
template <class X, class Y, class Model, class State>
Model updated(const Model& model, const Dataset<X, Y>& batch, State& state, std::ptrdiff_t member) {
  try {
    if constexpr (HasUpdate<Model, X, Y>) return model.update(batch, state);
    else return model;
  } catch (...) {
    rethrow_of_member(member);
  }
}

/// Every member on the whole batch. The states change when all of them are through.
template <class X, class Y, class... Models, class... States>
std::tuple<Models...> update_members(const std::tuple<Models...>& models, const Dataset<X, Y>& batch, std::tuple<States...>& states) {
  std::tuple<std::optional<Models>...> next;
  std::tuple<States...> after = states;
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    parallel::invoke([&] {
        std::get<I>(next) = updated(std::get<I>(models), batch, std::get<I>(after), static_cast<std::ptrdiff_t>(I)); }...);
  }(std::index_sequence_for<Models...>{});
  states = std::move(after);
  return std::apply([](auto&... m) { return std::tuple<Models...>(std::move(*m)...); }, next);
}

/// Model m on the rows of batch_of(m); one without rows stays as it is.
template <class X, class Y, class Model, class State>
Buffer<Model> update_each(const Buffer<Model>& models, Buffer<State>& states, auto&& batch_of) {
  check(states.size() == models.size(), {"expected a state of ", models.size(), " models"}, states.size());
  Buffer<Model> next = models;
  Buffer<State> after = states;
  parallel::for_each(std::ssize(models), 1, [&](std::ptrdiff_t m, std::ptrdiff_t) {
    const Dataset<X, Y> batch = batch_of(m);
    const auto at = static_cast<std::size_t>(m);
    if (!batch.empty()) next[at] = updated(models[at], batch, after[at], m);
  });
  states = std::move(after);
  return next;
}
template <class X, class Y, class Model, class State>
Buffer<Model> update_many(const Buffer<Model>& models, const Dataset<X, Y>& batch, ManyLearning<State>& learning) {
  return update_each<X, Y>(models, learning.models, [&](std::ptrdiff_t) { return batch; });
}

/// A draw from the Poisson distribution: the first k at which the distribution function exceeds u.
template <class = void> int poisson(double mean, double u) {
  double p = std::exp(-mean), below = p;
  int k = 0;
  for (; u >= below && k < 1000; below += p) p *= mean / ++k;
  return k;
}

/// The rows [0, n) that a model learns of a batch whose first row is row `first` of the stream.
template <class = void>
Buffer<RowIndex> poisson_rows(double copies, Random of_model, std::int64_t first, std::ptrdiff_t n) {
  Buffer<RowIndex> rows;
  for (std::ptrdiff_t i = 0; i < n; ++i) {
    const double u = of_model.stream(static_cast<std::uint64_t>(first + i)).uniform53();
    for (int k = poisson(copies, u); k > 0; --k) rows.push_back(static_cast<RowIndex>(i));
  }
  return rows;
}

template <class X, class Y, class Model, class State>
Buffer<Model> update_many(const Buffer<Model>& models, const Dataset<X, Y>& batch, BagLearning<State>& learning) {
  check(learning.copies > 0 && learning.copies <= 100, "copies: expected a mean above 0 and at most 100", learning.copies);
  auto next = update_each<X, Y>(models, learning.models, [&](std::ptrdiff_t m) {
    const Random of_model = learning.random.stream("bootstrap").stream(static_cast<std::uint64_t>(m));
    return batch.subset(poisson_rows(static_cast<double>(learning.copies), of_model, learning.rows, batch.rows()));
  });
  learning.rows += batch.rows();
  return next;
}

}  // namespace tutti::detail
