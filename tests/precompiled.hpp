// SPDX-License-Identifier: Apache-2.0
// What nearly every test includes, parsed once. That each header of tutti stands alone is the test headers_alone.
#pragma once
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <numeric>
#include <optional>
#include <random>
#include <set>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include <tutti/core/fwd.hpp>  // first: tests/core/fwd.cpp checks the definitions against it
#include <tutti/tutti.hpp>
