// SPDX-License-Identifier: Apache-2.0
#include "ours.hpp"

#include "../../examples/nets/resnet.hpp"

void add_resnet20() { add_net<tutti::Row<3, 32, 32>>(work::resnet20, nets::ResNet20()); }
