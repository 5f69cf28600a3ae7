// SPDX-License-Identifier: Apache-2.0
#pragma once
// model/: the learners, and Network, which makes one of a chain of layers.
#include <tutti/model/bin_fit.hpp>
#include <tutti/model/boost_tree_fit.hpp>
#include <tutti/model/clip_fit.hpp>
#include <tutti/model/find_learning_rate.hpp>
#include <tutti/model/fine_tune_fit.hpp>
#include <tutti/model/forest_fit.hpp>
#include <tutti/model/impute_fit.hpp>
#include <tutti/model/logistic_fit.hpp>
#include <tutti/model/max_abs_fit.hpp>
#include <tutti/model/minmax_fit.hpp>
#include <tutti/model/missing_indicators.hpp>
#include <tutti/model/network_fit.hpp>
#include <tutti/model/network_update.hpp>
#include <tutti/model/one_hot_fit.hpp>
#include <tutti/model/parameter_count.hpp>
#include <tutti/model/power_fit.hpp>
#include <tutti/model/quantile_transform_fit.hpp>
#include <tutti/model/ridge_fit.hpp>
#include <tutti/model/robust_fit.hpp>
#include <tutti/model/standardize_fit.hpp>
#include <tutti/model/tree_fit.hpp>
