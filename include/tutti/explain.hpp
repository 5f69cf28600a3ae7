// SPDX-License-Identifier: Apache-2.0
#pragma once
// explain/: what a fitted model has learnt, and why it says what it says.
#include <tutti/explain/importance.hpp>
#include <tutti/explain/permutation_importance.hpp>
#include <tutti/explain/tree_scores.hpp>
#include <tutti/explain/tree_shap.hpp>
