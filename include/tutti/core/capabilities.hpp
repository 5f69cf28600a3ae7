// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace tutti {

/// What a member can do, stated by `static constexpr Capabilities capabilities` in its spec. What is not stated is
/// refused where it is needed, never silently ignored. A struct without the constant learns labels and numbers, as far
/// as its `fit` compiles for them, and nothing else.
struct Capabilities {
  bool labels = true;          // learns a Label
  bool numbers = true;         // learns Real and Reals
  bool flags = false;          // learns Flags
  bool weights = false;        // honours row weights
  bool missing = false;        // takes NaN in its inputs
  bool text = false;           // reads texts where its inputs are Text
  bool probabilities = false;  // its outputs for a Label are probabilities, not just a choice
  bool incremental = false;    // goes on learning: update(model, batch, state)
  bool explainable = false;    // attributes its prediction to inputs
};

template <class Spec>
constexpr Capabilities stated_capabilities() {
  if constexpr (requires { Spec::capabilities; }) return Spec::capabilities;
  else return {};
}

/// What holds of a whole when it holds of both parts.
constexpr Capabilities both(Capabilities a, const Capabilities& b) {
  a.labels = a.labels && b.labels;
  a.numbers = a.numbers && b.numbers;
  a.flags = a.flags && b.flags;
  a.weights = a.weights && b.weights;
  a.missing = a.missing && b.missing;
  a.text = a.text && b.text;
  a.probabilities = a.probabilities && b.probabilities;
  a.incremental = a.incremental && b.incremental;
  a.explainable = a.explainable && b.explainable;
  return a;
}

}  // namespace tutti
