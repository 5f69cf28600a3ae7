// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/forms.hpp>
#include <tutti/core/random.hpp>
#include <tutti/core/rows.hpp>
#include <tutti/kernel/parallel_team.hpp>

#include <algorithm>
#include <cstddef>
#include <type_traits>

namespace tutti {

/// Where the gradient of a parameter lies: gradients(W) is as long as W and is added to, never overwritten.
template <class T>
struct Gradients {
  T* base = nullptr;  // parallel to the flat weights
  const T* weights = nullptr;

  View<T> operator()(View<T> parameter) const noexcept {
    return {base + (parameter.data() - weights), parameter.size()};
  }
};

/// How a whole batch is cut where a net has layers that couple rows: the others still run chunk by chunk,
/// side by side.
struct Cut {
  std::ptrdiff_t rows = 0;             // in a chunk; 0: these rows are one chunk already
  std::ptrdiff_t gradient_stride = 0;  // every chunk has gradients of its own
  void (*run)(const parallel::Work&) = nullptr;
};

/// A product that a layer leaves for the end of the step: the gradient x^T dy of a large matrix of weights is dearer to read
/// and write for every chunk than to compute, so it is computed once, from the rows of all chunks.
template <class T>
struct LateProduct {
  const T* x;   // (rows, in), and dy (rows, out): they stay until the step is over
  const T* dy;
  std::ptrdiff_t rows, in, out;
  T* gradient;  // (in, out), of this chunk: overwritten
};
/// Those of one chunk, in the order in which layers left them.
template <class T>
struct LateProducts {
  static constexpr int room = 32;
  LateProduct<T> list[room];
  int count = 0;

  bool full() const noexcept { return count == room; }
  void add(const LateProduct<T>& product) noexcept { list[count++] = product; }
};

/// What a layer gets beside its numbers: forward(x, y, pass), backward(x, y, dy, dx, pass).
template <class T>
struct Pass {
  bool training = false;
  bool sampling = false;  // in prediction: dropout acts as in training, by one mask for all rows
  T* saved = nullptr;    // rows * saved_size() numbers of this layer, kept from forward to backward
  T* scratch = nullptr;  // scratch_size() numbers, for this call
  Random random{};  // keyed by step and layer; draw by (first_row + r, element), so that cuts do not matter
  std::ptrdiff_t first_row = 0;  // where these rows begin in the batch
  Gradients<T> gradients{};
  LateProducts<T>* late = nullptr;  // of the chunk that these rows are; null: nothing may be left for later
  Cut cut{};
  parallel::Team team{};  // shares the work of a layer in prediction

  /// The same pass for one layer inside a form.
  [[gnu::noinline]] Pass inside(int layer, T* its_saved, T* its_scratch) const noexcept {  // once for each layer of a net
    Pass p = *this;
    if (training || sampling) p.random = random.stream(static_cast<std::uint64_t>(layer));
    p.saved = its_saved;
    p.scratch = its_scratch;
    return p;
  }
};

/// Whether a layer, or any layer in a form of them, acts where `sampling` is asked for; it says so: static constexpr bool samples.
namespace detail {
template <class L>
inline constexpr bool samples = requires { requires L::samples; };
template <template <class...> class Form, class... L>
inline constexpr bool samples<Form<L...>> = (samples<L> || ...) || requires { requires Form<L...>::samples; };
template <meta::FixedString Name, class L>
inline constexpr bool samples<On<Name, L>> = samples<L>;
}  // namespace detail

/// y = x, where they are not the same rows already: what layers do in prediction that act in training only.
template <class T>
void hand_through(Rows<const T> x, Rows<T> y) noexcept {
  if (x.data() != y.data()) std::copy_n(x.data(), x.size(), y.data());
}

namespace detail {

/// f(first, count, pass) with its type taken away: each layer of a net has one of its own.
template <class T>
struct ChunkBody {
  void (*call)(void* f, std::ptrdiff_t first, std::ptrdiff_t count, const Pass<T>& pass);
  void* f;

  void operator()(std::ptrdiff_t first, std::ptrdiff_t count, const Pass<T>& pass) const { call(f, first, count, pass); }
};
template <class T>
[[gnu::noinline]] void in_chunks(const Pass<T>& pass, std::ptrdiff_t rows, std::ptrdiff_t saved, std::ptrdiff_t scratch,
                                 const ChunkBody<T>& f) {
  const std::ptrdiff_t chunk = pass.cut.rows;
  if (chunk <= 0 || rows <= chunk) {
    Pass<T> whole = pass;
    whole.cut = {};
    f(std::ptrdiff_t{0}, rows, whole);
    return;
  }
  struct Body {
    const Pass<T>& pass;
    std::ptrdiff_t rows, saved, scratch;
    const ChunkBody<T>& f;
    static void call(void* self, std::ptrdiff_t c) noexcept {
      const Body& body = *static_cast<const Body*>(self);
      const std::ptrdiff_t first = c * body.pass.cut.rows,
                           count = std::min(body.pass.cut.rows, body.rows - first);
      Pass<T> p = body.pass;
      if (p.saved != nullptr) p.saved += first * body.saved;
      p.scratch += c * body.scratch;
      p.first_row += first;
      p.gradients.base += c * p.cut.gradient_stride;
      if (p.late != nullptr) p.late += c;
      p.cut = {};
      body.f(first, count, p);
    }
  } body{pass, rows, saved, scratch, f};
  pass.cut.run({(rows + chunk - 1) / chunk, &Body::call, &body});
}

}  // namespace detail

/// f(first, count, pass) for every chunk of `rows` rows, side by side; `saved` and `scratch` numbers of each
/// are its own.
template <class T, class F>
void in_chunks(const Pass<T>& pass, std::ptrdiff_t rows, std::ptrdiff_t saved, std::ptrdiff_t scratch,
               F&& f) {
  detail::in_chunks(pass, rows, saved, scratch,
                    detail::ChunkBody<T>{[](void* self, std::ptrdiff_t first, std::ptrdiff_t count, const Pass<T>& p) {
                                           (*static_cast<std::remove_reference_t<F>*>(self))(first, count, p);
                                         },
                                         const_cast<void*>(static_cast<const void*>(&f))});
}

}  // namespace tutti
