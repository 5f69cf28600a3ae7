// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/image_motion.hpp>
#include <tutti/layer/trace.hpp>

#include <algorithm>

/// Augmentations are layers that change rows in training and do nothing in prediction: `Cascade<RandomCrop<4>,
/// RandomFlip, Conv<...>, ...>`. What they draw depends on the seed, the step and the place of the row in its batch,
/// never on how a batch is cut. They see images as the network standardised them: 0 is the mean of a channel.
namespace tutti {

/// f(random numbers of this row, from, to) for each row in training; in prediction to = from.
template <class T, class F>
void augment_rows(Rows<const T> from, Rows<T> to, const Pass<T>& pass, F&& f) noexcept {
  if (!pass.training) return hand_through(from, to);
  for (std::ptrdiff_t r = 0; r < from.rows(); ++r)
    f(pass.random.stream(static_cast<std::uint64_t>(pass.first_row + r)), from.data() + r * from.width(),
      to.data() + r * to.width());
}

/// What an augmentation of images is bound to: its options and the extents.
template <class Spec, class In>
struct ImageAugmentation {
  static constexpr bool in_place = true;                                 // y may be x, in prediction
  Spec spec;
  kernel::PlaneShape image;

  constexpr ImageAugmentation(const Spec& s, In in) : spec(s), image{in[0], in[1], in[2]} {}
};

/// A number in [-most, most).
template <class T>
T drawn_within(Random& random, T most) noexcept {
  return most * (2 * static_cast<T>(random.uniform()) - 1);
}

}  // namespace tutti
