// SPDX-License-Identifier: Apache-2.0
// The data and the smallest members that the tests of the forms are made of.
#pragma once
#include <tutti/core/behaviour.hpp>
#include <tutti/core/random.hpp>

#include "thrown_by.hpp"

#include <atomic>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

namespace learners {

using namespace tutti;

/// Rows of `width` numbers with targets.
template <class X, class Y>
Dataset<X, Y> table(int width, std::vector<float> x, std::vector<typename Y::Element> y, SideColumns side = {}, int outputs = Y::outputs, Schema schema = {}) {
  auto storage = std::make_shared<const typename X::Storage>(width, Buffer<float>(x.begin(), x.end()));
  return Dataset<X, Y>(std::move(storage), std::move(y), std::move(side), std::move(schema), outputs);
}

/// `rows` rows of W numbers around K centres: labels that can be learnt, not without errors.
template <int W, int K>
Dataset<Row<W>, Label<K>> blobs(int rows, std::uint64_t seed, SideColumns side = {}) {
  Random random(seed);
  std::vector<float> x;
  std::vector<std::int32_t> y;
  for (int i = 0; i < rows; ++i) {
    const int k = i % K;
    y.push_back(k);
    for (int j = 0; j < W; ++j) x.push_back(static_cast<float>(random.normal()) + (j % K == k ? 2.0f : 0.0f));
  }
  return table<Row<W>, Label<K>>(W, std::move(x), std::move(y), std::move(side));
}

/// `rows` rows of W numbers with a number to predict: a sum of the columns, and noise.
template <int W>
Dataset<Row<W>, Real> line(int rows, std::uint64_t seed, SideColumns side = {}) {
  Random random(seed);
  std::vector<float> x, y;
  for (int i = 0; i < rows; ++i) {
    float sum = 0;
    for (int j = 0; j < W; ++j) {
      x.push_back(static_cast<float>(random.normal()));
      sum += static_cast<float>(j + 1) * x.back();
    }
    y.push_back(sum + 0.1f * static_cast<float>(random.normal()));
  }
  return table<Row<W>, Real>(W, std::move(x), std::move(y), std::move(side));
}

/// All outputs of a model, row after row.
template <class X, class Y, class Model>
std::vector<float> all_outputs(const Model& model, const Dataset<X, Y>& data) {
  std::vector<float> y(static_cast<std::size_t>(data.rows() * data.outputs()));
  outputs_of_rows<X, Y>(model, data, 0, Rows<float>(y.data(), data.rows(), data.outputs()));
  return y;
}

/// Learns nothing and says one thing.
struct Says {
  int label = 0;
  static constexpr Capabilities capabilities{.labels = true, .numbers = false, .weights = true, .missing = true};
  template <class Y>
  struct Model {
    int label = 0;
    Y predict(const auto&) const noexcept { return Y(label); }
    static void visit(auto& self, auto& archive) { archive("label", self.label); }
  };
  template <class X, class Y>
  Model<Y> fit(const Dataset<X, Y>&, Context) const {
    return {label};
  }
};

/// The same for fixed outputs: probabilities of a label, or numbers.
struct Shows {
  std::vector<float> outputs{};
  static constexpr Capabilities capabilities{.labels = true, .numbers = true, .weights = true, .missing = true, .probabilities = true};
  struct Model {
    std::vector<float> shown{};
    void outputs(auto, Rows<float> y, Workspace&) const noexcept {
      for (std::ptrdiff_t i = 0; i < y.size(); ++i) y[i] = shown[static_cast<std::size_t>(i % y.width())];
    }
    static void visit(auto& self, auto& archive) { archive("shown", self.shown); }
  };
  template <class X, class Y>
  Model fit(const Dataset<X, Y>&, Context) const {
    return {outputs};
  }
};

/// One nearest neighbour: remembers its rows, so it is always right on them. Counts its fits where asked to.
struct Nearest {
  std::atomic<int>* fits = nullptr;
  template <class X, class Y>
  struct Model {
    int width = 0;
    std::vector<float> rows{};
    std::vector<typename Y::Element> targets{};

    Y predict(const ViewOf<X>& x) const noexcept {
      float nearest = std::numeric_limits<float>::max();
      std::size_t best = 0;
      for (std::size_t i = 0; i < targets.size(); ++i) {
        float d = 0;
        for (int j = 0; j < width; ++j) {
          const float gap = x[j] - rows[i * static_cast<std::size_t>(width) + static_cast<std::size_t>(j)];
          d += gap * gap;
        }
        if (d < nearest) {
          nearest = d;
          best = i;
        }
      }
      return Y::read(&targets[best], nullptr);
    }
    static void visit(auto& self, auto& archive) { archive("width", self.width)("rows", self.rows)("targets", self.targets); }
    void loaded() const {
      check<FileError>(X::shape.size() < 0 ? width > 0 : width == X::shape.size(), "expected neighbours of another width", width);
      if constexpr (Y::is_label)
        for (const auto t : targets) check<FileError>(t >= 0, "expected a class", t);
      check<FileError>(!targets.empty() && rows.size() == targets.size() * static_cast<std::size_t>(width), "expected a row for every target", rows.size());
    }
    void check_extents(int columns, int) const { check<FileError>(width == columns, {"expected neighbours of ", columns, " numbers"}, width); }
  };
  template <class X, class Y>
    requires(Y::width == 1)
  Model<X, Y> fit(const Dataset<X, Y>& data, Context) const {
    if (fits != nullptr) ++*fits;
    Model<X, Y> m{data.width(), {}, {}};
    for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
      for (int j = 0; j < m.width; ++j) m.rows.push_back(data.x(i)[j]);
      m.targets.push_back(data.target(i)[0]);
    }
    return m;
  }
};

/// Cannot be fitted.
struct Unlucky {
  std::string reason = "out of luck";
  template <class Y>
  struct Model {
    Y predict(const auto&) const { return {}; }
  };
  template <class X, class Y>
  Model<Y> fit(const Dataset<X, Y>&, Context) const {
    throw std::runtime_error(reason);
  }
};

}  // namespace learners
