// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/random.hpp>

#include <array>
#include <cstdint>
#include <cstring>
#include <span>

namespace tutti {

class Trainable;
namespace detail {
template <class Net>
class Training;

/// A number for numbers in an order.
template <class = void>
class Digest {
 public:
  template <class T>
  void add(const T& number) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &number, sizeof number);
    key_ = Random::from_key(key_ ^ bits).stream(std::uint64_t{sizeof number}).key();
  }
  void add_all(std::span<const float> numbers) {
    for (const float x : numbers) add(x);
  }
  std::uint64_t key() const noexcept { return key_; }

 private:
  std::uint64_t key_ = 0;
};

}  // namespace detail

/// By what a training is told from any other: its seed and place, its net, its rows, its options, its first step.
struct RunMarks {
  std::array<std::uint64_t, 5> of{};

  static void visit(auto& self, auto& archive) { archive("of", self.of); }
};

/// Who keeps what the nets of a fit have reached, so that a fit that is broken off can go on: train/checkpoints.hpp has
/// the one that writes files. Nets call from many threads at once.
class Keeper {
 public:
  virtual ~Keeper() = default;
  /// Before the first step: puts the training where it was when it was kept last, if it was.
  virtual RunMarks resume(detail::Training<Trainable>&) const = 0;
  /// After an epoch.
  virtual void keep(const detail::Training<Trainable>&, const RunMarks&) const = 0;
};

}  // namespace tutti
