// SPDX-License-Identifier: Apache-2.0
// oneDNN: sgemm, the inner product with its weights packed ahead, and convolutions in its own layout (direct and by Winograd)
// and from NCHW to NCHW, the reorders timed with them.
#include "shapes.hpp"

#include <cstring>
#include <dnnl.hpp>
#include <unordered_map>

namespace {

using namespace dnnl;
using Tag = memory::format_tag;
using Arguments = std::unordered_map<int, memory>;
using shapes::Conv;
using shapes::Pass;

const engine cpu(engine::kind::cpu, 0);
stream& queue() {
  static stream s(cpu);
  return s;
}
using Type = memory::data_type;
memory::desc described(const memory::dims& dims, Tag tag, Type type = Type::f32) { return {dims, type, tag}; }

/// Memory of that layout, every number the same.
memory filled(const memory::desc& layout, float value) {
  memory m(layout, cpu);
  auto* const data = static_cast<float*>(m.get_data_handle());
  if (layout.data_type() == Type::f32) std::fill_n(data, layout.get_size() / sizeof(float), value);
  else std::memset(data, layout.data_type() == Type::bf16 ? 0x3f : 3, layout.get_size());
  return m;
}

/// Primitives that are run one after the other.
struct Steps {
  std::vector<std::pair<primitive, Arguments>> steps;

  void add(const primitive& p, const Arguments& arguments) { steps.emplace_back(p, arguments); }
  void operator()() const {
    for (const auto& [primitive, arguments] : steps) primitive.execute(queue(), arguments);
    queue().wait();
  }
};

void add_gemms() {
  for (const shapes::Gemm& s : shapes::gemms) {
    rows::add(s.name(), "sgemm", s.work(), [s] {
      return [s, a = shapes::Numbers(s.a(), 0.5f), b = shapes::Numbers(s.b(), 0.25f), c = shapes::Numbers(s.c())]() mutable {
        dnnl_sgemm('N', 'N', s.M, s.N, s.K, 1, a.data(), s.K, b.data(), s.N, 0, c.data(), s.N);
      };
    });
    rows::add(s.name(), "inner product, packed", s.work(), [s] {
      const auto x = described({s.M, s.K}, Tag::ab), y = described({s.M, s.N}, Tag::ab);
      const inner_product_forward::primitive_desc how({prop_kind::forward_inference, x, described({s.N, s.K}, Tag::any), y}, cpu);
      Steps run;
      run.add(inner_product_forward(how), {{DNNL_ARG_SRC, filled(x, 0.5f)}, {DNNL_ARG_WEIGHTS, filled(how.weights_desc(), 0.25f)},
                                           {DNNL_ARG_DST, filled(y, 0)}});
      return run;
    });
  }
}

/// The convolution of one row: descriptions of what it reads and writes, with layouts of oneDNN's choice or NCHW.
struct Shape {
  memory::desc x, w, b, y;
  memory::dims stride, padding;

  Shape(const Conv& c, int rows, Type images = Type::f32, Type weights = Type::f32, Type bias = Type::f32)
      : x(described({rows, c.channels, c.size, c.size}, Tag::any, images)),
        w(c.depthwise ? described({c.channels, 1, 1, c.kernel, c.kernel}, Tag::any, weights)
                      : described({c.out, c.channels, c.kernel, c.kernel}, Tag::any, weights)),
        b(described({c.out}, Tag::a, bias)),
        y(described({rows, c.out, c.out_size(), c.out_size()}, Tag::any, images)),
        stride{c.stride, c.stride},
        padding{c.padding(), c.padding()} {}

  convolution_forward::primitive_desc forward(algorithm how, prop_kind kind, const primitive_attr& and_then = {}) const {
    return {{kind, how, x, w, b, y, stride, padding, padding}, and_then, cpu};
  }
};

/// Adds a reorder before or after where the layouts differ; returns the memory on the far side.
memory from_plain(Steps& run, const memory& plain, const memory::desc& layout) {
  if (plain.get_desc() == layout) return plain;
  const memory other(layout, cpu);
  run.add(reorder(plain, other), {{DNNL_ARG_FROM, plain}, {DNNL_ARG_TO, other}});
  return other;
}

/// One pass through a convolution; with `plain`, images come and go as NCHW.
template <class Primitive>
Steps pass_of(const typename Primitive::primitive_desc& how, const Conv& c, int rows, bool plain, std::pair<int, memory::desc> x,
              std::pair<int, memory::desc> y, Arguments rest) {
  Steps run;
  const bool x_is_read = x.first == DNNL_ARG_SRC, y_is_read = y.first == DNNL_ARG_DIFF_DST;
  const memory::desc plain_x = described({rows, c.channels, c.size, c.size}, Tag::nchw),
                     plain_y = described({rows, c.out, c.out_size(), c.out_size()}, Tag::nchw);
  const memory outer_x = filled(plain ? plain_x : x.second, 0.5f), outer_y = filled(plain ? plain_y : y.second, 0.125f);
  const auto inner = [&](const memory& outer, const memory::desc& layout, bool read) {
    if (read) return from_plain(run, outer, layout);
    return outer.get_desc() == layout ? outer : memory(layout, cpu);
  };
  const memory inner_x = inner(outer_x, x.second, x_is_read), inner_y = inner(outer_y, y.second, y_is_read);
  rest.insert({x.first, inner_x});
  rest.insert({y.first, inner_y});
  run.add(Primitive(how), rest);
  for (const auto& [from, to, read] : {std::tuple(inner_x, outer_x, x_is_read), std::tuple(inner_y, outer_y, y_is_read)})
    if (!read && !(from.get_desc() == to.get_desc())) run.add(reorder(from, to), {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}});
  return run;
}

Steps prepared(const Conv& c, Pass pass, int rows, algorithm how, bool plain) {
  const Shape s(c, rows);
  if (pass == shapes::forward) {
    const auto forward = s.forward(how, prop_kind::forward_inference);
    return pass_of<convolution_forward>(forward, c, rows, plain, {DNNL_ARG_SRC, forward.src_desc()}, {DNNL_ARG_DST, forward.dst_desc()},
                                        {{DNNL_ARG_WEIGHTS, filled(forward.weights_desc(), 0.25f)}, {DNNL_ARG_BIAS, filled(s.b, 1)}});
  }
  const auto hint = s.forward(how, prop_kind::forward_training);
  if (pass == shapes::data) {
    const convolution_backward_data::primitive_desc data({how, s.x, s.w, s.y, s.stride, s.padding, s.padding}, cpu, hint);
    return pass_of<convolution_backward_data>(data, c, rows, plain, {DNNL_ARG_DIFF_SRC, data.diff_src_desc()},
                                              {DNNL_ARG_DIFF_DST, data.diff_dst_desc()},
                                              {{DNNL_ARG_WEIGHTS, filled(data.weights_desc(), 0.25f)}});
  }
  const convolution_backward_weights::primitive_desc weights({how, s.x, s.w, s.b, s.y, s.stride, s.padding, s.padding}, cpu, hint);
  return pass_of<convolution_backward_weights>(weights, c, rows, plain, {DNNL_ARG_SRC, weights.src_desc()},
                                               {DNNL_ARG_DIFF_DST, weights.diff_dst_desc()},
                                               {{DNNL_ARG_DIFF_WEIGHTS, filled(weights.diff_weights_desc(), 0)},
                                                {DNNL_ARG_DIFF_BIAS, filled(s.b, 0)}});
}

void add_convs() {
  const struct {
    const char* who;
    algorithm how;
    bool plain;
  } ways[] = {{"own layout", algorithm::convolution_direct, false},
              {"own layout, Winograd", algorithm::convolution_winograd, false},
              {"NCHW to NCHW", algorithm::convolution_direct, true}};
  shapes::each_conv([&](const Conv& c, Pass pass, int rows) {
    for (const auto& way : ways) {
      if (way.how == algorithm::convolution_winograd && (c.depthwise || c.kernel != 3 || c.stride != 1)) continue;
      if (pass != shapes::forward && way.plain) continue;
      try {
        (void)prepared(c, pass, rows, way.how, way.plain);
      } catch (const dnnl::error&) { continue; }                            // this way does not exist for this layer
      rows::add(c.name(shapes::pass_names[pass], rows), way.who, c.work(rows),
                [c, pass, rows, way] { return prepared(c, pass, rows, way.how, way.plain); });
    }
  });
}

void add_int8() {
  for (const shapes::Gemm& s : shapes::int8_gemms) {
    rows::add("int8 " + s.name(), "gemm", shapes::int8_work(s), [s] {
      return [s, a = std::vector<std::uint8_t>(s.a(), 3), b = std::vector<std::int8_t>(s.b(), 3),
              c = std::vector<std::int32_t>(s.c())]() mutable {
        const std::int32_t offset = 0;
        dnnl_gemm_u8s8s32('N', 'N', 'F', s.M, s.N, s.K, 1, a.data(), s.K, 0, b.data(), s.N, 0, 0, c.data(), s.N, &offset);
      };
    });
    rows::add("int8 " + s.name(), "inner product, packed", shapes::int8_work(s), [s] {
      const auto x = described({s.M, s.K}, Tag::ab, Type::u8), y = described({s.M, s.N}, Tag::ab, Type::s32);
      const inner_product_forward::primitive_desc how({prop_kind::forward_inference, x, described({s.N, s.K}, Tag::any, Type::s8), y}, cpu);
      Steps run;
      run.add(inner_product_forward(how), {{DNNL_ARG_SRC, filled(x, 0)}, {DNNL_ARG_WEIGHTS, filled(how.weights_desc(), 0)},
                                           {DNNL_ARG_DST, filled(y, 0)}});
      return run;
    });
  }
  for (const Conv& c : shapes::convs)
    rows::add("int8 " + c.name(shapes::pass_names[shapes::forward], 1), "own layout", shapes::int8_work(c), [c] {
      const Shape s(c, 1, Type::u8, Type::s8, Type::s32);
      primitive_attr scaled;
      scaled.set_output_scales(0, {0.01f});
      const auto how = s.forward(algorithm::convolution_direct, prop_kind::forward_inference, scaled);
      Steps run;
      run.add(convolution_forward(how), {{DNNL_ARG_SRC, filled(how.src_desc(), 0)}, {DNNL_ARG_WEIGHTS, filled(how.weights_desc(), 0)},
                                         {DNNL_ARG_BIAS, filled(s.b, 0)}, {DNNL_ARG_DST, filled(how.dst_desc(), 0)}});
      return run;
    });
}

/// Both sides are bf16 already, the sums are stored as floats.
void add_bf16() {
  for (const shapes::Gemm& s : shapes::bf16_gemms) {
    rows::add("bf16 " + s.name(), "inner product, packed", shapes::bf16_work(s), [s] {
      const auto x = described({s.M, s.K}, Tag::ab, Type::bf16), y = described({s.M, s.N}, Tag::ab);
      const auto w = described({s.N, s.K}, Tag::any, Type::bf16);
      const inner_product_forward::primitive_desc how({prop_kind::forward_inference, x, w, y}, cpu);
      Steps run;
      run.add(inner_product_forward(how), {{DNNL_ARG_SRC, filled(x, 0)}, {DNNL_ARG_WEIGHTS, filled(how.weights_desc(), 0)},
                                           {DNNL_ARG_DST, filled(y, 0)}});
      return run;
    });
    rows::add("bf16 " + s.name(), "matmul, packed", shapes::bf16_work(s), [s] {
      const auto x = described({s.M, s.K}, Tag::ab, Type::bf16), y = described({s.M, s.N}, Tag::ab);
      const matmul::primitive_desc how({x, described({s.K, s.N}, Tag::any, Type::bf16), y}, cpu);
      Steps run;
      run.add(matmul(how), {{DNNL_ARG_SRC, filled(x, 0)}, {DNNL_ARG_WEIGHTS, filled(how.weights_desc(), 0)}, {DNNL_ARG_DST, filled(y, 0)}});
      return run;
    });
  }
  rows::add(shapes::round_row, "reorder", rows::bytes(6.0 * shapes::round_size), [] {
    const memory x = filled(described({shapes::round_size}, Tag::a), 0.5f), y(described({shapes::round_size}, Tag::a, Type::bf16), cpu);
    Steps run;
    run.add(reorder(x, y), {{DNNL_ARG_FROM, x}, {DNNL_ARG_TO, y}});
    return run;
  });
}

}  // namespace

int main(int argc, char** argv) {
  add_gemms();
  add_convs();
  add_int8();
  add_bf16();
  return rows::run(argc, argv);
}
