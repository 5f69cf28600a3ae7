// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/one_vs_rest.hpp>
#include <tutti/model/support_vectors.hpp>

namespace tutti {

/// How pairs of classes are put together: the probabilities that agree best with those of all pairs, or a vote.
enum class Pairs : int { couple, vote };

/// A classifier of two classes for each pair of classes.
template <class M> struct OneVsOne {
  M member{};
  Pairs pairs = Pairs::couple;

  constexpr OneVsOne() = default;
  constexpr explicit OneVsOne(M m, Pairs p = Pairs::couple) : member(std::move(m)), pairs(p) {}
};
template <class M> OneVsOne(M) -> OneVsOne<M>;
template <class M> OneVsOne(M, Pairs) -> OneVsOne<M>;
template <class M> OneVsOne(OneVsOne<M>) -> OneVsOne<OneVsOne<M>>;

/// Fitted members, each of which tells two classes apart.
/// Shapes   every model (N, 2) -> (N, K).
template <class X, class Y, class Model> struct OneVsOneModel {
  using Parts = meta::List<Model>;

  Buffer<Model> models;          // of pairs (0, 1), (0, 2), ..., (1, 2), ... of the classes that have rows
  Buffer<std::int32_t> classes;  // those, ascending
  Pairs pairs = Pairs::couple;
  int width = 0;

  void outputs(std::span<const ViewOf<X>> x, Rows<float> y, Workspace& w) const noexcept {
    const std::ptrdiff_t n = std::ssize(classes), all = std::ssize(models);
    float* const first = w.take<float>(all * y.rows());  // (pairs, N): the probability of the first of a pair
    double* const r = w.take<double>(n * n);
    double* const p = w.take<double>(n);
    const Rows<float> heard(w.take<float>(2 * y.rows()), y.rows(), 2);
    for (std::ptrdiff_t m = 0; m < all; ++m) {
      tutti::outputs<X, Label<2>>(models[static_cast<std::size_t>(m)], x, heard, w);
      for (std::ptrdiff_t i = 0; i < y.rows(); ++i) first[m * y.rows() + i] = heard(i, 0);
    }
    for (std::ptrdiff_t i = 0; i < y.rows(); ++i) {
      join(first + i, y.rows(), r, p);
      for (std::ptrdiff_t k = 0; k < y.width(); ++k) y(i, k) = 0;
      for (std::ptrdiff_t c = 0; c < n; ++c)
        y(i, classes[static_cast<std::size_t>(c)]) = static_cast<float>(p[c]);
    }
  }
  std::size_t workspace_bytes(std::ptrdiff_t rows) const {
    std::size_t most = 0;
    for (const Model& m : models) most = std::max(most, tutti::workspace_bytes(m, rows));
    const std::ptrdiff_t n = std::ssize(classes);
    return workspace_bytes_of<float>(rows * std::ssize(models)) + workspace_bytes_of<double>(n * n) +
           workspace_bytes_of<double>(n) + workspace_bytes_of<float>(2 * rows) + most;
  }
  static void visit(auto& self, auto& archive) {
    archive("models", self.models)("classes", self.classes)("pairs", self.pairs)("width", self.width);
  }
  void loaded() const {
    const std::size_t n = classes.size();
    check<FileError>(n >= 1 && n < 65536 && models.size() == n * (n - 1) / 2,
                     {"one vs one: expected a model for each pair of ", n, " classes"}, models.size());
    for (std::size_t c = 0; c < n; ++c)
      check<FileError>(classes[c] >= 0 && classes[c] < width && (c == 0 || classes[c] > classes[c - 1]),
                       "one vs one: expected ascending classes", classes[c]);
    check<FileError>(pairs == Pairs::couple || pairs == Pairs::vote,
                     "one vs one: expected pairs of kind 0 or 1", static_cast<int>(pairs));
  }
  void check_extents(int columns, int outputs) const {
    check<FileError>(width == outputs, {"one vs one: expected ", outputs, " outputs"}, width);
    for (const Model& m : models) tutti::check_extents(m, columns, 2);
  }

 private:
  /// Shapes   first (pairs), `stride` apart; r (n, n): scratch; p (n).
  void join(const float* first, std::ptrdiff_t stride, double* r, double* p) const noexcept {
    const int n = static_cast<int>(classes.size());
    constexpr double least = 1e-7;  // as LIBSVM: no pair is sure
    double* at = r;
    if (n == 1) {
      p[0] = 1;
      return;
    }
    for (int a = 0; a < n; ++a)
      for (int b = a + 1; b < n; ++b, first += stride) {
        const double q = std::clamp(static_cast<double>(*first), least, 1 - least);
        if (pairs == Pairs::vote) {
          *at++ = q - 0.5;
        } else {
          r[a * n + b] = q;
          r[b * n + a] = 1 - q;
        }
      }
    if (pairs == Pairs::vote) detail::shares_of_decisions(r, n, p);
    else detail::couple(r, n, p);
  }
};

namespace detail {
template <class M, class X, class Y>
OneVsOneModel<X, Y, ModelOf<M, X, Label<2>>> fit_one_vs_one(const OneVsOne<M>& spec,
                                                            const Dataset<X, Y>& data,
                                                            const Context& context);
}  // namespace detail

/// One classifier for each pair of classes that have rows, fitted to the rows of both. `couple`: the p that minimises
/// sum_ab (r_ba p_a - r_ab p_b)^2, where r_ab is the probability of a against b; `vote`: the softmax of the pairs that a class
/// wins, with what it wins them by to break ties. A class without rows has probability 0. Row weights go to the members.
/// Shapes   the member's of two classes -> (N, K).
/// Cost     K (K - 1) / 2 fits, each on the rows of two classes, side by side; predict: as many, + K^3 to couple them.
/// Errors   at compile time: targets other than labels, a member that learns no labels.
/// Source   Hastie and Tibshirani, Classification by pairwise coupling, Annals of Statistics 26 (1998); Wu, Lin and Weng,
///          Probability estimates for multi-class classification by pairwise coupling, JMLR 5 (2004), their second method.
template <class M> struct Behaviour<OneVsOne<M>> {
  static constexpr Capabilities capabilities = [] {
    Capabilities c = detail::of_many_classes(capabilities_of<M>);
    c.probabilities = true;
    return c;
  }();

  template <class X, class Y> using Model = OneVsOneModel<X, Y, ModelOf<M, X, Label<2>>>;

  template <class X, class Y> static constexpr auto diagnose() {
    if constexpr (!Y::is_label)
      return std::type_identity<
          error::Mismatch<OneVsOne<M>, error::GetsType<Y>, error::numbers_but_it_predicts_labels>>{};
    else return std::type_identity<error::located_t<OneVsOne<M>, 0, M, DiagnosisOf<M, X, Label<2>>>>{};
  }
  template <class X, class Y> using Diagnosis = typename decltype(diagnose<X, Y>())::type;

  template <class X, class Y>
  static Model<X, Y> fit(const OneVsOne<M>& spec, const Dataset<X, Y>& data, const Context& context) {
    return detail::fit_one_vs_one(spec, data, context);
  }
};

}  // namespace tutti
