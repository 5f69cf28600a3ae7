// SPDX-License-Identifier: Apache-2.0
#pragma once
// The whole library. Programs that only predict include <tutti/predict.hpp>.
#include <tutti/combine.hpp>
#include <tutti/core.hpp>
#include <tutti/data.hpp>
#include <tutti/explain.hpp>
#include <tutti/layer.hpp>
#include <tutti/measure.hpp>
#include <tutti/meta.hpp>
#include <tutti/model.hpp>
#include <tutti/predict.hpp>
#include <tutti/train.hpp>
#include <tutti/tune.hpp>
#include <tutti/version.hpp>
