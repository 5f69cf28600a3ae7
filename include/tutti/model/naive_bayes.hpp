// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/capabilities.hpp>
#include <tutti/core/context.hpp>
#include <tutti/core/dataset.hpp>
#include <tutti/core/rows.hpp>
#include <tutti/core/workspace.hpp>
#include <tutti/model/categorical_likelihood.hpp>
#include <tutti/model/count_likelihoods.hpp>
#include <tutti/model/discriminant.hpp>
#include <tutti/model/gaussian_likelihood.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <initializer_list>
#include <limits>
#include <span>

namespace tutti {

/// Naive Bayes: p(c | x) in proportion to p(c) prod_j p(x_j | c), as if columns were independent within a class. How they
/// are distributed there is the likelihood: NaiveBayes{} is likelihood::Gaussian, NaiveBayes{likelihood::Multinomial{}}
/// counts words; Complement, Bernoulli and Categorical are the others.
/// Priors p(c) are the shares of the classes' weights, the given ones, or with `uniform` all alike. A class without a
/// training row gets probability 0. NaN says nothing: in fitting and in prediction its column is left out of that row. A
/// row that is impossible in every class gets the priors.
/// It goes on learning: update(model, batch, state) is what all rows together would have given.
/// Shapes   x (columns) -> y (K), probabilities.
/// Cost     fit: one pass, 2 rows columns flops and a division each for Gaussian, on all threads; predict: about 3 columns
///          K flops.
/// Errors   FitError when an option is out of range, priors are not K numbers >= 0 that sum to 1, no row has a positive
///          weight, or an input is not what the likelihood takes.
/// Source   Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, 2nd ed., §6.6.3.
template <class Likelihood = likelihood::Gaussian> struct NaiveBayes {
  Likelihood likelihood{};
  Buffer<float> priors{};
  bool uniform = false;

  static constexpr Capabilities capabilities{.labels = true,
                                             .numbers = false,
                                             .weights = true,
                                             .missing = true,
                                             .probabilities = true,
                                             .incremental = true};

  template <class X, class Y> struct Model {
    NaiveBayes spec{};
    typename Likelihood::Learnt learnt{};
    Buffer<double> class_weight{};
    int columns = 0;
    typename Likelihood::Table table{};  // made of the above
    Buffer<double> log_prior{};

    int classes() const noexcept { return static_cast<int>(class_weight.size()); }

    /// Rows that are looked at together.
    static constexpr std::ptrdiff_t at_once = [] {
      if constexpr (requires { Likelihood::Table::at_once; }) return Likelihood::Table::at_once;
      else return std::ptrdiff_t{1};
    }();
    static constexpr std::size_t workspace_bytes(std::ptrdiff_t rows)
      requires(Y::outputs != Dynamic)
    {
      return workspace_bytes_of<double>(std::min(rows, at_once) * Y::outputs);
    }
    std::size_t workspace_bytes(std::ptrdiff_t rows) const
      requires(Y::outputs == Dynamic)
    {
      return workspace_bytes_of<double>(std::min(rows, at_once) * classes());
    }
    void outputs(std::span<const ViewOf<X>> x, Rows<float> y, Workspace& w) const noexcept {
      double* const logs = w.take<double>(std::min(std::ssize(x), at_once) * classes());
      for (std::ptrdiff_t first = 0; first < std::ssize(x); first += at_once) {
        const std::ptrdiff_t rows = std::min(at_once, std::ssize(x) - first);
        log_joint(x.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(rows)), logs);
        for (std::ptrdiff_t r = 0; r < rows; ++r) to_probabilities(logs + r * classes(), y.row(first + r));
      }
    }
    /// log p(c) + log p(x | c) of each class, the latter up to a constant, of at most `at_once` rows.
    void log_joint(std::span<const ViewOf<X>> x, double* logs) const noexcept {
      const std::size_t classes = class_weight.size();
      for (std::size_t i = 0; i < x.size() * classes; ++i) {
        const std::size_t c = i % classes;
        const bool counts = !requires { Likelihood::without_priors; } || classes == 1;
        logs[i] = counts || class_weight[c] <= 0 ? log_prior[c] : 0.0;
      }
      if constexpr (at_once > 1) table.add_logs(x, logs);
      else table.add_logs(x[0], logs);
    }
    void log_joint(const ViewOf<X>& x, double* logs) const noexcept { log_joint(std::span(&x, 1), logs); }

    Nothing learning_state(Random) const { return {}; }
    Model update(const Dataset<X, Y>& batch, Nothing&) const;  // naive_bayes_fit.hpp
    void prepare();                                            // makes the tables

    static void visit(auto& self, auto& archive) {
      archive("spec", self.spec)("learnt", self.learnt)("class_weight", self.class_weight)("columns", self.columns);
    }
    void check_extents(int width, int outputs) const {
      check<FileError>(columns == width && classes() == outputs,
                       {"expected what was learnt of ", width, " columns in ", outputs, " classes"}, columns);
    }
    [[gnu::cold]] void loaded() {
      constexpr int known = X::shape.size();
      check<FileError>(classes() >= 1 && (Y::outputs == Dynamic || classes() == Y::outputs),
                       {"expected ", Y::outputs, " classes"}, classes());
      check<FileError>(columns >= 1 && (known == Dynamic || columns == known), {"expected ", known, " columns"}, columns);
      learnt.check_sizes(classes(), columns);
      spec.check_options(classes(), [](bool holds, std::initializer_list<Word> why) {
        if (!holds) throw FileError(detail::joined(why));
      });
      prepare();
    }

   private:
    void to_probabilities(double* logs, std::span<float> p) const noexcept {
      bool possible = false;
      for (std::size_t c = 0; c < p.size(); ++c) possible |= !(logs[c] <= -std::numeric_limits<double>::max());
      if (!possible) std::copy_n(log_prior.data(), p.size(), logs);
      detail::posterior(logs, p);
    }
  };

  template <class X, class Y> Model<X, Y> fit(const Dataset<X, Y>& data, Context context) const;

  /// What fit and load demand: expect(condition, words).
  [[gnu::cold]] void check_options(int classes, const auto& expect) const {
    Likelihood::check_options(likelihood, expect);
    expect(priors.empty() || std::ssize(priors) == classes, {"expected priors of ", classes, " classes, got ", priors.size()});
    double sum = 0;
    bool nonnegative = true;
    for (const float p : priors) {
      nonnegative = nonnegative && p >= 0;
      sum += static_cast<double>(p);
    }
    expect(priors.empty() || (nonnegative && std::abs(sum - 1) <= 1e-5), {"expected priors >= 0 that sum to 1, got a sum of ", sum});
  }

  static void visit(auto& self, auto& archive) {
    archive("likelihood", self.likelihood)("priors", self.priors)("uniform", self.uniform);
  }
};
template <class Likelihood> NaiveBayes(Likelihood) -> NaiveBayes<Likelihood>;

template <class Likelihood>
template <class X, class Y>
[[gnu::cold]] void NaiveBayes<Likelihood>::Model<X, Y>::prepare() {
  table = typename Likelihood::Table(spec.likelihood, learnt, classes(), columns);
  double all = 0, seen = 0;
  for (const double w : class_weight) {
    all += w;
    seen += w > 0 ? 1 : 0;
  }
  log_prior.clear();
  for (std::size_t c = 0; c < class_weight.size(); ++c) {
    const double p = spec.uniform ? 1 / seen : spec.priors.empty() ? class_weight[c] / all : static_cast<double>(spec.priors[c]);
    log_prior.push_back(class_weight[c] > 0 ? std::log(p) : -std::numeric_limits<double>::infinity());
  }
}

}  // namespace tutti
