// SPDX-License-Identifier: Apache-2.0
// Every form once, as a function of its member. What all forms promise is tested by going through this list: a new form is one
// line in it, and is then nested in every other, fed with noise, weights, gaps, lonely rows and classes.
#pragma once
#include <tutti/combine/abstain_fit.hpp>
#include <tutti/combine/adaboost_fit.hpp>
#include <tutti/combine/adaptive_fit.hpp>
#include <tutti/combine/bag_fit.hpp>
#include <tutti/combine/blend_fit.hpp>
#include <tutti/combine/calibrate_fit.hpp>
#include <tutti/combine/cascade_fit.hpp>
#include <tutti/combine/conformal_fit.hpp>
#include <tutti/combine/dynamic_selection_fit.hpp>
#include <tutti/combine/early_exit_fit.hpp>
#include <tutti/combine/finish_fit.hpp>
#include <tutti/combine/fuse_fit.hpp>
#include <tutti/combine/greedy_fit.hpp>
#include <tutti/combine/hedge_fit.hpp>
#include <tutti/combine/learnt_weights_fit.hpp>
#include <tutti/combine/meta_des_fit.hpp>
#include <tutti/combine/one_vs_one_fit.hpp>
#include <tutti/combine/one_vs_rest_fit.hpp>
#include <tutti/combine/replicate_fit.hpp>
#include <tutti/combine/select_fit.hpp>
#include <tutti/combine/stack_fit.hpp>

#include "combine/learners.hpp"

#include <cmath>
#include <tuple>

namespace every_form {

using namespace tutti;

/// The lightest member that learns both kinds of targets and honours weights: classes by their means, numbers by a line through
/// the mean of the columns.
struct Plain {
  static constexpr Capabilities capabilities{.weights = true, .probabilities = true};

  struct Model {
    int width = 0;
    bool labels = false;
    std::vector<float> at{}, prior{};  // the means of classes; or, of numbers, where the line begins and its slope

    void outputs(auto x, Rows<float> y, Workspace&) const noexcept {
      for (std::size_t i = 0; i < x.size(); ++i) {
        const auto row = y.row(static_cast<std::ptrdiff_t>(i));
        if (labels) classes(x[i], row);
        else row[0] = at[0] + at[1] * mean(x[i]);
      }
    }
    void classes(const auto& x, std::span<float> p) const noexcept {
      float sum = 0;
      for (std::size_t k = 0; k < p.size(); ++k) {
        float square = 0;
        for (int j = 0; j < width; ++j) square += std::pow(x[j] - at[k * static_cast<std::size_t>(width) + static_cast<std::size_t>(j)], 2.0f);
        sum += p[k] = prior[k] * std::exp(-std::min(square, 40.0f) / 2);
      }
      for (float& v : p) v = sum > 0 ? v / sum : 1.0f / static_cast<float>(p.size());
    }
    static float mean(const auto& x) noexcept {
      float sum = 0;
      for (int j = 0; j < x.size(); ++j) sum += x[j];
      return sum / static_cast<float>(x.size());
    }
    static void visit(auto& self, auto& archive) {
      archive("width", self.width)("labels", self.labels)("at", self.at)("prior", self.prior);
    }
    void check_extents(int columns, int outputs) const {
      const bool fits = labels ? std::ssize(prior) == outputs && std::ssize(at) == width * outputs : std::ssize(at) == 2;
      check<FileError>(width == columns && fits, "expected another size", width);
    }
  };

  template <class X, class Y>
    requires(Y::is_label || Y::outputs == 1)
  Model fit(const Dataset<X, Y>& data, Context) const {
    if constexpr (Y::is_label) return of_classes(data);
    else return of_numbers(data);
  }

 private:
  template <class Data>
  static Model of_classes(const Data& data) {
    const auto width = static_cast<std::size_t>(data.width()), classes = static_cast<std::size_t>(data.outputs());
    Model m{data.width(), true, std::vector<float>(width * classes), std::vector<float>(classes)};
    for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
      const auto k = static_cast<std::size_t>(data.y(i).index());
      m.prior[k] += data.weight(i);
      for (std::size_t j = 0; j < width; ++j) m.at[k * width + j] += data.weight(i) * data.x(i)[static_cast<std::ptrdiff_t>(j)];
    }
    for (std::size_t k = 0; k < classes; ++k)
      for (std::size_t j = 0; j < width && m.prior[k] > 0; ++j) m.at[k * width + j] /= m.prior[k];
    return m;
  }
  template <class Data>
  static Model of_numbers(const Data& data) {
    double total = 0, x = 0, y = 0, xx = 0, xy = 0;
    for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
      const double w = static_cast<double>(data.weight(i)), a = static_cast<double>(Model::mean(data.x(i))), b = static_cast<double>(data.target(i)[0]);
      total += w, x += w * a, y += w * b, xx += w * a * a, xy += w * a * b;
    }
    const double spread = total * xx - x * x, slope = spread > 1e-9 * total * xx ? (total * xy - x * y) / spread : 0;
    return {data.width(), false, {static_cast<float>(total > 0 ? (y - slope * x) / total : 0), static_cast<float>(slope)}, {}};
  }
};

/// A transform that changes nothing.
struct AsItIs {
  static constexpr Capabilities capabilities{.weights = true, .missing = true};
  static constexpr Shape infer(Shape x) { return x; }
  struct Model {
    int columns = 0;
    int width() const noexcept { return columns; }
    template <class View, class T>
    void transform(const View& x, T* out) const noexcept { x.copy_to(out); }
    static void visit(auto& self, auto& archive) { archive("columns", self.columns); }
    void check_extents(int width, int) const { check<FileError>(columns == width, "expected another width", columns); }
  };
  template <class X, class Y>
  Model fit(const Dataset<X, Y>& data, Context) const { return {data.width()}; }
};

/// A step that changes nothing, for both kinds of targets.
struct Same {
  static constexpr bool labels = true, numbers = true;
  void check(int) const {}
  void apply(std::span<float>) const noexcept {}
  static void visit(auto&, auto&) {}
};

/// make(member) -> the form around it.
template <bool Numbers, class Make>
struct Form {
  static constexpr bool numbers = Numbers;  // takes numbers as targets, not labels alone
  std::string name;
  bool learns;                              // from out-of-fold predictions: a head
  Make make;
  bool relabels = false;                    // teaches members other labels or draws of rows: spies cannot follow a row
};
template <class Make>
Form<true, Make> form(std::string name, Make make) { return {std::move(name), false, make}; }
template <class Make>
Form<false, Make> of_labels(std::string name, Make make) { return {std::move(name), false, make}; }
template <class Make>
Form<true, Make> head(std::string name, Make make) { return {std::move(name), true, make}; }
template <class Make>
Form<false, Make> head_of_labels(std::string name, Make make) { return {std::move(name), true, make}; }
template <class F>
F relabelling(F form) {
  form.relabels = true;
  return form;
}

namespace {

const auto forms = std::tuple{
    of_labels("Vote", [](auto m) { return Vote{m, m, m}; }),
    form("Average", [](auto m) { return Average{m, m}; }),
    form("Average", [](auto m) { return Average{Weights{3, 1}, m, m}; }),
    head("Stack", [](auto m) { return Stack{Average{m, m}, Plain{}}; }),
    head("Stack", [](auto m) { return Stack{m, Plain{}}; }),
    form("Bag", [](auto m) { return Bag{m, BagOptions{.members = 3}}; }),
    form("Replicate", [](auto m) { return Replicate<decltype(m), 2>{m}; }),
    form("Cascade", [](auto m) { return Cascade{AsItIs{}, m}; }),
    head("Cascade", [](auto m) { return Cascade{m, Plain{}}; }),
    form("Finish", [](auto m) { return Finish{m, Same{}}; }),
    head("Calibrate", [](auto m) { return Calibrate{m}; }),
    head("Average", [](auto m) { return Average{LeastSquaresWeights{}, m, Plain{}}; }),
    head("Greedy", [](auto m) { return Greedy{m, Plain{}}; }),
    form("Blend", [](auto m) { return Blend{m, Plain{}}; }),
    head("Cascade", [](auto m) { return Cascade{Fuse{AsItIs{}, m}, Plain{}}; }),
    relabelling(form("AdaBoost", [](auto m) { return AdaBoost{m, AdaBoostOptions{.members = 3}}; })),
    relabelling(of_labels("OneVsRest", [](auto m) { return OneVsRest{m}; })),
    relabelling(of_labels("OneVsOne", [](auto m) { return OneVsOne{m}; })),
    head("Select", [](auto m) { return Select{Gate{Plain{}}, m, Plain{}}; }),
    head_of_labels("Select", [](auto m) { return Select{KnoraE{.k = 3}, m, Plain{}}; }),
    head_of_labels("EarlyExit", [](auto m) { return EarlyExit{{.budget = 1, .costs = {1.0f, 2.0f}}, Plain{}, m}; }),
    of_labels("Abstain", [](auto m) { return Abstain{m, {.confidence = 0.6f}}; }),
    form("Hedge", [](auto m) { return Hedge{m, Plain{}}; }),
    form("Adaptive", [](auto m) { return Adaptive{m}; }),
    head("Conformal", [](auto m) { return Conformal{m, {.coverage = 0.5f}}; }),
    head_of_labels("Select", [](auto m) { return Select{MetaDes{Plain{}, {.k = 3, .profiles = 3}}, m, Plain{}}; }),
};

/// Forms of numbers alone stand apart: what is nested in all others takes labels.
const auto forms_of_numbers = std::tuple{
    form("Conformal", [](auto m) { return Conformal{Bag{m, BagOptions{.members = 5}}, AfterBootstrap{}, {.coverage = 0.5f}}; }),
};

}  // namespace

inline constexpr std::size_t count = std::tuple_size_v<decltype(forms)>;

/// f(form) for the forms First ... Last - 1.
template <std::size_t First = 0, std::size_t Last = count, class F>
void each(F&& f) {
  [&]<std::size_t... I>(std::index_sequence<I...>) { (f(std::get<First + I>(forms)), ...); }(std::make_index_sequence<Last - First>{});
}
/// f(form) for every form that learns numbers.
template <class F>
void each_of_numbers(F&& f) {
  each([&](const auto& form) {
    if constexpr (std::remove_cvref_t<decltype(form)>::numbers) f(form);
  });
  std::apply([&](const auto&... form) { (f(form), ...); }, forms_of_numbers);
}

}  // namespace every_form
