// SPDX-License-Identifier: Apache-2.0
// Every form in every other (tests/grammar/every_form.hpp), fitted to small data, saved and loaded. Files of tests take a few
// of the outer forms each.
#pragma once
#include <tutti/core/file.hpp>

#include "grammar/every_form.hpp"

#include <doctest/doctest.h>

namespace nestings {

using namespace tutti;
using every_form::Plain;

template <class Data>
void fits(const auto& spec, const Data& data) {
  const FitOptions options{.seed = 3, .folds = {.k = 2}};
  const auto model = fit(spec, data, options);
  const auto outputs = learners::all_outputs(model, data);
  for (const float v : outputs) REQUIRE(std::isfinite(v));
  CHECK(learners::all_outputs(from_bytes<std::remove_cvref_t<decltype(model)>>(to_bytes(model)), data) == outputs);
}

/// The first forms of the list are crossed with all, later ones with the first: what a new form costs does not grow.
inline constexpr std::size_t crossed = 10;

/// Outer forms First ... Last - 1 around all that they are crossed with, around a member that learns: how many were fitted.
template <std::size_t First, std::size_t Last>
int fitted_with_labels() {
  int fitted = 0;
  const auto data = learners::blobs<2, 2>(24, 1);
  const auto cross = [&]<std::size_t Outer>(std::integral_constant<std::size_t, Outer>) {
    const auto& outer = std::get<Outer>(every_form::forms);
    every_form::each<0, Outer < crossed ? every_form::count : crossed>([&](const auto& inner) {
      CAPTURE(outer.name);
      CAPTURE(inner.name);
      using Spec = decltype(outer.make(inner.make(Plain{})));
      if constexpr (error::composition_fits<DiagnosisOf<Spec, Row<2>, Label<2>>>) {  // a stack refuses a committee with weights
        fits(outer.make(inner.make(Plain{})), data);
        ++fitted;
      }
    });
  };
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (cross(std::integral_constant<std::size_t, First + I>{}), ...);
  }(std::make_index_sequence<Last - First>{});
  return fitted;
}

}  // namespace nestings
