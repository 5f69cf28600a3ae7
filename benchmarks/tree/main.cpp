// SPDX-License-Identifier: Apache-2.0
// Boosting and forests through the interface that programs use: leaf-wise trees of 63 leaves at a learning rate of 0.1 with 255
// bins beside rivals' of the same size, forests of 100 trees. Fits begin with the numbers as they were read: binning counts.
#include "set.hpp"

#include <tutti/tutti.hpp>

using namespace tutti;

namespace {

FitOptions options() { return {.threads = rows::threads()}; }

template <class Y> Dataset<Row<Dynamic>, Y> dataset(const trees::Part& part) {
  Buffer<typename Y::Element> y(part.y.size());
  for (std::size_t i = 0; i < y.size(); ++i) y[i] = static_cast<typename Y::Element>(part.y[i]);
  return {Row<Dynamic>::Storage(part.columns, part.x), std::move(y)};
}

template <class Y> void answer(const auto& model, std::span<const ViewOf<Row<Dynamic>>> x, float* out, int width) {
  if constexpr (Y::is_label) model.probabilities(x, Rows<float>(out, std::ssize(x), width));
  else model.predict(x, std::span<Y>(reinterpret_cast<Y*>(out), x.size()));
}
template <class Model, class Y> std::vector<float> outputs_of(const Model& model, const Dataset<Row<Dynamic>, Y>& data) {
  const int width = data.outputs();
  Buffer<ViewOf<Row<Dynamic>>> views(static_cast<std::size_t>(data.rows()));
  data.views(0, views);
  std::vector<float> out(views.size() * static_cast<std::size_t>(width));
  answer<Y>(model, views, out.data(), width);
  return out;
}

Boost<Tree> boosting(const trees::Set& set) {
  return Boost<Tree>{Tree{.leaves = 63}, {.rounds = set.rounds}};
}

template <class Y, class Spec> void add_fit(const std::string& name, const trees::Set& set, const Spec& spec) {
  rows::add(name, "", rows::time(0), [=] {
    const auto test = dataset<Y>(trees::read(set.name, "test"));
    const auto model = fit(spec, dataset<Y>(trees::read(set.name, "train")), options());
    rows::note = trees::quality(set, trees::read(set.name, "test"), outputs_of(model, test));
    return [=, train = trees::read(set.name, "train")] { benchmark::DoNotOptimize(fit(spec, dataset<Y>(train), options())); };
  });
}

/// Predictions of all test rows, or of one after the other, by the model that the fit makes.
template <class Y, class Spec> void add_answers(const std::string& name, const trees::Set& set, const Spec& spec, bool one) {
  rows::add(name, "", rows::time(0), [=] {
    const auto model = fit(spec, dataset<Y>(trees::read(set.name, "train")), options());
    const auto test = dataset<Y>(trees::read(set.name, "test"));
    Buffer<ViewOf<Row<Dynamic>>> views(static_cast<std::size_t>(test.rows()));
    test.views(0, views);
    return [=, next = std::size_t{0}, out = Buffer<float>(views.size() * static_cast<std::size_t>(test.outputs()))]() mutable {
      const std::span<const ViewOf<Row<Dynamic>>> all(views);
      const auto some = one ? all.subspan(next++ % all.size(), 1) : all;
      answer<Y>(model, some, out.data(), test.outputs());
      benchmark::DoNotOptimize(out.data());
    };
  });
}

template <class Y> void add_set(const trees::Set& set) {
  add_fit<Y>(trees::fit_row(set), set, boosting(set));
  if (set.name == "adult" || set.name == "california-housing" || set.name == "covertype-15k") {
    add_answers<Y>("boost " + set.name + ", predict all test rows", set, boosting(set), false);
    add_answers<Y>("boost " + set.name + ", predict one row", set, boosting(set), true);
    add_fit<Y>("forest " + set.name + ", 100 trees", set, Forest{.trees = 100});
    add_answers<Y>("forest " + set.name + ", predict one row", set, Forest{.trees = 100}, true);
  }
}

}  // namespace

int main(int argc, char** argv) {
  for (const trees::Set& set : trees::sets()) {
    if (set.classes == 0) add_set<Real>(set);
    else if (set.classes == 2) add_set<Label<2>>(set);
    else add_set<Label<7>>(set);
  }
  return rows::run(argc, argv);
}
