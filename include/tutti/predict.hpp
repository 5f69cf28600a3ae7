// SPDX-License-Identifier: Apache-2.0
#pragma once
// Everything that predicts, loads and saves, without anything that trains: no oneTBB, no Eigen, nothing to link.
#include <tutti/combine/average.hpp>
#include <tutti/combine/bag.hpp>
#include <tutti/combine/cascade.hpp>
#include <tutti/combine/frozen.hpp>
#include <tutti/combine/on.hpp>
#include <tutti/combine/replicate.hpp>
#include <tutti/combine/stack.hpp>
#include <tutti/combine/vote.hpp>
#include <tutti/core.hpp>
#include <tutti/model/bin.hpp>
#include <tutti/model/clip.hpp>
#include <tutti/model/impute.hpp>
#include <tutti/model/max_abs.hpp>
#include <tutti/model/minmax.hpp>
#include <tutti/model/missing_indicators.hpp>
#include <tutti/model/one_hot.hpp>
#include <tutti/model/power.hpp>
#include <tutti/model/quantile_transform.hpp>
#include <tutti/model/robust.hpp>
#include <tutti/stock.hpp>
#include <tutti/version.hpp>
