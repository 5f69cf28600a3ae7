// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/kernel/parallel.hpp>
#include <tutti/kernel/reduce.hpp>
#include <tutti/model/kernel_cache.hpp>
#include <tutti/model/smo_problem.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

namespace tutti {

namespace detail {

/// Sequential minimal optimisation: b_i + d, b_j - d, for the pair that promises most to second order. Variables stand in
/// places that change as they are shrunk: the active ones first, in whole blocks of 64.
class Smo {
 public:
  explicit Smo(SmoProblem problem)
      : p_(std::move(problem)),
        size_(std::ssize(p_.z)),
        places_(p_.rows.blocks * block),
        active_(places_),
        cache_(p_.rows, p_.kernel, p_.cache_bytes) {
    const auto n = static_cast<std::size_t>(places_);
    p_.z.resize(n, 0.0);  // places behind the last row can neither grow nor fall
    for (Buffer<double>* numbers : {&p_.low, &p_.high, &b_, &up_, &down_}) numbers->resize(n, 0.0);
    diagonal_ = cache_.diagonal();
    for (const float k : diagonal_) check(std::isfinite(k), "expected a kernel of finite numbers", k);
    g_ = p_.z;
    for (std::size_t t = 0; t < n; ++t) {
      place_.push_back(static_cast<std::ptrdiff_t>(t));
      set_steps(static_cast<std::ptrdiff_t>(t));
    }
  }

  SmoSolution solve() {
    const std::int64_t most = p_.iterations > 0 ? p_.iterations : std::max<std::int64_t>(10'000'000, 100 * size_);
    const std::ptrdiff_t between = std::min<std::ptrdiff_t>(size_, 1000);
    std::ptrdiff_t countdown = between;
    SmoSolution result;
    step(0, 0, 0);
    for (; result.iterations < most; ++result.iterations) {
      if (p_.shrinking && --countdown <= 0) {
        countdown = between;
        shrink();
      }
      std::ptrdiff_t j = partner();
      if (j < 0 && active_ < places_) {
        restore();
        j = partner();
        countdown = 1;  // shrink again at once
      }
      if (j < 0) break;
      move(best_, j);
    }
    result.converged = result.iterations < most;
    if (active_ < places_) restore();
    finish(result);
    return result;
  }

 private:
  static constexpr std::ptrdiff_t block = KernelRows::block;
  static constexpr double never = std::numeric_limits<double>::infinity();
  using Number = kernel::Batch<double>;

  static std::size_t at(std::ptrdiff_t i) noexcept { return static_cast<std::size_t>(i); }

  /// What growing and falling cost beside the gradient: epsilon with the sign of the change of |b|, or infinity.
  void set_steps(std::ptrdiff_t t) noexcept {
    const std::size_t i = at(t);
    up_[i] = b_[i] >= p_.high[i] ? never : b_[i] >= 0 ? p_.epsilon : -p_.epsilon;
    down_[i] = b_[i] <= p_.low[i] ? never : b_[i] <= 0 ? p_.epsilon : -p_.epsilon;
  }

  /// g -= d (K_i - K_j); then which b gains most by growing, and what falling gains at most.
  void step(std::ptrdiff_t i, std::ptrdiff_t j, double d) {
    const float* const ki = d != 0 ? cache_.row(i, active_) : nullptr;
    const float* const kj = d != 0 ? cache_.row(j, active_) : nullptr;
    std::ptrdiff_t found = 0;
    most_up_ = -never;
    least_down_ = never;
    for (std::ptrdiff_t t = 0; t < active_; t += block) {
      double difference[block];
      if (d != 0)
        for (std::ptrdiff_t k = 0; k < block; ++k) difference[k] = static_cast<double>(ki[t + k] - kj[t + k]);
      Number most(-never), least(never);
      const Number factor(-d);
      for (std::ptrdiff_t k = 0; k < block; k += kernel::lanes<double>) {
        double* const at = g_.data() + t + k;
        Number g = kernel::load<double>(at);
        if (d != 0) {
          g = kernel::multiply_add<double>(factor, kernel::load<double>(difference + k), g);
          kernel::store<double>(g, at);
        }
        most = xsimd::max(most, g - kernel::load<double>(up_.data() + t + k));
        least = xsimd::min(least, g + kernel::load<double>(down_.data() + t + k));
      }
      if (const double up = kernel::lane_max<double>(most); up > most_up_) {
        most_up_ = up;
        found = t;
      }
      least_down_ = std::min(least_down_, -kernel::lane_max<double>(Number(0.0) - least));
    }
    best_ = found;
    for (std::ptrdiff_t k = found; k < found + block; ++k)
      if (g_[at(k)] - up_[at(k)] > g_[at(best_)] - up_[at(best_)]) best_ = k;
  }

  /// Of those that gain by falling, the one with which best_ gains most to second order; -1 at the optimum.
  std::ptrdiff_t partner() {
    if (!(most_up_ - least_down_ >= p_.tolerance)) return -1;
    const float* const ki = cache_.row(best_, active_);
    const double own = static_cast<double>(diagonal_[at(best_)]);
    const Number up(most_up_), least(smallest), zero(0.0);
    double most = 0;
    std::ptrdiff_t found = -1;
    for (std::ptrdiff_t t = 0; t < active_; t += block) {
      double curvature[block];
      for (std::ptrdiff_t k = 0; k < block; ++k)
        curvature[k] = own + static_cast<double>(diagonal_[at(t + k)]) - 2 * static_cast<double>(ki[t + k]);
      Number gains(0.0);
      for (std::ptrdiff_t k = 0; k < block; k += kernel::lanes<double>) {
        const Number apart =
            xsimd::max(zero, up - (kernel::load<double>(g_.data() + t + k) + kernel::load<double>(down_.data() + t + k)));
        gains = xsimd::max(gains, apart * apart / xsimd::max(least, kernel::load<double>(curvature + k)));
      }
      if (const double gain = kernel::lane_max<double>(gains); gain > most) {
        most = gain;
        found = t;
      }
    }
    if (found < 0) return -1;
    const auto gain = [&](std::ptrdiff_t t) {
      const double apart = std::max(0.0, most_up_ - (g_[at(t)] + down_[at(t)]));
      return apart * apart / std::max(smallest, own + static_cast<double>(diagonal_[at(t)]) - 2 * static_cast<double>(ki[t]));
    };
    std::ptrdiff_t best = found;
    for (std::ptrdiff_t k = found + 1; k < found + block; ++k)
      if (gain(k) > gain(best)) best = k;
    return best;
  }

  /// b_i grows and b_j falls until the gradient along the pair is 0 or one of them comes to an end, or to 0.
  void move(std::ptrdiff_t i, std::ptrdiff_t j) {
    const double kij = static_cast<double>(cache_.row(i, active_)[j]);
    const double curvature = static_cast<double>(diagonal_[at(i)]) + static_cast<double>(diagonal_[at(j)]) - 2 * kij;
    const double end_i = b_[at(i)] < 0 ? std::min(0.0, p_.high[at(i)]) : p_.high[at(i)];
    const double end_j = b_[at(j)] > 0 ? std::max(0.0, p_.low[at(j)]) : p_.low[at(j)];
    const double wanted = (most_up_ - (g_[at(j)] + down_[at(j)])) / std::max(curvature, smallest);
    const double room_i = end_i - b_[at(i)], room_j = b_[at(j)] - end_j, d = std::min({wanted, room_i, room_j});
    b_[at(i)] = d == room_i ? end_i : b_[at(i)] + d;
    b_[at(j)] = d == room_j ? end_j : b_[at(j)] - d;
    set_steps(i);
    set_steps(j);
    step(i, j, d);
  }

  /// Puts aside what stands at an end and will not leave it, as far as the gradient tells; near the optimum all come back
  /// once. Where few would go, none does: places would change for nothing.
  void shrink() {
    if (!restored_ && most_up_ - least_down_ <= 10 * p_.tolerance) {
      restored_ = true;
      if (active_ < places_) restore();
    }
    Buffer<std::ptrdiff_t> order, aside;
    for (std::ptrdiff_t t = 0; t < active_; ++t) {
      const bool stays_up = g_[at(t)] - up_[at(t)]<least_down_, stays_down = g_[at(t)] + down_[at(t)]> most_up_;
      (stays_up && stays_down ? aside : order).push_back(t);
    }
    if (std::ssize(aside) < std::max(active_ / 8, block)) return;
    const std::ptrdiff_t kept = KernelRows::blocks_for(std::ssize(order)) * block;
    for (const std::ptrdiff_t t : aside) order.push_back(t);
    for (auto* numbers : {&p_.z, &p_.low, &p_.high, &b_, &g_, &up_, &down_}) rearrange(*numbers, order);
    rearrange(diagonal_, order);
    rearrange(place_, order);
    cache_.rearrange(order);
    active_ = kept;
    step(0, 0, 0);
  }

  /// All places are active again; what was aside gets its gradient.
  void restore() {
    const std::ptrdiff_t first = active_ / block, blocks = places_ / block - first, width = p_.rows.width;
    Buffer<std::ptrdiff_t> support;
    for (std::ptrdiff_t t = 0; t < places_; ++t)
      if (b_[at(t)] != 0) support.push_back(t);
    Buffer<float> x(static_cast<std::size_t>(std::ssize(support) * width));
    for (std::ptrdiff_t s = 0; s < std::ssize(support); ++s) cache_.rows().get(support[at(s)], x.data() + s * width);
    const std::ptrdiff_t grain = std::max<std::ptrdiff_t>(1, 4096 / (width * std::ssize(support) + 1));
    parallel::for_each(blocks, grain, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      float k[block];
      for (std::ptrdiff_t b = first + begin; b < first + end; ++b) {
        double* const g = g_.data() + b * block;
        std::copy_n(p_.z.data() + b * block, block, g);
        for (std::ptrdiff_t s = 0; s < std::ssize(support); ++s) {
          kernel_values(p_.kernel, cache_.rows(), x.data() + s * width, b, b + 1, k);
          const double factor = b_[at(support[at(s)])];
          for (std::ptrdiff_t t = 0; t < block; ++t) g[t] -= factor * static_cast<double>(k[t]);
        }
      }
    });
    active_ = places_;
    step(0, 0, 0);
  }

  void finish(SmoSolution& result) const {
    double sum = 0, count = 0;
    result.b.resize(at(size_));
    for (std::size_t t = 0; t < at(places_); ++t) {
      if (place_[t] < size_) result.b[at(place_[t])] = b_[t];
      result.objective += p_.epsilon * std::abs(b_[t]) - b_[t] * (g_[t] + p_.z[t]) / 2;
      if (up_[t] != -down_[t]) continue;
      sum += g_[t] - up_[t];  // free to grow and to fall: the gradient is the offset
      count += 1;
    }
    result.offset = count > 0 ? sum / count : (most_up_ + least_down_) / 2;
  }

  static constexpr double smallest = 1e-12;  // a curvature

  SmoProblem p_;
  std::ptrdiff_t size_, places_, active_;
  KernelCache cache_;
  Buffer<double> b_{}, g_{}, up_{}, down_{};  // g: z - K b
  Buffer<float> diagonal_{};
  Buffer<std::ptrdiff_t> place_{};  // whose place this is
  double most_up_ = 0, least_down_ = 0;
  std::ptrdiff_t best_ = 0;
  bool restored_ = false;
};

}  // namespace detail

/// Cost     two rows of the kernel and 20 active variables flops a step; memory: cache_bytes and 40 bytes a variable.
///          Rows of the kernel are computed on all threads where they are long; the same bits on any number of them.
/// Source   Fan, Chen, Lin, Working set selection using second order information for training support vector machines,
///          JMLR 6 (2005); shrinking: Chang, Lin, LIBSVM, ACM TIST 2 (2011), §4.
template <class Problem>  // a template, so that only programs that call it compile it
SmoSolution solve_smo(Problem problem) {
  return detail::Smo(std::move(problem)).solve();
}

}  // namespace tutti
