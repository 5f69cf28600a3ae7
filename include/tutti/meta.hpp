// SPDX-License-Identifier: Apache-2.0
#pragma once
// meta/: type lists, names, unrolled loops; nothing of machine learning.
#include <tutti/meta/fixed_string.hpp>
#include <tutti/meta/list.hpp>
#include <tutti/meta/static_length.hpp>
#include <tutti/meta/type_name.hpp>
