// SPDX-License-Identifier: Apache-2.0
#pragma once
// combine/: what the forms do. A form sees concepts, never a concrete learner.
#include <tutti/combine/adaboost.hpp>
#include <tutti/combine/adaboost_fit.hpp>
#include <tutti/combine/average.hpp>
#include <tutti/combine/bag.hpp>
#include <tutti/combine/bag_fit.hpp>
#include <tutti/combine/cascade.hpp>
#include <tutti/combine/cascade_fit.hpp>
#include <tutti/combine/committee.hpp>
#include <tutti/combine/committee_fit.hpp>
#include <tutti/combine/finish.hpp>
#include <tutti/combine/finish_fit.hpp>
#include <tutti/combine/form_of_layers.hpp>
#include <tutti/combine/frozen.hpp>
#include <tutti/combine/many.hpp>
#include <tutti/combine/meta.hpp>
#include <tutti/combine/on.hpp>
#include <tutti/combine/on_fit.hpp>
#include <tutti/combine/output_steps.hpp>
#include <tutti/combine/replicate.hpp>
#include <tutti/combine/replicate_fit.hpp>
#include <tutti/combine/scores.hpp>
#include <tutti/combine/stack.hpp>
#include <tutti/combine/stack_fit.hpp>
#include <tutti/combine/threshold.hpp>
#include <tutti/combine/vote.hpp>
