// SPDX-License-Identifier: Apache-2.0
#pragma once
// tune/: Best, a portfolio that needs no choice, cross-validation, an alarm for leaks, cleaning of rows; tests and searches follow.
#include <tutti/tune/best.hpp>
#include <tutti/tune/clean.hpp>
#include <tutti/tune/clean_report.hpp>
#include <tutti/tune/cross_validate.hpp>
#include <tutti/tune/leak_alarm.hpp>
#include <tutti/tune/suspect_labels.hpp>
