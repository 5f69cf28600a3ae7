// SPDX-License-Identifier: Apache-2.0
// A recurrent layer over sequences with lengths of their own, written outside the library: the grammar of layers has
// room for time, for lengths, for numbers saved from step to step.
#include "finite_differences.hpp"

#include <tutti/layer.hpp>

using namespace tutti;
using namespace tutti::testing;

namespace {

enum Gives { last_state, all_states };

/// Long short-term memory (Hochreiter, Schmidhuber 1997): gates i, f, g, o = sigma/tanh(x Wx + h Wh + b), c = f c + i g, h = o tanh(c).
template <int Hidden, Gives What = last_state>
struct TestLSTM {
  using Needs = tutti::Needs<Rank<2>, TimeAxis>;
  static constexpr Shape infer(Shape in) {
    return What == all_states ? with_extents(in, shape(in[0], Hidden)) : shape(Hidden);
  }

  template <class In, class T>
  struct Bind {
    In in;
    View<T> Wx{}, Wh{}, b{};  // (D, 4 H), (H, 4 H), (4 H)

    static constexpr std::ptrdiff_t per_step = 6 * Hidden;  // i, f, g, o, c, h

    void parameters(auto& visit) {
      visit("Wx", Wx, {in[1], 4 * Hidden}, lecun_normal);
      visit("Wh", Wh, {Hidden, 4 * Hidden}, lecun_normal);
      visit("b", b, {4 * Hidden}, zeros);
    }
    std::ptrdiff_t saved_size() const { return per_step * in[0]; }
    std::ptrdiff_t scratch_size() const { return std::max<std::ptrdiff_t>(2 * per_step, 6 * Hidden); }

    std::ptrdiff_t length(const T* row) const {
      return in.shape().ragged ? static_cast<std::ptrdiff_t>(std::lround(row[in.size() - 1])) : in[0];
    }

    void forward(Rows<const T> x, Rows<T> y, const Pass<T>& pass) const noexcept {
      for (std::ptrdiff_t r = 0; r < x.rows(); ++r) {
        const T* row = x.data() + r * x.width();
        T* out = y.data() + r * y.width();
        std::fill_n(out, y.width(), T(0));
        const std::ptrdiff_t steps = length(row);
        for (std::ptrdiff_t t = 0; t < steps; ++t) {
          T* now = pass.saved != nullptr ? pass.saved + r * saved_size() + t * per_step
                                         : pass.scratch + t % 2 * per_step;
          const T* before = t == 0                  ? nullptr
                            : pass.saved != nullptr ? now - per_step
                                                    : pass.scratch + (t + 1) % 2 * per_step;
          for (int k = 0; k < 4 * Hidden; ++k) {
            T sum = b[k];
            for (int d = 0; d < in[1]; ++d) sum += row[t * in[1] + d] * Wx[d * 4 * Hidden + k];
            for (int h = 0; before != nullptr && h < Hidden; ++h)
              sum += before[5 * Hidden + h] * Wh[h * 4 * Hidden + k];
            now[k] = k / Hidden == 2 ? std::tanh(sum) : 1 / (1 + std::exp(-sum));
          }
          for (int h = 0; h < Hidden; ++h) {
            now[4 * Hidden + h] = now[h] * now[2 * Hidden + h] +
                                  (before != nullptr ? now[Hidden + h] * before[4 * Hidden + h] : T(0));
            now[5 * Hidden + h] = now[3 * Hidden + h] * std::tanh(now[4 * Hidden + h]);
          }
          if (What == all_states) std::copy_n(now + 5 * Hidden, Hidden, out + t * Hidden);
          else if (t == steps - 1) std::copy_n(now + 5 * Hidden, Hidden, out);
        }
        if (What == all_states && in.shape().ragged) out[y.width() - 1] = row[in.size() - 1];
      }
    }
    void backward(Rows<const T> x, Rows<const T>, Rows<const T> dy, Rows<T> dx,
                  const Pass<T>& pass) const noexcept {
      const View<T> dWx = pass.gradients(Wx), dWh = pass.gradients(Wh), db = pass.gradients(b);
      if (dx.data() != nullptr) std::fill_n(dx.data(), dx.size(), T(0));
      T* const dh = pass.scratch;               // (H)
      T* const dc = dh + Hidden;                // (H)
      T* const dz = dc + Hidden;                // (4 H)
      for (std::ptrdiff_t r = 0; r < x.rows(); ++r) {
        const T* row = x.data() + r * x.width();
        const T* d_out = dy.data() + r * dy.width();
        const std::ptrdiff_t steps = length(row);
        std::fill_n(dh, 2 * Hidden, T(0));
        for (std::ptrdiff_t t = steps - 1; t >= 0; --t) {
          const T* now = pass.saved + r * saved_size() + t * per_step;
          const T* before = t == 0 ? nullptr : now - per_step;
          for (int h = 0; h < Hidden; ++h) {
            if (What == all_states) dh[h] += d_out[t * Hidden + h];
            else if (t == steps - 1) dh[h] += d_out[h];
            const T i = now[h], f = now[Hidden + h], g = now[2 * Hidden + h], o = now[3 * Hidden + h],
                    squashed = std::tanh(now[4 * Hidden + h]);
            dc[h] += dh[h] * o * (1 - squashed * squashed);
            dz[h] = dc[h] * g * i * (1 - i);
            dz[Hidden + h] = before != nullptr ? dc[h] * before[4 * Hidden + h] * f * (1 - f) : T(0);
            dz[2 * Hidden + h] = dc[h] * i * (1 - g * g);
            dz[3 * Hidden + h] = dh[h] * squashed * o * (1 - o);
            dc[h] *= f;
            dh[h] = 0;
          }
          for (int k = 0; k < 4 * Hidden; ++k) {
            db[k] += dz[k];
            for (int d = 0; d < in[1]; ++d) {
              dWx[d * 4 * Hidden + k] += row[t * in[1] + d] * dz[k];
              if (dx.data() != nullptr) dx(r, t * in[1] + d) += Wx[d * 4 * Hidden + k] * dz[k];
            }
            for (int h = 0; before != nullptr && h < Hidden; ++h) {
              dWh[h * 4 * Hidden + k] += before[5 * Hidden + h] * dz[k];
              dh[h] += Wh[h * 4 * Hidden + k] * dz[k];
            }
          }
        }
      }
    }
  };
};

constexpr Shape sequence(int steps, int width, bool ragged) {
  Shape s = shape(steps, width);
  s.time = true;
  s.ragged = ragged;
  return s;
}

template <class B>
void set_lengths(B& bench, std::initializer_list<int> lengths) {
  const std::ptrdiff_t width = bench.node.in().size();
  std::ptrdiff_t r = 0;
  for (const int n : lengths) bench.x[static_cast<std::size_t>(++r * width - 1)] = n;
}

}  // namespace

TEST_CASE("a recurrent layer of a user's has the right gradients on sequences of all lengths") {
  using In = Known<sequence(5, 3, true)>;
  static_assert(In::size() == 16);
  Bench<TestLSTM<4>, In> bench({}, In{}, 4);
  set_lengths(bench, {5, 1, 3, 0});
  CHECK(gradient_error(bench) <= 1e-6);

  using Fixed = Known<sequence(4, 2, false)>;
  Bench<TestLSTM<3>, Fixed> fixed({}, Fixed{}, 2);
  CHECK(gradient_error(fixed) <= 1e-6);
}

TEST_CASE("recurrent layers stand in chains and beside each other, and lengths travel through them") {
  using Net = Cascade<TestLSTM<3, all_states>,
                      Fuse<TestLSTM<4>, Cascade<TestLSTM<2, all_states>, TestLSTM<3>>>, Dense<>>;
  using In = Known<sequence(5, 2, true)>;
  static_assert(is_layer<Net>);
  static_assert(trace<Net>(In::traced).out.extent[0] == 5);
  Bench<Net, In> bench(Net{}, In{}, 3);
  set_lengths(bench, {2, 5, 4});
  CHECK(gradient_error(bench) <= 1e-6);
}

TEST_CASE("what stands behind the end of a sequence does not count") {
  using Net = Cascade<TestLSTM<3, all_states>, TestLSTM<4>>;
  using In = Known<sequence(5, 2, true)>;
  Bench<Net, In> bench(Net{}, In{}, 1);
  set_lengths(bench, {3});
  bench.node.forward(bench.input(), bench.output(), bench.pass(false));
  const auto y = bench.y;
  bench.x[7] = 100;
  bench.node.forward(bench.input(), bench.output(), bench.pass(false));
  CHECK(bench.y == y);
  bench.x[5] = 100;
  bench.node.forward(bench.input(), bench.output(), bench.pass(false));
  CHECK(bench.y != y);
}

TEST_CASE("a recurrent layer behind an image is refused by the time it needs") {
  using In = Known<shape(3, 4)>;
  static_assert(
      std::is_same_v<decltype(LayerBehaviour<Cascade<ReLU, TestLSTM<4>>>::diagnose<0, In>())::type,
                     error::Mismatch<error::Layer<1, TestLSTM<4>>, error::Gets<3, 4>, Needs<TimeAxis>>>);
  CHECK_FALSE(trace<TestLSTM<4>>(shape(3, 4)).fits);
}
