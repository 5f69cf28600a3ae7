// SPDX-License-Identifier: Apache-2.0
#pragma once
// All that programs with nets alone need: layers, training, pictures and arrays from files, scores. It compiles faster
// than <tutti/tutti.hpp>, which has every learner.
#include <tutti/combine/cascade_fit.hpp>
#include <tutti/combine/form_of_layers.hpp>
#include <tutti/combine/frozen.hpp>
#include <tutti/combine/monte_carlo_dropout_fit.hpp>
#include <tutti/combine/snapshot_fit.hpp>
#include <tutti/combine/uncertainty.hpp>
#include <tutti/core.hpp>
#include <tutti/data/cifar.hpp>
#include <tutti/data/images.hpp>
#include <tutti/data/make.hpp>
#include <tutti/data/mnist.hpp>
#include <tutti/data/resize.hpp>
#include <tutti/data/split.hpp>
#include <tutti/layer.hpp>
#include <tutti/measure/evaluate.hpp>
#include <tutti/model/find_learning_rate.hpp>
#include <tutti/model/fine_tune_fit.hpp>
#include <tutti/model/network_fit.hpp>
#include <tutti/model/network_update.hpp>
#include <tutti/model/parameter_count.hpp>
#include <tutti/train.hpp>
#include <tutti/version.hpp>
