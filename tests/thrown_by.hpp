// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/error.hpp>

#include <string>

/// What f throws, as text; empty: nothing.
template <class E = tutti::Error>
std::string thrown_by(auto&& f) {
  try {
    f();
  } catch (const E& e) {
    return e.what();
  }
  return {};
}
