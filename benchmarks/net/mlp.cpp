// SPDX-License-Identifier: Apache-2.0
#include "ours.hpp"

void add_mlp() {
  using namespace tutti;
  const Cascade<Dense<256>, ReLU, Dense<128>, ReLU, Dense<10>> chain;
  add_net<Row<784>>(work::mlp, chain);
  add_predictions<Row<784>>(work::mlp, chain, true);
}
