// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/member_outputs.hpp>
#include <tutti/core/folds.hpp>
#include <tutti/core/predictions.hpp>
#include <tutti/measure/truth.hpp>

#include <initializer_list>
#include <utility>

namespace tutti::detail {

/// The out-of-fold predictions of the members of a head, and which of their rows may teach it what is applied to a fold.
class HeldOutMembers {
 public:
  /// Needs    the dataset's plan and the predictions to outlive this.
  template <class X, class Y, class... Same>
  HeldOutMembers(const Dataset<X, Y>& data, const FoldPlan& plan, Random random,
                 const Predictions<OutOfFold, Y>& first, const Predictions<OutOfFold, Same>&... others)
      : truth_(data), plan_(&plan), random_(random) {
    for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
      origin_.push_back(data.origin(i));
      fold_.push_back(plan.fold(data.origin(i)));
    }
    take({&first, &others...});
  }

  std::ptrdiff_t rows() const noexcept { return std::ssize(fold_); }
  int k() const noexcept { return plan_->k(); }
  std::size_t members() const noexcept { return said_.size(); }
  int fold(std::ptrdiff_t i) const noexcept { return fold_[static_cast<std::size_t>(i)]; }
  bool covers(std::ptrdiff_t i) const noexcept { return covered_[static_cast<std::size_t>(i)] != 0; }
  std::span<const float> said(std::size_t member, std::ptrdiff_t i) const noexcept {
    return said_[member].row(i);
  }

  /// What f(view, any row in it) gives for the rows that may teach fold f; f = -1: all that every member covers. A view holds
  /// all rows, and others have weight 0. What is said is seen through Rule: outputs, or votes.
  template <class Rule, class F> auto taught(int f, F&& learn) const {
    Buffer<float> weight(fold_.size());
    bool any = false;
    for (std::size_t i = 0; i < weight.size(); ++i) {
      const bool teaches = covered_[i] != 0 && plan_->teaches(f, origin_[i]);
      weight[i] = !teaches ? 0 : truth_.weight.empty() ? 1 : truth_.weight[i];
      any = any || weight[i] > 0;
    }
    Buffer<Buffer<float>> shown;
    MemberOutputs view{said_, truth_.judge({}), fold_, random_};
    view.truth.weight = weight;
    if constexpr (Rule::shows_outputs) (void)shown;
    else
      for (Rows<const float>& m : view.members) m = seen_through<Rule>(m, shown.emplace_back());
    return learn(std::as_const(view), any);
  }

 private:
  void take(std::initializer_list<const PredictionRows*> members) {
    covered_.assign(fold_.size(), 1);
    for (const PredictionRows* m : members) {
      said_.push_back(m->values());
      for (std::size_t i = 0; i < covered_.size(); ++i)
        covered_[i] = covered_[i] != 0 && m->covers(static_cast<std::ptrdiff_t>(i)) ? 1 : 0;
    }
  }
  template <class Rule> static Rows<const float> seen_through(Rows<const float> said, Buffer<float>& memory) {
    memory.resize(static_cast<std::size_t>(said.size()));
    const Rows<float> shown(memory.data(), said.rows(), said.width());
    for (std::ptrdiff_t i = 0; i < said.rows(); ++i) Rule::add(said.row(i), 1, shown.row(i));
    return shown;
  }

  Truth truth_;
  const FoldPlan* plan_;
  Random random_;
  Buffer<RowIndex> origin_;
  Buffer<int> fold_;
  Buffer<std::uint8_t> covered_;
  Buffer<Rows<const float>> said_;
};

}  // namespace tutti::detail
