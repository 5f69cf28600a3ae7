// SPDX-License-Identifier: Apache-2.0
#include "ours.hpp"

#include "../../examples/nets/two_conv.hpp"

void add_cnn() { add_net<tutti::Row<3, 32, 32>>(work::cnn, nets::TwoConv32<128>()); }
