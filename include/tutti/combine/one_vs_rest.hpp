// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/behaviour.hpp>
#include <tutti/core/buffer.hpp>

#include <algorithm>

namespace tutti {

/// A classifier of two classes for each class, against all others; of flags, one for each flag.
template <class M> struct OneVsRest {
  M member{};

  constexpr OneVsRest() = default;
  constexpr explicit OneVsRest(M m) : member(std::move(m)) {}
};
template <class M> OneVsRest(M) -> OneVsRest<M>;
template <class M> OneVsRest(OneVsRest<M>) -> OneVsRest<OneVsRest<M>>;

/// Where an output of OneVsRest comes from.
enum class Against : int { nothing_it_never_is, nothing_it_always_is, the_other_one, the_rest };

/// Fitted members, each of which tells one class from all others.
/// Shapes   every model (N, 2) -> (N, outputs).
template <class X, class Y, class Model> struct OneVsRestModel {
  using Parts = meta::List<Model>;
  static constexpr bool is_static = StaticWorkspace<Model>;

  Buffer<Model> models;     // in the order of the outputs that have one
  Buffer<Against> against;  // of each output

  void outputs(std::span<const ViewOf<X>> x, Rows<float> y, Workspace& w) const noexcept {
    const Rows<float> heard(w.take<float>(2 * y.rows()), y.rows(), 2);
    std::ptrdiff_t last = 0;
    for (std::ptrdiff_t k = 0, m = 0; k < y.width(); ++k) {
      const Against of = against[static_cast<std::size_t>(k)];
      if (of == Against::the_rest)
        tutti::outputs<X, Label<2>>(models[static_cast<std::size_t>(m++)], x, heard, w), last = k;
      for (std::ptrdiff_t r = 0; r < y.rows(); ++r)
        y(r, k) = of == Against::the_rest ? heard(r, 1) : of == Against::nothing_it_always_is ? 1.0f : 0.0f;
    }
    if constexpr (Y::is_label)
      for (std::ptrdiff_t r = 0; r < y.rows(); ++r) finish(y.row(r), static_cast<std::size_t>(last));
  }
  static constexpr std::size_t workspace_bytes(std::ptrdiff_t rows) requires is_static {
    return workspace_bytes_of<float>(2 * rows) + static_workspace_bytes<Model>(rows);
  }
  std::size_t workspace_bytes(std::ptrdiff_t rows) const requires(!is_static) {
    std::size_t most = 0;
    for (const Model& m : models) most = std::max(most, tutti::workspace_bytes(m, rows));
    return workspace_bytes_of<float>(2 * rows) + most;
  }
  static void visit(auto& self, auto& archive) { archive("models", self.models)("against", self.against); }
  void loaded() const {
    std::size_t there = 0;
    for (const Against a : against) {
      check<FileError>(a >= Against::nothing_it_never_is && a <= Against::the_rest,
                       "one vs rest: expected kinds from 0 to 3", static_cast<int>(a));
      there += a == Against::the_rest;
    }
    check<FileError>(models.size() == there, {"one vs rest: expected ", there, " models"}, models.size());
  }
  void check_extents(int columns, int outputs) const {
    check<FileError>(std::ssize(against) == outputs, {"one vs rest: expected ", outputs, " outputs"},
                     against.size());
    for (const Model& m : models) tutti::check_extents(m, columns, 2);
  }

 private:
  /// To a sum of 1; where every class is refused, those that have rows are equally likely.
  void finish(std::span<float> y, std::size_t last) const noexcept {
    float sum = 0;
    for (std::size_t k = 0; k < y.size(); ++k) {
      if (against[k] == Against::the_other_one) y[k] = 1 - y[last];
      sum += y[k];
    }
    if (sum == 0)
      for (std::size_t k = 0; k < y.size(); ++k)
        sum += y[k] = against[k] != Against::nothing_it_never_is ? 1.0f : 0.0f;
    for (float& p : y) p /= sum;
  }
};

namespace detail {
template <class M, class X, class Y>
OneVsRestModel<X, Y, ModelOf<M, X, Label<2>>> fit_one_vs_rest(const OneVsRest<M>& spec,
                                                              const Dataset<X, Y>& data,
                                                              const Context& context);

/// What a form of two classes can do for more.
constexpr Capabilities of_many_classes(Capabilities c) {
  c.numbers = c.flags = c.incremental = c.explainable = false;
  return c;
}
}  // namespace detail

/// One classifier for each class that has rows, fitted to tell it from all others (of two classes one is enough): p_k is its
/// probability, divided by the sum over all classes. A class without rows has probability 0. Of Flags: one classifier for each
/// flag, p_k as it is; a flag that never varies is what it always was. Row weights go to the members.
/// Shapes   the member's of two classes -> (N, outputs).
/// Cost     K fits and predictions of the member, side by side.
/// Errors   at compile time: targets other than labels or flags, a member that learns no labels.
/// Source   Rifkin and Klautau, In defense of one-vs-all classification, JMLR 5 (2004); scikit-learn 1.2, OneVsRestClassifier.
template <class M> struct Behaviour<OneVsRest<M>> {
  static constexpr Capabilities capabilities = [] {
    Capabilities c = detail::of_many_classes(capabilities_of<M>);
    c.flags = c.labels;
    return c;
  }();

  template <class X, class Y> using Model = OneVsRestModel<X, Y, ModelOf<M, X, Label<2>>>;

  template <class X, class Y> static constexpr auto diagnose() {
    if constexpr (!Y::is_label && !is_flags<Y>)
      return std::type_identity<
          error::Mismatch<OneVsRest<M>, error::GetsType<Y>, error::numbers_but_it_predicts_labels>>{};
    else return std::type_identity<error::located_t<OneVsRest<M>, 0, M, DiagnosisOf<M, X, Label<2>>>>{};
  }
  template <class X, class Y> using Diagnosis = typename decltype(diagnose<X, Y>())::type;

  template <class X, class Y>
  static Model<X, Y> fit(const OneVsRest<M>& spec, const Dataset<X, Y>& data, const Context& context) {
    return detail::fit_one_vs_rest(spec, data, context);
  }
};

}  // namespace tutti
