// SPDX-License-Identifier: Apache-2.0
// The types of the models that the target `model` loads: every learner, form and kind of extents that files know.
#pragma once
#include <tutti/predict.hpp>

namespace fuzz {
using namespace tutti;

using Readings = Record<Field<"left", Row<2>>, Field<"right", Row<Dynamic>>>;

using Trees = Fitted<Stack<Average<Forest, Boost<Tree>>, Ridge>, Row<4>, Label<3>>;
using Lines = Fitted<Vote<Cascade<Standardize, Logistic>, Bag<Tree>>, Row<Dynamic>, Label<Dynamic>>;
using Net = Fitted<Cascade<Conv<2, 3>, BatchNorm, ReLU, MaxPool<2>, Dense<>>, Image<1, 6, 6>, Label<3>>;
using TallNet = Fitted<Cascade<Conv<2, 3>, GlobalAveragePool, Dense<1>>, Image<1, Dynamic, 6>, Real>;
using Parts = Fitted<Average<On<"left", Ridge>, On<"right", Cascade<Standardize, Dense<1>>>, Tree>, Readings, Real>;

using Models = meta::List<Trees, Lines, Net, TallNet, Parts>;

}  // namespace fuzz
