// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/archive.hpp>
#include <tutti/core/forms.hpp>

#include <string>
#include <type_traits>

namespace tutti {

/// Saves and loads the run-time fields of layers, wherever in a form they stand: those of layer 2 of layer 0
/// are "0.2".
template <class L>
void visit_fields(auto& layer, auto& archive, const std::string& name, std::type_identity<L>) {
  if constexpr (!std::is_empty_v<L>) {
    static_assert(Saved<L>,
                  "a layer with fields is saved by its `static void visit(auto& self, auto& archive)`");
    archive(name, layer);
  }
}
namespace detail {
void visit_fields_of(auto& layers, auto& archive, const std::string& name);
}
template <class... L>
void visit_fields(auto& chain, auto& archive, const std::string& name, std::type_identity<Cascade<L...>>) {
  detail::visit_fields_of(chain.steps, archive, name);
}
template <class... L>
void visit_fields(auto& residual, auto& archive, const std::string& name,
                  std::type_identity<Residual<L...>>) {
  detail::visit_fields_of(residual.steps, archive, name);
}
template <class... L>
void visit_fields(auto& fuse, auto& archive, const std::string& name, std::type_identity<Fuse<L...>>) {
  detail::visit_fields_of(fuse.branches, archive, name);
}
template <class... L>
void visit_fields(auto& sum, auto& archive, const std::string& name, std::type_identity<Sum<L...>>) {
  if constexpr (is_weights<typename Sum<L...>::WeightsType>) archive(name, sum.weights);
  detail::visit_fields_of(sum.members, archive, name);
}
template <class G, class... L>
void visit_fields(auto& mixture, auto& archive, const std::string& name, std::type_identity<Mixture<G, L...>>) {
  archive(name, mixture.options);
  visit_fields(mixture.gate, archive, name + ".gate", std::type_identity<G>{});
  detail::visit_fields_of(mixture.experts, archive, name);
}
template <meta::FixedString Name, class L>
void visit_fields(auto& on, auto& archive, const std::string& name, std::type_identity<On<Name, L>>) {
  visit_fields(on.member, archive, name, std::type_identity<L>{});
}

namespace detail {
[[gnu::noinline, gnu::cold]] inline std::string name_of_part(const std::string& name, int i) { return name + '.' + std::to_string(i); }

[[gnu::cold]] void visit_fields_of(auto& layers, auto& archive, const std::string& name) {
  int i = 0;
  const auto visit = [&]<class L>(std::type_identity<L> type, auto& layer) {
    if constexpr (!std::is_empty_v<L>) tutti::visit_fields(layer, archive, name_of_part(name, i), type);
    ++i;
  };
  std::apply([&](auto&... layer) { (visit(std::type_identity<std::remove_const_t<std::remove_reference_t<decltype(layer)>>>{}, layer), ...); },
             layers);
}
}  // namespace detail

}  // namespace tutti
