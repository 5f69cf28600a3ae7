// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/learning_states.hpp>
#include <tutti/core/forms.hpp>
#include <tutti/core/learned.hpp>

#include <array>
#include <cmath>
#include <span>
#include <string>
#include <tuple>
#include <utility>

/// What Vote and Average share: members side by side, each heard in turn, their outputs merged by a rule.
namespace tutti {

/// Scratch for members that predict one after another: the largest of theirs.
template <class... Models>
constexpr std::size_t largest_workspace(const std::tuple<Models...>& members, std::ptrdiff_t rows) {
  std::size_t most = 0;
  std::apply([&](const auto&... m) { ((most = std::max(most, workspace_bytes(m, rows))), ...); }, members);
  return most;
}
template <class... Models>
constexpr std::size_t largest_static_workspace(std::ptrdiff_t rows) {
  std::size_t most = 0;
  ((most = std::max(most, static_workspace_bytes<Models>(rows))), ...);
  return most;
}

namespace detail {
/// The last step of a weighted mean. At the end, not before: whole numbers that tie are added without rounding.
template <std::size_t N>
void divide_by_sum(const std::array<float, N>& weights, Rows<float> y) noexcept {
  float sum = 0;
  for (const float w : weights) sum += w;
  for (std::ptrdiff_t i = 0; i < y.size(); ++i) y[i] /= sum;
}
/// The weights as they were given, but for a power of 2 that keeps their sum finite.
template <int N>
std::array<float, static_cast<std::size_t>(N)> checked_weights(const Weights<N>& w, const Context& context) {
  double total = 0;
  for (const float v : w.values) {
    if (!(v >= 0) || !std::isfinite(v)) throw FitError(context.path(), "expected weights that are finite and not negative, got " + spelled(v));
    total += v;
  }
  if (total <= 0) throw FitError(context.path(), "expected weights with a sum above 0, got " + spelled(total));
  auto values = w.values;
  for (float& v : values) v = std::ldexp(v, -std::ilogb(total));
  return values;
}
}  // namespace detail

/// A fitted Vote or Average. Rule::add merges one row of a member's outputs into the row of the whole.
template <class Rule, class X, class Y, class... Models>
struct CommitteeModel {
  using Parts = meta::List<Models...>;
  static constexpr bool is_static = (StaticWorkspace<Models> && ...) && Y::outputs >= 0;

  std::tuple<Models...> members;
  std::array<float, sizeof...(Models)> weights{};
  int width = 0;  // outputs of a row

  void outputs(std::span<const ViewOf<X>> x, Rows<float> y, Workspace& w) const noexcept {
    Rows<float> heard(w.take<float>(y.size()), y.rows(), y.width());
    for (std::ptrdiff_t i = 0; i < y.size(); ++i) y[i] = 0;
    meta::unroll<sizeof...(Models)>([&](auto m) {
      tutti::outputs<X, Y>(std::get<m.value>(members), x, heard, w);
      for (std::ptrdiff_t r = 0; r < y.rows(); ++r) Rule::add(heard.row(r), weights[m.value], y.row(r));
    });
    detail::divide_by_sum(weights, y);
  }
  static constexpr std::size_t workspace_bytes(std::ptrdiff_t rows)
    requires is_static
  {
    return workspace_bytes_of<float>(rows * Y::outputs) + largest_static_workspace<Models...>(rows);
  }
  std::size_t workspace_bytes(std::ptrdiff_t rows) const
    requires(!is_static)
  {
    return workspace_bytes_of<float>(rows * width) + largest_workspace(members, rows);
  }
  /// It goes on learning if all members do: each on every row of a batch; the weights stay.
  auto learning_state(Random random) const
    requires(detail::HasUpdate<Models, X, Y> && ...)
  {
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return MembersLearning<detail::StateOf<Models>...>{{std::get<I>(members).learning_state(random.stream(I))...}};
    }(std::index_sequence_for<Models...>{});
  }
  template <class... States>
  CommitteeModel update(const Dataset<X, Y>& batch, MembersLearning<States...>& state) const
    requires(detail::HasUpdate<Models, X, Y> && ...)
  {
    return {detail::update_members(members, batch, state.members), weights, width};
  }

  static void visit(auto& self, auto& archive) { archive("members", self.members)("weights", self.weights)("width", self.width); }
  void check_extents(int columns, int outputs) const {
    check<FileError>(width == outputs, {"expected a committee of ", outputs, " outputs"}, width);
    std::apply([&](const auto&... m) { (tutti::check_extents(m, columns, outputs), ...); }, members);
  }
};

namespace detail {

template <class W, class List>
struct WeightsFit;
template <class... Members>
struct WeightsFit<Uniform, meta::List<Members...>> {
  static constexpr bool value = true;
};
template <int N, class... Members>
struct WeightsFit<Weights<N>, meta::List<Members...>> {
  static constexpr bool value = N == sizeof...(Members);
};

/// The first thing that is wrong with the members of a form, each seen with inputs X and targets Y.
template <class Form, class X, class Y, class... Members, std::size_t... I>
constexpr auto diagnose_members(meta::List<Members...>, std::index_sequence<I...>) {
  return std::type_identity<meta::first_other<error::none, error::located_t<Form, static_cast<int>(I), Members, DiagnosisOf<Members, X, Y>>...>>{};
}
template <class Form, class X, class Y, class... Members>
constexpr auto diagnose_members(meta::List<Members...> members) {
  if constexpr (sizeof...(Members) == 0) return std::type_identity<error::Mismatch<Form, error::GetsType<meta::List<>>, error::at_least_one_member>>{};
  else return diagnose_members<Form, X, Y>(members, std::index_sequence_for<Members...>{});
}

template <class Form, class X, class Y>
constexpr auto diagnose_committee() {
  using List = typename Form::MemberList;
  if constexpr (!WeightsFit<typename Form::WeightsType, List>::value)
    return std::type_identity<error::Mismatch<Form, error::GetsType<typename Form::WeightsType>, error::a_weight_for_every_member>>{};
  else
    return diagnose_members<Form, X, Y>(List{});
}

template <class... Members>
constexpr Capabilities capabilities_of_all(meta::List<Members...>) {
  Capabilities all{.labels = true, .numbers = true, .flags = true, .weights = true, .missing = true, .probabilities = true, .incremental = true, .explainable = true};
  ((all = both(all, capabilities_of<Members>)), ...);
  return all;
}

template <class... Members>
void each_of(meta::List<Members...>, const auto& fitted, auto&& f) {
  meta::unroll<sizeof...(Members)>([&](auto m) { f.template operator()<meta::at<m.value, Members...>>(std::get<m.value>(fitted)); });
}

template <class Rule, class X, class Y, class List>
struct CommitteeModelOf;
template <class Rule, class X, class Y, class... Members>
struct CommitteeModelOf<Rule, X, Y, meta::List<Members...>> {
  using type = CommitteeModel<Rule, X, Y, ModelOf<Members, X, Y>...>;
};

/// Fits the members side by side (combine/committee_fit.hpp).
template <class Rule, class X, class Y, class Form>
Learned<typename CommitteeModelOf<Rule, X, Y, typename Form::MemberList>::type, Y> learn_committee(const Form& form, const Dataset<X, Y>& data, const Context& context, Want want);

/// What forms with a Committee behave like; Vote and Average add their rule.
template <class Form, class Rule>
struct CommitteeBehaviour {
  static constexpr Capabilities capabilities = capabilities_of_all(typename Form::MemberList{});

  template <class X, class Y>
  using Model = typename CommitteeModelOf<Rule, X, Y, typename Form::MemberList>::type;

  template <class X, class Y>
  static Learned<Model<X, Y>, Y> learn(const Form& form, const Dataset<X, Y>& data, const Context& context, Want want) {
    return learn_committee<Rule>(form, data, context, want);
  }
  /// f<MemberSpec>(fitted member) for every member, in order.
  static void each_member(const auto& model, auto&& f) { each_of(typename Form::MemberList{}, model.members, f); }
};

}  // namespace detail
}  // namespace tutti
