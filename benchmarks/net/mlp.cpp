// SPDX-License-Identifier: Apache-2.0
#include "ours.hpp"

void add_mlp() {
  using namespace tutti;
  add_net<Row<784>>(work::mlp, Cascade<Dense<256>, ReLU, Dense<128>, ReLU, Dense<10>>());
}
