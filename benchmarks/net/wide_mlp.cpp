// SPDX-License-Identifier: Apache-2.0
#include "ours.hpp"

void add_wide_mlp() {
  using namespace tutti;
  const Cascade<Dense<4096>, ReLU, Dense<4096>, ReLU, Dense<10>> chain;
  for (const bool bf16 : {false, true}) add_predictions<Row<3072>>(work::wide_mlp, chain, bf16);
}
