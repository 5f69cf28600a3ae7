// SPDX-License-Identifier: Apache-2.0
// Members that remember which rows they were fitted on, and notice when they are asked about one of them.
//
// Every row is a class of its own: row i has the label i, the one input i and the group i / journal.group. A spy always
// predicts the row it was asked about, so that whatever stands behind it knows the row as well, through any depth; and
// it leaves a trace (small numbers) of every row that it, or a model that taught it, has seen.
#pragma once
#include <tutti/core/behaviour.hpp>

#include <atomic>
#include <vector>

namespace spies {

using namespace tutti;

struct Journal {
  int group = 1;         // rows in a group
  bool forward = false;  // a model may know earlier rows only
  std::atomic<int> fits{0}, predictions{0};
  std::atomic<int> leaks{0};      // asked about a row (or its group, or an earlier one) that it was fitted on
  std::atomic<int> inherited{0};  // asked about a row that a model which taught it was fitted on
  std::atomic<int> confused{0};   // columns that speak of different rows
};

template <bool Labels>
struct SpyOf {
  Journal* journal = nullptr;
  static constexpr Capabilities capabilities{.labels = Labels, .numbers = !Labels, .weights = true, .probabilities = true};

  struct Model {
    Journal* journal = nullptr;
    int rows = 0, latest = -1;
    std::vector<std::uint8_t> fitted_on{}, knows{};  // by row; a group has seen all of its rows

    static int row_of(const auto& x, int rows, Journal& journal) {
      if (x.size() == 1) return static_cast<int>(x[0]);
      int found = -1;
      for (int block = 0; block < x.size(); block += rows) {
        int best = 0;
        for (int j = 1; j < rows; ++j)
          if (x[block + j] > x[block + best]) best = j;
        if (found >= 0 && best != found) ++journal.confused;
        found = best;
      }
      return found;
    }
    void outputs(auto x, Rows<float> y, Workspace&) const noexcept {
      for (std::size_t r = 0; r < x.size(); ++r) {
        const int row = row_of(x[r], rows, *journal);
        const auto at = static_cast<std::size_t>(row);
        ++journal->predictions;
        if (fitted_on[at] != 0 || (journal->forward && latest >= row)) ++journal->leaks;
        if (knows[at] != 0) ++journal->inherited;
        for (int j = 0; j < rows; ++j) y(static_cast<std::ptrdiff_t>(r), j) = j == row ? 1.0f : knows[static_cast<std::size_t>(j)] != 0 ? 0.01f : 0.0f;
      }
    }
  };
  template <class X, class Y>
  Model fit(const Dataset<X, Y>& data, Context) const {
    ++journal->fits;
    const int n = data.outputs();
    Model m{journal, n, -1, std::vector<std::uint8_t>(static_cast<std::size_t>(n)), {}};
    for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
      const int row = own_row(data, i);
      m.latest = std::max(m.latest, row);
      for (int j = 0; j < n; ++j)
        if (j / journal->group == row / journal->group) m.fitted_on[static_cast<std::size_t>(j)] = 1;
    }
    m.knows = m.fitted_on;
    for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
      const auto x = data.x(i);
      if (x.size() == 1) break;
      if (Model::row_of(x, n, *journal) != own_row(data, i)) ++journal->confused;
      for (int j = 0; j < x.size(); ++j)
        if (x[j] > 0 && j % n != own_row(data, i)) m.knows[static_cast<std::size_t>(j % n)] = 1;
    }
    return m;
  }

 private:
  template <class X, class Y>
  static int own_row(const Dataset<X, Y>& data, std::ptrdiff_t i) {
    if constexpr (Y::is_label) return data.y(i).index();
    else {  // one-hot
      const auto t = data.target(i);
      return static_cast<int>(std::max_element(t.begin(), t.end()) - t.begin());
    }
  }
};
using Spy = SpyOf<true>;
using NumberSpy = SpyOf<false>;  // stands where a regressor is the meta-learner

using X = Row<1>;
using Y = Label<Dynamic>;

/// Rows 0 ... n - 1, each a class of its own.
inline Dataset<X, Y> rows(int n, int group = 1) {
  Buffer<float> x;
  std::vector<std::int32_t> y;
  SideColumns side;
  for (int i = 0; i < n; ++i) {
    x.push_back(static_cast<float>(i));
    y.push_back(i);
    if (group > 1) side.group.push_back(i / group);
  }
  Schema schema;
  for (int i = 0; i < n; ++i) schema.classes.push_back(std::to_string(i));
  return Dataset<X, Y>(DenseStorage<float>(1, std::move(x)), std::move(y), std::move(side), std::move(schema));
}

}  // namespace spies
