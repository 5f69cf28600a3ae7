// SPDX-License-Identifier: Apache-2.0
#pragma once
// core/: shapes, inputs, targets, datasets, folds, random numbers, the forms, fitted models and their files.
#include <tutti/core/archive.hpp>
#include <tutti/core/behaviour.hpp>
#include <tutti/core/buffer.hpp>
#include <tutti/core/capabilities.hpp>
#include <tutti/core/context.hpp>
#include <tutti/core/dataset.hpp>
#include <tutti/core/dense.hpp>
#include <tutti/core/describe.hpp>
#include <tutti/core/error.hpp>
#include <tutti/core/file.hpp>
#include <tutti/core/fitted.hpp>
#include <tutti/core/fitted_transform.hpp>
#include <tutti/core/folds.hpp>
#include <tutti/core/forms.hpp>
#include <tutti/core/fwd.hpp>

#include <tutti/core/input.hpp>
#include <tutti/core/keeper.hpp>
#include <tutti/core/kept_list.hpp>
#include <tutti/core/kinds.hpp>
#include <tutti/core/learned.hpp>
#include <tutti/core/memo.hpp>
#include <tutti/core/outputs.hpp>
#include <tutti/core/predictions.hpp>
#include <tutti/core/progress.hpp>
#include <tutti/core/random.hpp>
#include <tutti/core/record.hpp>
#include <tutti/core/rows.hpp>
#include <tutti/core/schema.hpp>
#include <tutti/core/shape.hpp>
#include <tutti/core/stored_number.hpp>
#include <tutti/core/target.hpp>
#include <tutti/core/update.hpp>
#include <tutti/core/words.hpp>
#include <tutti/core/workspace.hpp>
