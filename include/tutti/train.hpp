// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Optimisers, schedules, the training loop; fit and what it is made of.
#include <tutti/train/adam.hpp>
#include <tutti/train/adamw.hpp>
#include <tutti/train/bar.hpp>
#include <tutti/train/checkpoints.hpp>
#include <tutti/train/csv_log.hpp>
#include <tutti/train/fit.hpp>
#include <tutti/train/fit_transform.hpp>
#include <tutti/train/layer_rates.hpp>
#include <tutti/train/lbfgs.hpp>
#include <tutti/train/learn.hpp>
#include <tutti/train/lion.hpp>
#include <tutti/train/loop.hpp>
#include <tutti/train/minimize.hpp>
#include <tutti/train/mix.hpp>
#include <tutti/train/mixing.hpp>
#include <tutti/train/optimizer.hpp>
#include <tutti/train/platt.hpp>
#include <tutti/train/rmsprop.hpp>
#include <tutti/train/schedule.hpp>
#include <tutti/train/schedules.hpp>
#include <tutti/train/sgd.hpp>
#include <tutti/train/step_gradient.hpp>
#include <tutti/train/steps.hpp>
#include <tutti/train/tensor_board_log.hpp>
#include <tutti/train/trainable.hpp>
