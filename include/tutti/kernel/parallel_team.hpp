// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/parallel_work.hpp>

#include <algorithm>
#include <type_traits>

namespace tutti::parallel {

/// Threads that share one call of a kernel. It cuts what it writes into parts, in each of which every number is computed as it
/// would be in the whole: the bits are the same for any team. A team of one, the default, needs no library; parallel::team()
/// (parallel.hpp) is that of the program.
struct Team {
  std::ptrdiff_t size = 1;
  void (*run)(const Work&) = nullptr;  // every part, side by side
  std::byte* memory = nullptr;  // scratch of the parts but the first
  std::size_t bytes = 0;        // of each of them

  /// Multiply-adds that are worth a part, 2 to 3 us of them: telling another thread takes that long.
  static constexpr std::ptrdiff_t worth = 1 << 17;

  constexpr std::ptrdiff_t parts(std::ptrdiff_t multiply_adds) const noexcept {
    return size == 1 ? 1 : std::clamp<std::ptrdiff_t>(multiply_adds / worth, 1, size);
  }
  /// The scratch of a part, where `own` is that of the first.
  template <class T> T* scratch(std::ptrdiff_t part, T* own) const noexcept {
    return part == 0 ? own : reinterpret_cast<T*>(memory + static_cast<std::size_t>(part - 1) * bytes);
  }
  /// body(part) for so many parts, side by side; then it returns.
  template <class Body> void each(std::ptrdiff_t parts, Body&& body) const noexcept {
    using B = std::remove_reference_t<Body>;
    const Work work{parts, [](void* self, std::ptrdiff_t part) noexcept { (*static_cast<B*>(self))(part); },
                    const_cast<std::remove_const_t<B>*>(&body)};
    if (parts == 1) work(0);
    else if (parts > 1) run(work);
  }
};

}  // namespace tutti::parallel
