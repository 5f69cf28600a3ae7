// SPDX-License-Identifier: Apache-2.0
// XNNPACK: the fully connected operator and convolutions of NHWC images, both with their weights packed ahead.
#include "shapes.hpp"

#include <limits>
#include <pthreadpool.h>
#include <stdexcept>
#include <xnnpack.h>

namespace {

using shapes::Conv;
constexpr float largest = std::numeric_limits<float>::infinity();
constexpr std::size_t read_beyond = 16;                                     // it may read so many bytes past the end

pthreadpool_t pool() {
  static const pthreadpool_t threads = rows::threads() == 1 ? nullptr : pthreadpool_create(static_cast<std::size_t>(rows::threads()));
  return threads;
}
void must(xnn_status status) {
  if (status != xnn_status_success) throw std::runtime_error("XNNPACK refused an operator");
}

/// An operator with the numbers that it reads and writes.
struct Operator {
  shapes::Numbers x, y;
  std::unique_ptr<xnn_operator, decltype(&xnn_delete_operator)> op{nullptr, &xnn_delete_operator};

  Operator(std::size_t in, std::size_t out) : x(in + read_beyond, 0.5f), y(out + read_beyond) {}
  void operator()() const { xnn_run_operator(op.get(), pool()); }
};

Operator fully_connected(const shapes::Gemm& s) {
  Operator run(s.a(), s.c());
  const shapes::Numbers w(s.b() + read_beyond, 0.25f), b(static_cast<std::size_t>(s.N), 0.0f);
  const auto in = static_cast<std::size_t>(s.K), out = static_cast<std::size_t>(s.N);
  xnn_operator_t op = nullptr;
  must(xnn_create_fully_connected_nc_f32(in, out, in, out, w.data(), b.data(), -largest, largest, 0, &op));
  run.op.reset(op);
  must(xnn_setup_fully_connected_nc_f32(op, static_cast<std::size_t>(s.M), run.x.data(), run.y.data(), pool()));
  return run;
}

Operator convolution(const Conv& c, int rows) {
  Operator run(c.x(rows), c.y(rows));
  const shapes::Numbers w(c.w() + read_beyond, 0.25f), b(static_cast<std::size_t>(c.out), 1.0f);
  const auto padding = static_cast<std::uint32_t>(c.padding()), kernel = static_cast<std::uint32_t>(c.kernel),
             stride = static_cast<std::uint32_t>(c.stride), groups = static_cast<std::uint32_t>(c.depthwise ? c.channels : 1);
  const auto in = static_cast<std::size_t>(c.channels), out = static_cast<std::size_t>(c.out), size = static_cast<std::size_t>(c.size);
  xnn_operator_t op = nullptr;
  must(xnn_create_convolution2d_nhwc_f32(padding, padding, padding, padding, kernel, kernel, stride, stride, 1, 1, groups, in / groups,
                                         out / groups, in, out, w.data(), b.data(), -largest, largest, 0, &op));
  run.op.reset(op);
  must(xnn_setup_convolution2d_nhwc_f32(op, static_cast<std::size_t>(rows), size, size, run.x.data(), run.y.data(), pool()));
  return run;
}

}  // namespace

int main(int argc, char** argv) {
  must(xnn_initialize(nullptr));
  for (const shapes::Gemm& s : shapes::gemms) rows::add(s.name(), "packed", s.work(), [s] { return fully_connected(s); });
  shapes::each_conv([](const Conv& c, shapes::Pass pass, int rows) {
    if (pass != shapes::forward) return;
    rows::add(c.name(shapes::pass_names[pass], rows), "NHWC", c.work(rows), [c, rows] { return convolution(c, rows); });
  });
  return rows::run(argc, argv);
}
