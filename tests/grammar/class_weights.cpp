// SPDX-License-Identifier: Apache-2.0
// Weights of classes through every form (tests/grammar/every_form.hpp): as an option of a member, and of the rows.
#include "grammar/every_form.hpp"

#include <tutti/model/class_weighted.hpp>

#include <doctest/doctest.h>

using namespace tutti;
using every_form::Plain;
using learners::all_outputs;

namespace {

using Y = Label<3>;
const FitOptions options{.seed = 2, .folds = {.k = 3}};
const auto data = learners::blobs<2, 3>(60, 4);
const ClassWeights weights{1, 8, 0.5f};

/// Plain with an option of class weights, as the learners of the library have it.
struct Classed {
  ClassWeights class_weights{};
  static constexpr Capabilities capabilities = Plain::capabilities;

  template <class X, class Y>
    requires(Y::is_label)
  Plain::Model fit(const Dataset<X, Y>& rows, Context context) const {
    class_weights.check(rows.outputs());
    return Plain{}.fit(class_weighted(rows, class_weights), context);
  }
};

/// The form around members alone: nothing else in it learns from rows or weighs them.
bool is_members_alone(const auto& form) {
  return !form.learns && !form.relabels && form.name != "Blend" && form.name != "Hedge";
}

/// The form may find that the member, with its weights, is of no use beside the other one.
bool may_leave_out(const auto& form) {
  return form.learns && (form.name == "Average" || form.name == "Greedy" || form.name == "Select");
}

}  // namespace

TEST_CASE("class weights of a member are, in a form that nothing else learns in, class weights of the rows; else they reach the member") {
  int alone = 0, refused = 0;
  every_form::each([&](const auto& form) {
    CAPTURE(form.name);
    const auto outputs = [&](const auto& member, const auto& rows) { return all_outputs(fit(form.make(member), rows, options), data); };
    if (form.name == "OneVsRest" || form.name == "OneVsOne") {  // its members see two classes, so three weights have no meaning
      const auto message = thrown_by<FitError>([&] { (void)outputs(Classed{weights}, data); });
      CHECK(message.find("/Classed: class_weights: expected 2 of them, got 3") != std::string::npos);
      CHECK(message.find(form.name) == 0);
      ++refused;
      return;
    }
    const auto own = outputs(Classed{weights}, data);
    if (!may_leave_out(form)) CHECK(own != outputs(Classed{}, data));
    CHECK(outputs(Classed{}, data) == outputs(Plain{}, data));
    if (!is_members_alone(form)) return;
    CHECK(own == outputs(Plain{}, class_weighted(data, weights)));
    ++alone;
  });
  CHECK(alone >= 8);
  CHECK(refused == 2);
}

TEST_CASE("rows weighted by class weigh in every form, by the weights' proportions alone, or are refused as rows with weights are") {
  every_form::each([&](const auto& form) {
    CAPTURE(form.name);
    const auto spec = form.make(Plain{});
    if constexpr (!capabilities_of<std::remove_const_t<decltype(spec)>>.weights) {
      CHECK(thrown_by<FitError>([&] { (void)fit(spec, class_weighted(data, weights), options); }).find(form.name + ": the data have weights") == 0);
      return;
    }
    const auto outputs = [&](const auto& rows) { return all_outputs(fit(spec, rows, options), data); };
    const auto weighted = outputs(class_weighted(data, weights));
    CHECK(weighted != outputs(data));
    CHECK(weighted == outputs(class_weighted(data, {4, 32, 2})));
    // rows of a class of next to no weight are next to nothing to every learner: it is not predicted
    const auto without = outputs(class_weighted(data, {1, 1, 1e-30f}));
    float most = 0;
    for (std::size_t i = 2; i < without.size(); i += 3) most = std::max(most, without[i]);
    CHECK(most < 0.5f);
  });
}
