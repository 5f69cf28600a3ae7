// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>

#include <utility>

namespace tutti::detail {

/// Takes the node that is split next out of the open ones: the most gainful, of equally good ones the first that was made,
/// or the one that was opened last, depth first.
/// Needs    an open node.
template <class Open> Open take_next(Buffer<Open>& open, bool most_gainful) {
  auto best = open.end() - 1;
  if (most_gainful)
    for (auto o = open.begin(); o != open.end(); ++o)
      if (o->gain > best->gain || (o->gain == best->gain && o->node < best->node)) best = o;
  Open taken = std::move(*best);
  open.erase(best);
  return taken;
}

}  // namespace tutti::detail
