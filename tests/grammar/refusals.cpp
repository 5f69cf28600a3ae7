// SPDX-License-Identifier: Apache-2.0
// What every form (tests/grammar/every_form.hpp) hands on of its members: their refusals by name, the groups and the time of
// rows, progress, and a wish to stop.
#include "grammar/every_form.hpp"
#include "combine/spies.hpp"

#include <doctest/doctest.h>

#include <mutex>

using namespace tutti;
using every_form::Plain;

namespace {

using X = Row<2>;
using Y = Label<2>;
const FitOptions options{.seed = 2, .threads = 1, .folds = {.k = 3}};

/// f(name, whether it is a head, the form around the member) for every form.
template <class M, class F>
void each_around(const M& member, F&& f) {
  every_form::each([&](const auto& form) {
    CAPTURE(form.name);
    f(form.name, form.learns, form.make(member));
  });
}
/// What a fit throws, and that it begins with the form and names the member.
void expect_named(const std::string& said, const std::string& form, const std::string& member, const std::string& reason) {
  CAPTURE(said);
  CHECK(said.starts_with(form));
  CHECK(said.find("/" + member) != std::string::npos);
  CHECK(said.ends_with(": " + reason));
}

struct Watcher final : Observer {
  std::mutex mutex;
  std::vector<std::string> finished;
  Stop stop;
  int stop_after = -1;
  int done = 0, total = 0;
  void progressed(int d, int t, std::string_view path) override {
    const std::scoped_lock lock(mutex);
    done = d, total = t;
    finished.emplace_back(path);
    if (static_cast<int>(finished.size()) == stop_after) stop.request();
  }
  void reported(std::string_view, std::string_view) override {}
  bool saw(std::string_view part) const {
    for (const std::string& path : finished)
      if (path.find(part) != std::string::npos) return true;
    return false;
  }
};

SideColumns weights(int rows) {
  SideColumns side;
  side.weight.assign(static_cast<std::size_t>(rows), 2.0f);
  return side;
}

}  // namespace

TEST_CASE("a member that fails is named by its path in every form") {
  const auto data = learners::blobs<2, 2>(18, 1);
  each_around(learners::Unlucky{"no luck"}, [&](const std::string& name, bool, const auto& spec) {
    expect_named(thrown_by<FitError>([&] { (void)fit(spec, data, options); }), name, "Unlucky", "no luck");
  });
}

TEST_CASE("weights that a member cannot honour are refused by its name in every form, also out of fold") {
  const auto data = learners::blobs<2, 2>(18, 1, weights(18));
  each_around(learners::Nearest{}, [&](const std::string& name, bool, const auto& spec) {
    if (name == "AdaBoost") return;  // shows such a member rows as often as they weigh
    const std::string reason = "the data have weights, which this member cannot honour";
    CHECK(thrown_by<FitError>([&] { (void)fit(spec, data, options); }).ends_with(": " + reason));
    const std::string said = thrown_by<FitError>([&] { (void)out_of_fold(spec, data, options); });
    CAPTURE(said);
    CHECK(said.starts_with(name));
    CHECK(said.ends_with(": " + reason));
  });
}

TEST_CASE("a missing value that a member does not take is refused with its row and column in every form") {
  auto x = std::vector<float>(36, 0.5f);
  x[2 * 11 + 1] = std::numeric_limits<float>::quiet_NaN();
  std::vector<std::int32_t> y;
  for (int i = 0; i < 18; ++i) y.push_back(i % 2);
  const auto data = learners::table<X, Y>(2, x, y);
  each_around(Plain{}, [&](const std::string& name, bool, const auto& spec) {
    const std::string said = thrown_by<FitError>([&] { (void)fit(spec, data, options); });
    CAPTURE(said);
    CHECK(said.starts_with(name));
    CHECK(said.find("row 11, column 1 is ") != std::string::npos);
  });
}

TEST_CASE("groups and time reach the folds of every form: nobody predicts a row whose group, or future, it knows") {
  for (const bool forward : {false, true}) {
    spies::Journal journal{.group = forward ? 1 : 3, .forward = forward};
    const auto data = spies::rows(24, journal.group);
    FitOptions how = options;
    how.folds.forward = forward;
    every_form::each([&](const auto& form) {
      if (form.relabels) return;
      CAPTURE(form.name);
      const auto spec = form.make(spies::Spy{&journal});
      journal.leaks = journal.predictions = 0;
      (void)out_of_fold(spec, data, how);
      CHECK(journal.predictions > 0);
      CHECK(journal.leaks == 0);
      journal.predictions = 0;
      how.keep_folds = true;
      (void)fit(Stack{Average{spec, spies::Spy{&journal}}, Plain{}}, data, how);
      how.keep_folds = false;
      CHECK(journal.predictions > 0);
      CHECK(journal.leaks == 0);
    });
  }
}

TEST_CASE("progress names the members of every form and the folds of heads, and ends where it said") {
  const auto data = learners::blobs<2, 2>(18, 1);
  each_around(Plain{}, [&](const std::string& name, bool learns, const auto& spec) {
    const auto watcher = std::make_shared<Watcher>();
    FitOptions how = options;
    how.progress = Progress(watcher);
    (void)fit(spec, data, how);
    CHECK(watcher->done == watcher->total);
    CHECK(watcher->done > 0);
    CHECK(watcher->saw(name));
    CHECK(watcher->saw("/Plain"));
    CHECK(watcher->saw("(fold 2)") == learns);
  });
}

TEST_CASE("a wish to stop that keeps nothing ends every form before its next member; one that keeps ends whole") {
  const auto data = learners::blobs<2, 2>(18, 1);
  each_around(Average{Plain{}, Plain{}}, [&](const std::string& name, bool, const auto& spec) {
    if constexpr (!error::composition_fits<DiagnosisOf<std::remove_cvref_t<decltype(spec)>, X, Y>>) return;
    else {
      const auto stopped = [&](Stop::Then then) {
        const auto watcher = std::make_shared<Watcher>();
        watcher->stop = Stop(then);
        watcher->stop_after = 1;
        FitOptions how = options;
        how.stop = watcher->stop;
        how.progress = Progress(watcher);
        return std::pair(thrown_by<Stopped>([&] { (void)fit(spec, data, how); }), watcher);
      };
      const auto discarded = stopped(Stop::Then::discard), kept = stopped(Stop::Then::keep);
      CAPTURE(discarded.first);
      CHECK(discarded.first.starts_with(name));
      CHECK(discarded.first.ends_with(": stopped by request, nothing is kept"));
      CHECK(discarded.second->finished.size() == 1);
      CHECK(kept.first.empty());
      CHECK(kept.second->done == kept.second->total);
    }
  });
}
