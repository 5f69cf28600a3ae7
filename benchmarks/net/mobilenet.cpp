// SPDX-License-Identifier: Apache-2.0
#include "ours.hpp"

#include "../../examples/nets/mobilenet.hpp"

void add_mobilenet() { add_net<tutti::Row<3, 32, 32>>(work::mobilenet, nets::MobileNet()); }
