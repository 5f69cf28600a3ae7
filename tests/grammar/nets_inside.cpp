// SPDX-License-Identifier: Apache-2.0
// The forms that only nets fit into, inside every other (tests/grammar/every_form.hpp).
#include "grammar/nestings.hpp"

#include <tutti/combine/monte_carlo_dropout_fit.hpp>
#include <tutti/combine/snapshot_fit.hpp>
#include <tutti/layer.hpp>
#include <tutti/model/network_fit.hpp>
#include <tutti/model/network_update.hpp>
#include <tutti/train.hpp>

using namespace tutti;

TEST_CASE("every form takes a Snapshot and a MonteCarloDropout as members") {
  const Network net{Cascade<Dense<3>, ReLU, Dropout, Dense<>>{}, {.epochs = 2, .batch = 8}};
  const Average both{Snapshot{net, {.cycles = 2}}, MonteCarloDropout{net, {.passes = 3}}};
  const auto data = learners::blobs<2, 2>(24, 1);
  every_form::each([&](const auto& form) {
    CAPTURE(form.name);
    nestings::fits(form.make(both), data);
  });
}
