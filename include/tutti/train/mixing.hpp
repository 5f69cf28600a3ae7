// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/error.hpp>
#include <tutti/core/owned.hpp>
#include <tutti/core/random.hpp>
#include <tutti/core/shape.hpp>
#include <tutti/core/small_value.hpp>
#include <tutti/measure/any_loss.hpp>

#include <cmath>
#include <concepts>

namespace tutti {

/// A batch in which each row is mixed with another row of it.
class MixedBatch {
 public:
  virtual ~MixedBatch() = default;
  /// Mixes the inputs in place; to be called before `loss`.
  virtual void mix(Rows<float> x, const LossTargets& targets, Random random) = 0;
  /// share loss(z, its own targets) + (1 - share) loss(z, its partners') of the rows from `first` on, and the gradient.
  virtual double loss(const AnyLoss& loss, Rows<const float> z, const LossTargets& own, std::ptrdiff_t first,
                      Rows<float> dz) = 0;
};

namespace detail {
template <class M>
class MixedBy;  // mix.hpp
}

/// A mixing is a value: `alpha`, suits(shape of a row), and draw(shape, random), which returns what happens to the rows
/// of one batch: `share` and apply(shape, x, partner).
template <class M>
concept Mixing = requires(const M& m, const Shape& row, Random random, float* x, const float* partner) {
  M(m);
  { m.alpha } -> std::convertible_to<double>;
  { m.suits(row) } -> std::convertible_to<bool>;
  { m.draw(row, random).share } -> std::convertible_to<double>;
  m.draw(row, random).apply(row, x, partner);
};

/// Any mixing, for options fields. Empty: rows stay as they are.
class AnyMixing {
 public:
  constexpr AnyMixing() = default;
  template <class M>
    requires(!std::same_as<M, AnyMixing>) && Mixing<M>
  constexpr AnyMixing(const M& mixing)  // implicit: a mixing is written where any is due
      : value_(mixing), make_(&make<M>) {}

  constexpr explicit operator bool() const noexcept { return make_ != nullptr; }
  /// Null where nothing is mixed.
  /// Errors   DataError for rows that it does not suit, and for a negative alpha.
  Owned<MixedBatch> batch(const Shape& row, int outputs) const { return make_(value_, row, outputs); }

 private:
  template <class M>
  static Owned<MixedBatch> make(const SmallValue& value, const Shape& row, int outputs) {
    const M mixing = value.as<M>();
    check(mixing.alpha >= 0 && std::isfinite(mixing.alpha), "mix: expected an alpha of 0 or more", mixing.alpha);
    check(mixing.suits(row), "mix: expected images for CutMix, numbers for Mixup; rank", row.rank);
    if (mixing.alpha == 0) return {};
    return Owned<MixedBatch>::make<detail::MixedBy<M>>(mixing, row, outputs);
  }

  SmallValue value_{};
  Owned<MixedBatch> (*make_)(const SmallValue&, const Shape&, int) = nullptr;
};

}  // namespace tutti
