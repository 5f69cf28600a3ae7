// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/parallel_team.hpp>

#include <vector>

/// Teams for the tests of kernels.
namespace teams {

inline int calls = 0;  // that were shared

/// Parts from the last to the first: none may wait for another.
inline void backwards(const tutti::parallel::Work& work) {
  ++calls;
  for (std::ptrdiff_t i = work.count; i-- > 0;) work(i);
}

/// f(team) for teams of 1, 2, 3 and 7, each part with so many numbers of scratch and not one more. Returns how
/// many calls were shared.
template <class T, class F> int each(std::ptrdiff_t scratch, F f) {
  calls = 0;
  for (const std::ptrdiff_t size : {1, 2, 3, 7}) {
    const auto room = static_cast<std::size_t>(scratch) + 1;  // the last must survive
    std::vector<T> memory(room * static_cast<std::size_t>(size - 1), T(77));
    f(tutti::parallel::Team{size, &backwards, reinterpret_cast<std::byte*>(memory.data()), room * sizeof(T)});
    for (std::size_t end = room; end <= memory.size(); end += room)
      if (memory[end - 1] != T(77)) throw "a part wrote beyond its scratch";
  }
  return calls;
}

}  // namespace teams
