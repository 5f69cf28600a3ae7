// SPDX-License-Identifier: Apache-2.0
// Images through a convolution and back, NCHW to NCHW, weights packed ahead: by Winograd's tiles where they pay, and directly.
#include "kernels.hpp"

#include <tutti/kernel/conv_team.hpp>
#include <tutti/kernel/depthwise_team.hpp>

namespace {

using namespace tutti::kernel;
using shapes::Conv;
using shapes::Pass;

struct Layer {
  Conv conv;
  int rows;
  std::ptrdiff_t scratch_size;
  shapes::Numbers x, w, b, y, scratch, dw, db;

  Layer(const Conv& c, int images, std::ptrdiff_t scratch_of_thread)
      : conv(c), rows(images), scratch_size(scratch_of_thread), x(c.x(rows), 0.5f), w(c.w(), 0.25f),
        b(static_cast<std::size_t>(c.out), 1.0f), y(c.y(rows), 0.125f), scratch(static_cast<std::size_t>(scratch_size * rows::threads())),
        dw(w.size()), db(b.size()) {}

  float* x_at(std::ptrdiff_t row) { return x.data() + row * static_cast<std::ptrdiff_t>(conv.x(1)); }
  float* y_at(std::ptrdiff_t row) { return y.data() + row * static_cast<std::ptrdiff_t>(conv.y(1)); }
  std::ptrdiff_t thread(std::ptrdiff_t row) const { return row / ((rows + rows::threads() - 1) / rows::threads()); }
  float* scratch_at(std::ptrdiff_t row) { return scratch.data() + thread(row) * scratch_size; }

  tutti::parallel::Team team() {
    tutti::parallel::Team all = tutti::parallel::team();
    all.memory = reinterpret_cast<std::byte*>(scratch.data() + scratch_size);
    all.bytes = static_cast<std::size_t>(scratch_size) * sizeof(float);
    return all;
  }

  /// Before a training step.
  void clear() {
    std::fill(dw.begin(), dw.end(), 0.0f);
    std::fill(db.begin(), db.end(), 0.0f);
  }
};

ConvShape shape_of(const Conv& c) {
  ConvShape s{.channels = c.channels, .height = c.size, .width = c.size, .out = c.out, .kernel_h = c.kernel, .kernel_w = c.kernel};
  s.stride  = c.stride;
  s.padding = c.padding();
  return s;
}

auto dense(const Conv& c, Pass pass, int rows, int winograd) {
  ConvShape shape = shape_of(c);
  shape.winograd = winograd;
  return [c, pass, rows, s = shape] {
    Layer layer(c, rows, conv_scratch<float>(s, rows, true));
    shapes::Numbers weights(static_cast<std::size_t>(conv_packed_size<float>(s)));
    conv_pack<float>(s, layer.w.data(), weights.data());
    return [s, pass, packed = std::move(weights), l = std::move(layer)]() mutable {
      if (pass == shapes::forward)
        return conv_forward<float>(l.team(), s, l.rows, l.x.data(), l.w.data(), packed.data(), l.b.data(), l.y.data(), l.scratch.data());
      if (pass == shapes::weights) {
        l.clear();
        return conv_backward_weights<float>(l.team(), s, l.rows, l.x.data(), l.y.data(), l.dw.data(), l.db.data(), l.scratch.data());
      }
      split(l.rows, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
        conv_backward_data<float>(s, end - begin, l.w.data(), packed.data(), l.y_at(begin), l.x_at(begin), l.scratch_at(begin));
      });
    };
  };
}

auto depthwise(const Conv& c, Pass pass, int rows) {
  ConvShape plane = shape_of(c);
  plane.channels = plane.out = 1;
  const DepthwiseShape s{.plane = plane, .channels = c.channels};
  return [c, pass, rows, s] {
    return [s, pass, l = Layer(c, rows, s.scratch_size<float>())]() mutable {
      if (pass == shapes::forward)
        return depthwise_forward(l.team(), s, l.rows, l.x.data(), l.w.data(), l.b.data(), l.y.data(), l.scratch.data());
      if (pass == shapes::data)
        return depthwise_backward_data(l.team(), s, l.rows, l.w.data(), l.y.data(), l.x.data(), l.scratch.data());
      l.clear();
      depthwise_backward_weights(l.team(), s, l.rows, l.x.data(), l.y.data(), l.dw.data(), l.db.data(), l.scratch.data());
    };
  };
}

}  // namespace

void add_conv() {
  shapes::each_conv([](const Conv& c, Pass pass, int rows) {
    const std::string name = c.name(shapes::pass_names[pass], rows);
    if (c.depthwise) return rows::add(name, "", c.work(rows), depthwise(c, pass, rows));
    const bool winograd = winograd_tile<float>(shape_of(c)) != 0;
    if (winograd) rows::add(name, "Winograd", c.work(rows), dense(c, pass, rows, 1));
    rows::add(name, winograd ? "direct" : "", c.work(rows), dense(c, pass, rows, 0));
  });
}
