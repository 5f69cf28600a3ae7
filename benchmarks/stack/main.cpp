// SPDX-License-Identifier: Apache-2.0
// The five-fold stack of a forest of 100 trees, boosting of 100 rounds (63 leaves) and a linear model, with a linear model on
// top: fitted, beside a process that keeps a core busy, and asked about one row. The tables lie in the directory TUTTI_DATA; fits
// begin with tables as they were read: gaps, categories and scales are the members' affair.
#include "../busy.hpp"
#include "../rows.hpp"

#include <tutti/tutti.hpp>

using namespace tutti;

namespace {

FitOptions options() { return {.seed = 1, .threads = rows::threads()}; }

auto trees() { return Boost{Tree{.leaves = 63}, {.rounds = 100}}; }
auto of_labels() {
  return Stack{Average{Forest{.trees = 100}, trees(), Cascade{Impute{}, OneHot{.own = true}, Standardize{}, Logistic{}}}, Logistic{}};
}
auto of_numbers() {
  return Stack{Average{Forest{.trees = 100}, trees(), Cascade{Impute{}, OneHot{.own = true}, Standardize{}, Ridge{}}}, Ridge{}};
}

template <class Y> struct Parts {
  Dataset<Table, Y> train, test;
};
template <class Y> Parts<Y> read(const std::string& set, const std::string& target) {
  const std::string folder = std::string(std::getenv("TUTTI_DATA")) + "/" + set;
  const auto train = read_csv<Table, Y>(folder + "/train.csv.gz", {.target = target});
  return {train, read_csv<Table, Y>(folder + "/test.csv.gz", train.schema())};
}

std::string number(double value) {
  char text[24];
  std::snprintf(text, sizeof text, "%.5g", value);
  return text;
}
template <class Y> std::string quality(const auto& model, const Dataset<Table, Y>& test) {
  const auto result = evaluate(model, test);
  if constexpr (Y::is_label) return "accuracy " + number(result.score("accuracy")) + ", log-loss " + number(result.score("log-loss"));
  else return "RMSE " + number(result.score("RMSE"));
}

template <class Y> void add_set(const std::string& set, const std::string& target, const auto& spec) {
  const auto fitted = [=](const Parts<Y>& parts) { return fit(spec, parts.train, options()); };
  rows::add("stack " + set + ", fit", "", rows::time(0), [=] {
    auto parts = read<Y>(set, target);
    rows::note = quality(fitted(parts), parts.test);
    return [=, parts = std::move(parts)] { benchmark::DoNotOptimize(fitted(parts)); };
  });
  rows::add("stack " + set + ", fit beside a busy process", "", rows::time(0), [=] {
    auto parts = read<Y>(set, target);
    const auto once = [=, parts = std::move(parts)] { benchmark::DoNotOptimize(fitted(parts)); };
    rows::note = rows::beside_a_busy_process(1, once);
    auto neighbour = std::make_shared<rows::BusyNeighbour>();
    return [=] { once(), (void)neighbour; };
  });
  rows::add("stack " + set + ", predict one row", "", rows::time(0), [=] {
    const auto parts = read<Y>(set, target);
    const auto model = fitted(parts);
    const auto test = parts.test;  // lives in the call: views look into it
    Buffer<ViewOf<Table>> views(static_cast<std::size_t>(test.rows()));
    test.views(0, views);
    return [=, next = std::size_t{0}, out = Buffer<float>(static_cast<std::size_t>(test.outputs()))]() mutable {
      (void)test;
      const auto one = std::span<const ViewOf<Table>>(views).subspan(next++ % views.size(), 1);
      if constexpr (Y::is_label) model.probabilities(one, Rows<float>(out.data(), 1, std::ssize(out)));
      else model.predict(one, std::span<Y>(reinterpret_cast<Y*>(out.data()), 1));
      benchmark::DoNotOptimize(out.data());
    };
  });
}

}  // namespace

int main(int argc, char** argv) {
  if (std::getenv("TUTTI_DATA") == nullptr) {
    std::fputs("stacks are measured on sets in the directory TUTTI_DATA, which is not set\n", stderr);
    return 1;
  }
  add_set<Label<2>>("adult", "income", of_labels());
  add_set<Label<7>>("covertype-15k", "Cover_Type", of_labels());
  add_set<Real>("california-housing", "median_house_value", of_numbers());
  return rows::run(argc, argv);
}
