// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/batch_norm.hpp>
#include <tutti/layer/channels.hpp>
#include <tutti/layer/trace.hpp>

#include <cmath>
#include <cstring>

namespace tutti {

/// y = gamma (x - mean) / sqrt(variance + epsilon) + beta for each column, channel of an image or feature of a sequence. In
/// training mean and variance are those of the batch, and the running ones move towards them by `momentum`
/// (the variance unbiased); in prediction they are the running ones.
/// Shapes   (N, C), (N, C, H, W) or (N, steps, C) -> the same; gamma, beta, mean, variance (C).
/// Needs    sequences of one length; a batch of more than one row, all of it at once: training leaves a last batch of one row out.
/// Source   Ioffe, Szegedy, Batch normalization (ICML 2015).
struct BatchNorm {
  float momentum = 0.1f;
  float epsilon = 1e-5f;

  using Needs = tutti::Needs<OneLength>;
  static constexpr Shape infer(Shape in) { return in; }
  static void visit(auto& self, auto& archive) {
    archive("momentum", self.momentum)("epsilon", self.epsilon);
  }

  /// Extents are values in it: a net compiles it once, however many sizes it normalises.
  template <class T>
  struct Normalize {
    static constexpr bool couples_rows = true;
    static constexpr bool in_place = true;                               // y may be x, in prediction
    static constexpr bool forgets_output = true;
    static constexpr std::ptrdiff_t strip = 16;                          // channels that one task works on, at most

    double momentum, epsilon;
    std::ptrdiff_t steps, channels, plane;
    View<T> gamma{}, beta{}, mean{}, variance{};                         // (C)

    constexpr Normalize(const BatchNorm& s, const auto& in)
        : momentum(static_cast<double>(s.momentum)),
          epsilon(static_cast<double>(s.epsilon)),
          steps(channels_of(in.shape()).rows),
          channels(channels_of(in.shape()).channels),
          plane(channels_of(in.shape()).plane) {}

    constexpr void parameters(auto& visit) {
      visit("gamma", gamma, {channels}, ones);
      visit("beta", beta, {channels}, zeros);
    }
    constexpr void buffers(auto& visit) {
      visit("mean", mean, {channels}, zeros);
      visit("variance", variance, {channels}, ones);
    }

    constexpr std::ptrdiff_t saved_size() const { return 2 * channels * doubled; }  // of the first row: mean and 1 / deviation

    void forward(Rows<const T> x, Rows<T> y, const Pass<T>& pass) const noexcept {
      in_strips(pass, x.rows(),
                [&](std::ptrdiff_t c, const kernel::ChannelLayout& layout, std::ptrdiff_t at) {
                  double m[strip], v[strip], inverse[strip];
                  if (pass.training) {
                    kernel::channel_moments<T>(layout, x.data() + at, m, v);
                    const double n = static_cast<double>(layout.count());
                    for (std::ptrdiff_t k = 0; k < layout.channels; ++k) {
                      mean[c + k] += static_cast<T>(momentum * (m[k] - static_cast<double>(mean[c + k])));
                      const double unbiased = n > 1 ? v[k] * n / (n - 1) : v[k];
                      variance[c + k] +=
                          static_cast<T>(momentum * (unbiased - static_cast<double>(variance[c + k])));
                    }
                  } else {
                    std::copy_n(mean.data() + c, layout.channels, m);
                    std::copy_n(variance.data() + c, layout.channels, v);
                  }
                  invert(layout.channels, v, inverse);
                  if (pass.training) {
                    std::memcpy(kept_mean(pass, c), m, bytes(layout));
                    std::memcpy(kept_inverse(pass, c), inverse, bytes(layout));
                  }
                  kernel::batch_norm_forward<T>(layout, x.data() + at, m, inverse, gamma + c, beta + c,
                                                y.data() + at);
                });
    }
    /// In prediction y = scale[c] x + shift[c].
    void scale_and_shift(T* scale, T* shift) const noexcept {
      const kernel::Batch<T> slack(static_cast<T>(epsilon));
      kernel::transform<T>(channels, scale, [&](const auto& g, const auto& v) { return g / xsimd::sqrt(v + slack); }, gamma.data(), variance.data());
      kernel::transform<T>(channels, shift, [](const auto& s, const auto& m, const auto& b) { return b - s * m; }, scale, mean.data(), beta.data());
    }
    void backward(Rows<const T> x, Rows<const T>, Rows<const T> dy, Rows<T> dx,
                  const Pass<T>& pass) const noexcept {
      in_strips(
          pass, x.rows(), [&](std::ptrdiff_t c, const kernel::ChannelLayout& layout, std::ptrdiff_t at) {
            double m[strip], inverse[strip], dgamma[strip], dbeta[strip];
            std::memcpy(m, kept_mean(pass, c), bytes(layout));
            std::memcpy(inverse, kept_inverse(pass, c), bytes(layout));
            kernel::batch_norm_gradients<T>(layout, x.data() + at, dy.data() + at, m, inverse, dgamma, dbeta);
            for (std::ptrdiff_t k = 0; k < layout.channels; ++k) {
              pass.gradients(gamma)[c + k] += static_cast<T>(dgamma[k]);
              pass.gradients(beta)[c + k] += static_cast<T>(dbeta[k]);
            }
            if (dx.data() != nullptr)
              kernel::batch_norm_backward<T>(layout, x.data() + at, dy.data() + at, m, inverse, gamma + c,
                                             dgamma, dbeta, dx.data() + at);
          });
    }

   private:
    static constexpr std::ptrdiff_t doubled = sizeof(double) / sizeof(T);

    T* kept_mean(const Pass<T>& pass, std::ptrdiff_t c) const noexcept { return pass.saved + c * doubled; }
    T* kept_inverse(const Pass<T>& pass, std::ptrdiff_t c) const noexcept { return pass.saved + (channels + c) * doubled; }
    static std::size_t bytes(const kernel::ChannelLayout& layout) noexcept { return static_cast<std::size_t>(layout.channels) * sizeof(double); }

    void invert(std::ptrdiff_t n, const double* v, double* inverse) const noexcept {
      for (std::ptrdiff_t k = 0; k < n; ++k) inverse[k] = 1 / std::sqrt(v[k] + epsilon);
    }
    /// f(first channel, its layout, where it begins): channels are independent, strips of them may run side
    /// by side.
    template <class F>
    void in_strips(const Pass<T>& pass, std::ptrdiff_t rows, F&& f) const noexcept {
      const std::ptrdiff_t width = channels * plane, size = plane == 1 ? strip : 4;  // planes are long enough for fewer
      auto one = [&](std::ptrdiff_t s) {
        const std::ptrdiff_t c = s * size;
        f(c, kernel::ChannelLayout{rows * steps, std::min(size, channels - c), plane, width}, c * plane);
      };
      const std::ptrdiff_t strips = (channels + size - 1) / size;
      if (pass.cut.run == nullptr) {
        for (std::ptrdiff_t s = 0; s < strips; ++s) one(s);
      } else {
        pass.cut.run({strips,
                      [](void* self, std::ptrdiff_t s) noexcept { (*static_cast<decltype(one)*>(self))(s); },
                      &one});
      }
    }
  };
  template <class In, class T>
  using Bind = Normalize<T>;
};

}  // namespace tutti
