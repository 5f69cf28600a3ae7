// SPDX-License-Identifier: Apache-2.0
// How many fitted members there are at once, while every form (tests/grammar/every_form.hpp) is fitted and afterwards: fold models
// go as soon as they have predicted their fold, unless they are to be kept.
#include "grammar/every_form.hpp"

#include <tutti/core/file.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <utility>

using namespace tutti;
using every_form::Plain;
using learners::Nearest;

namespace {

std::atomic<int> living{0}, most{0};

/// Counts fitted models that live: those of a fit, and their copies.
struct Life {
  Life() = default;
  static Life of_fit() {
    Life life;
    life.born();
    return life;
  }
  Life(const Life& other) {
    if (other.alive) born();
  }
  Life(Life&& other) noexcept : alive(std::exchange(other.alive, false)) {}
  Life& operator=(const Life& other) {
    if (!alive && other.alive) born();
    if (alive && !other.alive) --living;
    alive = other.alive;
    return *this;
  }
  Life& operator=(Life&& other) noexcept {
    if (alive) --living;
    alive = std::exchange(other.alive, false);
    return *this;
  }
  ~Life() {
    if (alive) --living;
  }
  bool alive = false;

 private:
  void born() {
    alive = true;
    const int now = ++living;
    for (int before = most; before < now && !most.compare_exchange_weak(before, now);) {}
  }
};

struct Counted {
  static constexpr Capabilities capabilities = Plain::capabilities;
  struct Model : Plain::Model {
    Life life{};
  };
  template <class X, class Y>
    requires(Y::is_label || Y::outputs == 1)
  Model fit(const Dataset<X, Y>& data, Context context) const {
    return {Plain{}.fit(data, context), Life::of_fit()};
  }
};

constexpr int k = 8;
const auto data = learners::blobs<2, 3>(96, 4);

struct Count {
  int after, most;
};
Count count(const auto& spec, bool keep) {
  REQUIRE(living == 0);
  most = 0;
  const auto model = fit(spec, data, {.seed = 2, .threads = 1, .folds = {.k = k}, .keep_folds = keep});
  return {living, most};
}

}  // namespace

TEST_CASE("a fit on one thread has one fold model at a time, and none afterwards; kept ones stand in the place of that of all rows") {
  int heads = 0;
  every_form::each([&](const auto& form) {
    CAPTURE(form.name);
    const auto spec = form.make(Counted{});
    const Count dropped = count(spec, false);
    CAPTURE(dropped.after);
    CAPTURE(dropped.most);
    CHECK(dropped.most <= dropped.after + 2);
    CHECK(living == 0);  // they go with the model
    const Count kept = count(spec, true);
    CAPTURE(kept.after);
    if (!form.learns) CHECK(kept.after == dropped.after);
    else if (form.name == "Conformal") CHECK(std::min(dropped.after, kept.after) >= k);  // it asks fold models of every row
    else CHECK(kept.after == k * dropped.after);
    heads += form.learns && dropped.after > 0;  // some have left it out
  });
  CHECK(heads >= 6);
}

TEST_CASE("a stack with two members that remember their rows takes k - 1 times the bytes with its fold models") {
  const auto bytes = [](bool keep) {
    return to_bytes(fit(Stack{Average{Nearest{}, Nearest{}}, Plain{}}, data, {.folds = {.k = k}, .keep_folds = keep})).size();
  };
  const auto with = static_cast<double>(bytes(true)), without = static_cast<double>(bytes(false));
  CHECK(without > 2 * 96 * 3 * 4);
  CHECK(without < 2 * 96 * 3 * 4 + 1200);
  CHECK(with > (k - 1) * 2 * 96 * 3 * 4);
  CHECK(with < (k - 1) * 2 * 96 * 3 * 4 + 1200 + k * 2 * 200);
}
