// SPDX-License-Identifier: Apache-2.0
// Ridge, Lasso, ElasticNet, GLM and Logistic through the interface that programs use.
#include "learner.hpp"

#include <filesystem>

namespace learner {
namespace {

using Numbers = Dataset<Row<Dynamic>, Real>;

/// y = the first eight columns, less and less of each, + as much noise again. Counts: Poisson's means would do, rounded down.
Numbers line(int rows, int columns, bool counts = false) {
  Buffer<float> x, y;
  for (int i = 0; i < rows; ++i) {
    float sum = number(static_cast<std::uint64_t>(rows) * static_cast<std::uint64_t>(columns) + static_cast<std::uint64_t>(i));
    for (int j = 0; j < columns; ++j) {
      x.push_back(number(static_cast<std::uint64_t>(i * columns + j)));
      if (j < 8) sum += x.back() / static_cast<float>(j + 1);
    }
    y.push_back(counts ? std::floor(std::exp(sum / 2 + 1)) : sum);
  }
  return {Row<Dynamic>::Storage(columns, std::move(x)), std::move(y)};
}

template <class Model, class Y> Buffer<float> outputs_of(const Model& model, const Dataset<Row<Dynamic>, Y>& data) {
  const int width = data.outputs();
  Buffer<ViewOf<Row<Dynamic>>> views(static_cast<std::size_t>(data.rows()));
  data.views(0, views);
  Buffer<float> out(views.size() * static_cast<std::size_t>(width));
  const std::span<const ViewOf<Row<Dynamic>>> all(views);
  if constexpr (Y::is_label) model.probabilities(all, Rows<float>(out.data(), data.rows(), width));
  else model.predict(all, std::span<Y>(reinterpret_cast<Y*>(out.data()), out.size()));
  return out;
}

double r2(const Buffer<float>& predicted, const Numbers& data) {
  double mean = 0, left = 0, all = 0;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) mean += static_cast<double>(data.target(i)[0]) / static_cast<double>(data.rows());
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
    const auto y = static_cast<double>(data.target(i)[0]);
    left += std::pow(y - static_cast<double>(predicted[static_cast<std::size_t>(i)]), 2);
    all += std::pow(y - mean, 2);
  }
  return 1 - left / all;
}

template <class Spec> void add_fit(const std::string& name, const Spec& spec, int rows, int columns, bool counts = false) {
  rows::add(name + " fit, " + size_of(rows, columns), "", rows::time(0), [=] {
    const Numbers data = line(rows, columns, counts);
    rows::note = noted("R2", r2(outputs_of(fit(spec, data, options()), data), data));
    return [=] { benchmark::DoNotOptimize(fit(spec, data, options())); };
  });
}

/// All rows, or one after the other, through a fitted model.
template <class Model, class Y> auto answers(const Model& model, const Dataset<Row<Dynamic>, Y>& data, bool one) {
  Buffer<ViewOf<Row<Dynamic>>> views(static_cast<std::size_t>(data.rows()));
  data.views(0, views);
  const int width = data.outputs();
  return [=, kept = data, next = std::size_t{0}, out = Buffer<float>(views.size() * static_cast<std::size_t>(width))]() mutable {
    const std::span<const ViewOf<Row<Dynamic>>> all(views);
    const auto some = one ? all.subspan(next++ % all.size(), 1) : all;
    if constexpr (Y::is_label) model.probabilities(some, Rows<float>(out.data(), std::ssize(some), width));
    else model.predict(some, std::span<Y>(reinterpret_cast<Y*>(out.data()), some.size()));
    benchmark::DoNotOptimize(out.data());
  };
}
template <class Spec> void add_answers(const std::string& name, const Spec& spec, int rows, int columns, bool counts = false) {
  for (const bool one : {false, true})
    rows::add(name + ", " + (one ? "one row" : std::to_string(rows) + " rows") + ", of " + size_of(rows, columns), "", rows::time(0), [=] {
      const Numbers data = line(rows, columns, counts);
      return answers(fit(spec, data, options()), data, one);
    });
}

/// A set that sets.py wrote.
std::string path(const std::string& set, const std::string& part, const std::string& kind) {
  return "learner/" + set + "-" + part + "-" + kind + ".npy";
}
template <int K> Dataset<Row<Dynamic>, Label<K>> labelled(const std::string& set, const std::string& part) {
  auto x = read_npy_array<float>(path(set, part, "x"));
  auto y = read_npy_array<std::int32_t>(path(set, part, "y"));
  return {Row<Dynamic>::Storage(static_cast<int>(x.axes[1]), std::move(x.values)), std::move(y.values)};
}
template <int K> void add_logistic(const std::string& name, const std::string& set, const Logistic& spec, bool with_answers) {
  if (!std::filesystem::exists(path(set, "test", "y"))) return;
  rows::add(name + " fit, " + set, "", rows::time(0), [=] {
    const auto train = labelled<K>(set, "train"), test = labelled<K>(set, "test");
    const auto p = outputs_of(fit(spec, train, options()), test);
    double loss = 0;
    for (std::ptrdiff_t i = 0; i < test.rows(); ++i)
      loss -= std::log(static_cast<double>(p[static_cast<std::size_t>(i * K + test.target(i)[0])])) / static_cast<double>(test.rows());
    rows::note = noted("log-loss", loss);
    return [=] { benchmark::DoNotOptimize(fit(spec, train, options())); };
  });
  for (const bool one : {false, true})
    if (with_answers)
      rows::add(name + (one ? ", one row of " : ", test rows of ") + set, "", rows::time(0), [=] {
        return answers(fit(spec, labelled<K>(set, "train"), options()), labelled<K>(set, "test"), one);
      });
}

}  // namespace

void add_linear_rows() {
  for (const auto& [rows, columns] : {std::pair{20000, 16}, {20000, 64}, {2000, 500}, {200, 2000}}) {
    add_fit("Ridge", Ridge{}, rows, columns);
    add_fit("Lasso", Lasso{.lambda = 0.02f}, rows, columns);
    add_fit("ElasticNet", ElasticNet{.lambda = 0.02f}, rows, columns);
    add_answers("Ridge", Ridge{}, rows, columns);
    add_answers("Lasso", Lasso{.lambda = 0.02f}, rows, columns);
  }
  for (const auto& [rows, columns] : {std::pair{5000, 32}, {200, 1000}}) {
    add_fit("Ridge of 10 lambdas", Ridge{.lambdas = {0.01f, 0.1f, 1, 3, 10, 30, 100, 300, 1000, 3000}}, rows, columns);
    add_fit("Lasso of 50 lambdas", Lasso{.path = 50}, rows, columns);
  }
  add_fit("GLM, Poisson", GLM{.lambda = 0.01f}, 20000, 32, true);
  add_answers("GLM, Poisson", GLM{.lambda = 0.01f}, 20000, 32, true);
  add_logistic<2>("Logistic", "adult", Logistic{}, true);
  add_logistic<2>("Logistic with an l1", "adult", Logistic{.l1_ratio = 1}, false);
  add_logistic<7>("Logistic", "covertype-15k", Logistic{}, true);
}

}  // namespace learner
