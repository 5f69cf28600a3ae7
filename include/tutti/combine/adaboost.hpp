// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/weighted_median.hpp>
#include <tutti/core/behaviour.hpp>
#include <tutti/core/buffer.hpp>
#include <tutti/core/forms.hpp>
#include <tutti/kernel/activation.hpp>

namespace tutti {

/// How a member hears of the weights: as weights of rows, or by rows that are drawn as often as they weigh. Automatic:
/// numbers are drawn, as AdaBoost.R2 was published; labels are weighed, and drawn where the member cannot honour weights.
enum class Emphasis : int { automatic, weights, draws };

/// What AdaBoost.R2 makes of an error e, as a share of the largest one: e, e^2, or 1 - exp(-e).
enum class ErrorShape : int { linear, square, exponential };

struct AdaBoostOptions {
  int members = 50;         // at most
  float learning_rate = 1;  // of votes, and so of weights
  Emphasis emphasis = Emphasis::automatic;
  ErrorShape loss = ErrorShape::linear;  // of numbers
};

/// Adaptive boosting: every member is fitted with more weight on the rows that those before it got wrong, and has a vote by
/// how right it was. SAMME for labels, AdaBoost.R2 for numbers.
template <class M> struct AdaBoost {
  M member{};
  AdaBoostOptions options{};

  constexpr AdaBoost() = default;
  constexpr explicit AdaBoost(M m, AdaBoostOptions o = {}) : member(std::move(m)), options(o) {}
};
template <class M> AdaBoost(M) -> AdaBoost<M>;
template <class M> AdaBoost(M, AdaBoostOptions) -> AdaBoost<M>;
template <class M> AdaBoost(AdaBoost<M>) -> AdaBoost<AdaBoost<M>>;

/// Fitted adaptive boosting. Of labels: f_k = sum_m v_m (1 where member m chooses k, -1 / (K - 1) where it does not), which
/// sums to 0 over the classes, and probabilities p_k ~ exp(f_k (K - 1) / K). Of numbers: the median of the members' by votes.
/// Shapes   every member (N, outputs) -> (N, outputs).
template <class X, class Y, class Model> struct AdaBoosted {
  using Parts = meta::List<Model>;
  static constexpr bool is_static = Y::is_label && StaticWorkspace<Model> && Y::outputs >= 0;

  Buffer<Model> models;
  Buffer<float> votes;  // above 0
  int width = 0;        // outputs of a row

  void outputs(std::span<const ViewOf<X>> x, Rows<float> y, Workspace& w) const noexcept {
    staged(std::ssize(models), x, y, w);
  }
  /// The outputs of the first `members` alone, as if boosting had ended there.
  /// Needs    1 <= members <= models.size().
  void staged(std::ptrdiff_t members, std::span<const ViewOf<X>> x, Rows<float> y,
              Workspace& w) const noexcept {
    if constexpr (Y::is_label) {
      decide(members, x, y, w);
      const float K = static_cast<float>(y.width());
      for (std::ptrdiff_t i = 0; i < y.size(); ++i) y[i] *= (K - 1) / K;
      for (std::ptrdiff_t r = 0; r < y.rows(); ++r)
        kernel::softmax(y.width(), y.row(r).data(), y.row(r).data());
    } else {
      medians(members, x, y, w);
    }
  }
  /// f of the first `members`.
  void decide(std::ptrdiff_t members, std::span<const ViewOf<X>> x, Rows<float> f,
              Workspace& w) const noexcept requires(Y::is_label) {
    const Rows<float> heard(w.take<float>(f.size()), f.rows(), f.width());
    const std::ptrdiff_t K = f.width();
    for (std::ptrdiff_t i = 0; i < f.size(); ++i) f[i] = 0;
    for (std::ptrdiff_t m = 0; m < members; ++m) {
      tutti::outputs<X, Y>(models[static_cast<std::size_t>(m)], x, heard, w);
      const float v = votes[static_cast<std::size_t>(m)], against = K > 1 ? v / static_cast<float>(K - 1) : 0;
      for (std::ptrdiff_t r = 0; r < f.rows(); ++r) {
        const int chosen = Y::decide(heard.row(r), nullptr).index();
        for (std::ptrdiff_t k = 0; k < K; ++k) f(r, k) += k == chosen ? v : -against;
      }
    }
  }

  static constexpr std::size_t workspace_bytes(std::ptrdiff_t rows) requires is_static {
    return workspace_bytes_of<float>(rows * Y::outputs) + static_workspace_bytes<Model>(rows);
  }
  std::size_t workspace_bytes(std::ptrdiff_t rows) const requires(!is_static) {
    std::size_t most = 0;
    for (const Model& m : models) most = std::max(most, tutti::workspace_bytes(m, rows));
    const std::ptrdiff_t n = std::ssize(models);
    return most + (Y::is_label ? workspace_bytes_of<float>(rows * width)
                               : workspace_bytes_of<float>(rows * n) + 2 * workspace_bytes_of<float>(n));
  }
  static void visit(auto& self, auto& archive) {
    archive("models", self.models)("votes", self.votes)("width", self.width);
  }
  void loaded() const {
    check<FileError>(!models.empty() && models.size() == votes.size(),
                     {"expected a vote for each of ", models.size(), " models"}, votes.size());
    for (const float v : votes) check<FileError>(v > 0 && v < 1e30f, "expected votes above 0", v);
  }
  void check_extents(int columns, int outputs) const {
    check<FileError>(width == outputs, {"expected boosting of ", outputs, " outputs"}, width);
    for (const Model& m : models) tutti::check_extents(m, columns, outputs);
  }

 private:
  void medians(std::ptrdiff_t members, std::span<const ViewOf<X>> x, Rows<float> y,
               Workspace& w) const noexcept {
    float* const heard = w.take<float>(members * y.rows());  // (members, N)
    float* const value = w.take<float>(members);
    float* const weight = w.take<float>(members);
    for (std::ptrdiff_t m = 0; m < members; ++m)
      tutti::outputs<X, Y>(models[static_cast<std::size_t>(m)], x,
                           Rows<float>(heard + m * y.rows(), y.rows(), 1), w);
    for (std::ptrdiff_t r = 0; r < y.rows(); ++r) {
      for (std::ptrdiff_t m = 0; m < members; ++m) value[m] = heard[m * y.rows() + r];
      std::copy_n(votes.data(), members, weight);
      y[r] = detail::weighted_median(value, weight, members);
    }
  }
};

namespace detail {
/// Fits member after member (combine/adaboost_fit.hpp).
template <class M, class X, class Y>
AdaBoosted<X, Y, ModelOf<M, X, Y>> fit_adaboost(const AdaBoost<M>& spec, const Dataset<X, Y>& data,
                                                const Context& context);
}  // namespace detail

/// Adaptive boosting of any member. Labels (SAMME): with err the weight of the rows that a member gets wrong, as a share of
/// all, it has the vote v = learning_rate (log((1 - err) / err) + log(K - 1)), and the weight of those rows is multiplied by
/// exp(v); of two classes that is AdaBoost.M1. Numbers (AdaBoost.R2): with err the weighted mean of the errors in the shape
/// of `loss`, beta = err / (1 - err), the vote is learning_rate log(1 / beta), and weights are multiplied by
/// beta^(learning_rate (1 - error)). Weights keep their sum.
/// A member without an error ends the run; its err counts as half a row's, so that its vote is finite. So does one that is
/// no better than chance (err >= 1 - 1/K; 1/2 for numbers), which is dropped; the first one stays, with a vote near 0.
/// Probabilities are those that SAMME's loss is minimised by: with many rounds or strong members they are too sure (Calibrate).
/// A Tree whose size is left open is a stump for labels, three levels deep for numbers. Weights of rows are honoured whatever
/// the member can. NaN as in the member.
/// Shapes   the member's.
/// Cost     fit: `members` fits, one after another, and as many predictions of all rows; predict: the sum of the members'.
/// Errors   at compile time: targets other than labels or one number. FitError for members < 1, a learning_rate that is not
///          above 0, Emphasis::weights for a member that cannot honour them, outputs that are not finite.
/// Source   Zhu, Zou, Rosset and Hastie, Multi-class AdaBoost, Statistics and Its Interface 2 (2009); Drucker, Improving
///          regressors using boosting techniques, ICML 1997; half a row: Schapire and Singer, Machine Learning 37 (1999), 4.2.
template <class M> struct Behaviour<AdaBoost<M>> {
  static constexpr Capabilities capabilities = [] {
    Capabilities c = capabilities_of<M>;
    c.weights = c.probabilities = true;
    c.flags = c.incremental = c.explainable = false;
    return c;
  }();

  template <class X, class Y> using Model = AdaBoosted<X, Y, ModelOf<M, X, Y>>;

  template <class X, class Y> static constexpr auto diagnose() {
    if constexpr (is_flags<Y> || (!Y::is_label && Y::outputs != 1))
      return std::type_identity<
          error::Mismatch<AdaBoost<M>, error::GetsType<Y>, error::labels_or_one_number>>{};
    else return std::type_identity<error::located_t<AdaBoost<M>, 0, M, DiagnosisOf<M, X, Y>>>{};
  }
  template <class X, class Y> using Diagnosis = typename decltype(diagnose<X, Y>())::type;

  template <class X, class Y>
  static Model<X, Y> fit(const AdaBoost<M>& spec, const Dataset<X, Y>& data, const Context& context) {
    return detail::fit_adaboost(spec, data, context);
  }
};

}  // namespace tutti
