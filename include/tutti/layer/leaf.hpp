// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/channel_epilogue.hpp>
#include <tutti/kernel/pointwise.hpp>
#include <tutti/layer/extents.hpp>
#include <tutti/layer/parameters.hpp>
#include <tutti/layer/pass.hpp>

#include <concepts>
#include <type_traits>

namespace tutti {

namespace detail {

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"  // a user's Bind{in} with views behind it
#endif
/// Bind{spec, in}, Bind{in} or Bind{}: the first that compiles.
template <class Bind, class L, class In>
constexpr Bind make_bind(const L& spec, In in) {
  if constexpr (requires { Bind{spec, in}; }) return Bind{spec, in};
  else if constexpr (requires { Bind{in}; }) return Bind{in};
  else return Bind{};
}
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif

constexpr Shape with_classes(Shape s, int classes) {
  s.classes = classes;
  return s;
}

}  // namespace detail

/// One layer for given extents, with everything that its Bind may leave out filled in. Leaf and the forms of
/// layers (ChainNode, FuseNode, ...) have the same members, so a form never asks what it contains.
template <class L, class In_, class T>
class Leaf {
 public:
  using In = In_;
  using Bind = typename L::template Bind<In, T>;
  using Out = Extents<detail::with_classes(L::infer(In::traced), In::traced.classes)>;

  static constexpr bool couples_rows = requires { requires Bind::couples_rows; };
  static constexpr bool in_place = requires { requires Bind::in_place; };
  /// backward can do with the output in the place of the input; and: backward never looks at the output.
  static constexpr bool undoes_in_place = requires { requires Bind::undoes_in_place; };
  static constexpr bool forgets_output = requires { requires Bind::forgets_output; };
  /// In prediction forward can do what follows it: y = max(scale y + shift, least) for each channel, and the largest of each 2 x 2 of
  /// them; the layer is such a scale and shift itself; it is such a bound of 0; it takes the largest of each 2 x 2.
  static constexpr bool takes_epilogue = requires(const Bind& b, Rows<const T> x, Rows<T> y, const Pass<T>& pass) {
    b.forward(x, y, pass, kernel::ChannelEpilogue<T>{});
  };
  static constexpr bool takes_pool = requires(const Bind& b, Rows<const T> x, Rows<T> y, const Pass<T>& pass) {
    b.forward(x, y, pass, kernel::ChannelEpilogue<T>{}, true);
  };
  /// In training too, and it keeps which of the 2 x 2 each one was.
  static constexpr bool learns_pooled = takes_pool && requires(const Bind& b, Rows<const T> x, Rows<T> dx, const Pass<T>& pass) {
    b.backward_pooled(x, x, dx, pass);
  };
  static constexpr bool halves = requires { requires Bind::halves; };
  static constexpr bool is_scale = requires(const Bind& b, T* p) { b.scale_and_shift(p, p); };
  static constexpr bool is_relu = requires { requires std::same_as<typename Bind::Function, kernel::Relu<T>>; };
  static constexpr bool has_parameters = requires(Bind & b, ParameterVisitor<T>& visit) {
    b.parameters(visit);
  };

  constexpr Leaf(const L& spec, In in)
      : in_(in),
        out_(detail::with_classes(L::infer(in.shape()), in.shape().classes)),
        bind_(detail::make_bind<Bind>(spec, in)) {}

  constexpr const In& in() const noexcept { return in_; }
  constexpr const Out& out() const noexcept { return out_; }

  constexpr void parameters(auto& visit) {
    if constexpr (has_parameters) bind_.parameters(visit);
  }
  constexpr void buffers(auto& visit) {
    if constexpr (requires { bind_.buffers(visit); }) bind_.buffers(visit);
  }
  constexpr std::ptrdiff_t saved_size() const {
    if constexpr (requires { bind_.saved_size(); }) return bind_.saved_size();
    else return 0;
  }
  constexpr std::ptrdiff_t scratch_size(std::ptrdiff_t rows, std::ptrdiff_t, bool training) const {
    if constexpr (requires { bind_.scratch_size(rows, training); }) return bind_.scratch_size(rows, training);
    else if constexpr (requires { bind_.scratch_size(); }) return bind_.scratch_size();
    else return 0;
  }

  void forward(Rows<const T> x, Rows<T> y, const Pass<T>& pass) const noexcept {
    if constexpr (requires { bind_.forward(x, y, pass); }) bind_.forward(x, y, pass);
    else bind_.forward(x, y);
  }
  void forward(Rows<const T> x, Rows<T> y, const Pass<T>& pass, const kernel::ChannelEpilogue<T>& end) const noexcept {
    bind_.forward(x, y, pass, end);
  }
  void forward_pooled(Rows<const T> x, Rows<T> y, const Pass<T>& pass, const kernel::ChannelEpilogue<T>& end) const noexcept {
    bind_.forward(x, y, pass, end, true);
  }
  void backward_pooled(Rows<const T> x, Rows<const T> dy, Rows<T> dx, const Pass<T>& pass) const noexcept {
    bind_.backward_pooled(x, dy, dx, pass);
  }
  constexpr std::ptrdiff_t pooled_scratch_size(std::ptrdiff_t rows, bool training) const {
    return bind_.scratch_size(rows, training, true);
  }
  void scale_and_shift(T* scale, T* shift) const noexcept { bind_.scale_and_shift(scale, shift); }
  void backward(Rows<const T> x, Rows<const T> y, Rows<const T> dy, Rows<T> dx,
                const Pass<T>& pass) const noexcept {
    if constexpr (!has_parameters)
      if (dx.data() == nullptr) return;  // nobody wants what it would compute
    if constexpr (requires { bind_.backward(x, y, dy, dx, pass); }) bind_.backward(x, y, dy, dx, pass);
    else bind_.backward(x, y, dy, dx);
  }

 private:
  [[no_unique_address]] In in_;
  [[no_unique_address]] Out out_;
  [[no_unique_address]] Bind bind_;
};

}  // namespace tutti
