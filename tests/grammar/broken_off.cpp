// SPDX-License-Identifier: Apache-2.0
// A fit that is killed and goes on: the test starts itself anew as the program that is killed.
#include <tutti/combine.hpp>
#include <tutti/core/file.hpp>
#include <tutti/layer.hpp>
#include <tutti/model.hpp>
#include <tutti/train.hpp>

#include <doctest/doctest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

using namespace tutti;

namespace {

constexpr const char* variable = "TUTTI_TEST_BROKEN_OFF";

Dataset<Row<3>, Label<3>> rows() {
  Random random(5);
  Buffer<float> x;
  std::vector<std::int32_t> y;
  for (int i = 0; i < 300; ++i) {
    const double angle = 6.28 * random.uniform53();
    x.append({static_cast<float>(std::cos(angle)), static_cast<float>(std::sin(angle)), random.uniform()});
    y.push_back(static_cast<std::int32_t>(angle / 6.28 * 3));
  }
  return {DenseStorage<float>(3, std::move(x)), std::move(y)};
}

/// Four nets: two members, each in two folds and on all rows; all that a training keeps from epoch to epoch is in them.
auto spec() {
  using A = Cascade<Dense<16>, BatchNorm, ReLU, Dropout, Dense<>>;
  using B = Cascade<Dense<12>, ReLU, Dense<>>;
  return Stack{Average{Network{A{}, {.epochs = 24, .batch = 16, .schedule = ReduceOnPlateau{.patience = 3}, .accumulate = 2,
                                     .average_decay = 0.9f, .early_stop = 16}},
                       Network{B{}, {.epochs = 24, .batch = 16, .optimizer = SGD{.learning_rate = 0.05f, .momentum = 0.9f}}}},
               Ridge{}};
}
FitOptions options(int threads) { return {.seed = 3, .threads = threads, .folds = {.k = 2}}; }

class Child {
 public:
  explicit Child(const std::string& folder) {
    ::setenv(variable, folder.c_str(), 1);
    pid_ = ::fork();
    if (pid_ == 0) {  // nothing but exec: the parent has threads
      ::execl("/proc/self/exe", "test", "-tc=the program that is killed", "--no-skip", "--minimal=true", static_cast<char*>(nullptr));
      ::_exit(127);
    }
  }
  /// True where it came to its end.
  bool finished() { return ended(0); }
  bool killed() const { return waited_ && WIFSIGNALED(status_) && WTERMSIG(status_) == SIGKILL; }
  /// The same, but killed where it has not after so long.
  bool finished_within(std::chrono::microseconds time) {
    const auto end = std::chrono::steady_clock::now() + time;
    while (!waited_ && std::chrono::steady_clock::now() < end) {
      if (ended(WNOHANG)) return true;
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
    if (!waited_) ::kill(pid_, SIGKILL);
    return ended(0);
  }

 private:
  bool ended(int options) {
    if (!waited_) waited_ = ::waitpid(pid_, &status_, options) == pid_;
    return waited_ && WIFEXITED(status_) && WEXITSTATUS(status_) == 0;
  }

  pid_t pid_;
  int status_ = 0;
  bool waited_ = false;
};

}  // namespace

TEST_CASE("the program that is killed" * doctest::skip()) {
  const char* const folder = std::getenv(variable);
  REQUIRE(folder != nullptr);
  FitOptions with = options(2);
  with.checkpoints = Checkpoints(folder);
  save(fit(spec(), rows(), with), std::string(folder) + "/model.tutti");
}

TEST_CASE("a fit that is killed at random moments goes on each time and ends with the bytes of an unbroken one") {
  const auto unbroken = fit(spec(), rows(), options(1));
  using Model = std::remove_const_t<decltype(unbroken)>;
  const std::string folder = (std::filesystem::temp_directory_path() / ("tutti_broken_off_" + std::to_string(::getpid()))).string();
  std::filesystem::create_directory(folder);
  const auto clock = [] { return std::chrono::steady_clock::now(); };
  const auto start = clock();
  REQUIRE(Child(folder).finished());
  const auto since = [&](auto begin) { return std::chrono::duration<double, std::micro>(clock() - begin).count(); };
  double whole = since(start);
  CHECK(to_bytes(load<Model>(folder + "/model.tutti")) == to_bytes(unbroken));

  Random random(11);
  int kills = 0;
  std::filesystem::remove_all(folder);
  for (int start_anew = 1; kills < 20;) {
    if (start_anew-- > 0) std::filesystem::create_directory(folder);
    const auto begin = clock();
    Child child(folder);
    if (!child.finished_within(std::chrono::microseconds(static_cast<long>(random.uniform53() * whole)))) {
      REQUIRE(child.killed());  // it did not end by itself, in an error
      ++kills;
      continue;
    }
    whole = std::min(whole, 2 * since(begin));  // the first one may have had a busy machine
    CHECK(to_bytes(load<Model>(folder + "/model.tutti")) == to_bytes(unbroken));
    std::filesystem::remove_all(folder);
    start_anew = 1;
  }
  std::filesystem::create_directory(folder);
  REQUIRE(Child(folder).finished());
  CHECK(to_bytes(load<Model>(folder + "/model.tutti")) == to_bytes(unbroken));
  std::filesystem::remove_all(folder);
}
