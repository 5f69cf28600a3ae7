// SPDX-License-Identifier: Apache-2.0
#pragma once
// tune/: cross-validation; tests and searches follow.
#include <tutti/tune/cross_validate.hpp>
