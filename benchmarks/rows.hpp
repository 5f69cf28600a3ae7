// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What a program that scripts/bench compares is made of: named rows, each a call to be timed. By hand such a program is
/// an ordinary Google Benchmark; under scripts/bench (BENCHMARK_SERVE is set) it says its rows and then measures the one
/// asked for, again and again, so that rivals in other processes take turns with it row by row.
#include <benchmark/benchmark.h>

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace rows {

/// What one call does. The row is amount / time, or the time itself where there is no amount; flops and bytes (what has to be
/// read and written at least) say where the row lies under the roofline.
struct Work {
  double amount = 0;
  const char* unit = "us";
  double flops = 0, bytes = 0;
  std::function<double()>* peak = nullptr;  // that of its numbers, where they are not floats
};

/// 10^9 operations a second in registers alone, measured beside each row where a program sets it; empty: unknown. Those of floats
/// (multiply-adds), of bytes and of bf16 (products).
inline std::function<double()> peak, int8_peak, bf16_peak;

/// What preparing a row found out about the work, such as an accuracy: goes into its answers.
inline std::string note;

inline Work flops(double flops, double bytes) { return {1e-9 * flops, "GFLOP/s", flops, bytes}; }
inline Work operations(double operations, double bytes) { return {1e-9 * operations, "GOP/s", operations, bytes, &int8_peak}; }
inline Work bf16_flops(double flops, double bytes) { return {1e-9 * flops, "GFLOP/s", flops, bytes, &bf16_peak}; }
inline Work bytes(double bytes) { return {1e-9 * bytes, "GB/s", 0, bytes}; }
inline Work items(double items, double flops) { return {items, "items/s", flops, 0}; }
inline Work time(double flops) { return {0, "us", flops, 0}; }

/// How many threads the program may use: BENCHMARK_THREADS, else one.
inline int threads() {
  const char* said = std::getenv("BENCHMARK_THREADS");
  return said == nullptr ? 1 : std::max(1, std::atoi(said));
}

struct Row {
  std::string name, who;
  Work work;
  std::function<void(benchmark::State*)> run;  // without a state: lets go of what it has prepared
};
inline std::vector<Row>& all() {
  static std::vector<Row> rows;
  return rows;
}

/// A row: prepare() returns the call to be timed, which owns its data. `who` tells apart several ways of one program.
template <class Prepare>
void add(std::string name, std::string who, Work work, Prepare prepare) {
  using Call = decltype(prepare());
  auto run = [prepare = std::move(prepare), call = std::shared_ptr<Call>(), last = 0.0](benchmark::State* state) mutable {
    if (state == nullptr) return call.reset();
    if (call == nullptr) {
      note.clear();
      last = 0;
      call = std::make_shared<Call>(prepare());
    }
    Call& timed = *call;
    const auto now = std::chrono::steady_clock::now;
    if (last < 0.2) timed();  // a rival had the caches before; a call of so many seconds fills them itself
    const auto start = now();
    for (auto _ : *state) {
      timed();
      benchmark::ClobberMemory();
    }
    last = std::chrono::duration<double>(now() - start).count() / static_cast<double>(state->iterations());
  };
  all().push_back({std::move(name), std::move(who), work, std::move(run)});
}

namespace detail {

inline benchmark::internal::Benchmark* registered(const Row& row) {
  const std::string name = row.who.empty() ? row.name : row.name + " (" + row.who + ")";
  auto* entry = benchmark::RegisterBenchmark(name.c_str(), [&row](benchmark::State& state) {
    row.run(&state);
    const double times = static_cast<double>(state.iterations());
    if (row.work.amount > 0) state.counters[row.work.unit] = {row.work.amount * times, benchmark::Counter::kIsRate};
  });
  // one thread: a neighbour that takes the core away does not count; several: waiting for each other does
  return threads() == 1 ? entry->MeasureProcessCPUTime() : entry->UseRealTime();
}

class Seconds : public benchmark::BenchmarkReporter {  // of one call, in the last run
 public:
  double each = 0;
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override {
    const Run& run = runs.back();
    each = (threads() == 1 ? run.cpu_accumulated_time : run.real_accumulated_time) / static_cast<double>(run.iterations);
  }
};

/// How often the system took the processor from this program.
inline long preemptions() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_nivcsw;
}

/// Seconds of a call, measured for so long; a short measurement that was interrupted is repeated, a few times at most.
struct Measurement {
  double seconds = 0;
  bool interrupted = false;
};
inline Measurement measure(const Row& row, double least) {
  Measurement m;
  const auto now = std::chrono::steady_clock::now;
  const auto end = now() + std::chrono::duration<double>(5 * least);
  do {
    const long before = preemptions();
    Seconds time;
    benchmark::ClearRegisteredBenchmarks();
    registered(row)->MinTime(least);
    benchmark::RunSpecifiedBenchmarks(&time, ".");
    m = {time.each, preemptions() != before};
  } while (m.interrupted && now() < end);
  return m;
}

inline void say_rows() {
  std::string line = "{\"rows\": [";
  for (const Row& row : all()) line += (&row == all().data() ? "[\"" : ", [\"") + row.name + "\", \"" + row.who + "\"]";
  std::puts((line + "]}").c_str());
  std::fflush(stdout);
}

inline void serve(double seconds) {
  say_rows();
  const Row* last = nullptr;
  for (std::size_t asked = 0; std::cin >> asked && asked < all().size();) {
    const Row& row = all()[asked];
    if (last != nullptr && last->name != row.name)
      for (const Row& other : all()) other.run(nullptr);
    last = &row;
    const auto& measured = row.work.peak != nullptr ? *row.work.peak : peak;
    const double most = measured ? measured() : 0;
    const Measurement m = measure(row, seconds);
    const double value = row.work.amount > 0 ? row.work.amount / m.seconds : 1e6 * m.seconds;
    std::printf("{\"value\": %.6g, \"unit\": \"%s\", \"flops\": %.6g, \"bytes\": %.6g, \"interrupted\": %s", value, row.work.unit,
                row.work.flops, row.work.bytes, m.interrupted ? "true" : "false");
    if (most > 0 && row.work.flops > 0) std::printf(", \"peak\": %.6g, \"%%peak\": %.4g", most, 1e-7 * row.work.flops / m.seconds / most);
    if (!note.empty()) std::printf(", \"note\": \"%s\"", note.c_str());
    std::puts("}");
    std::fflush(stdout);
  }
}

}  // namespace detail

inline int run(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  if (std::getenv("BENCHMARK_SERVE") != nullptr) {
    detail::serve(0.01);
  } else {
    for (const Row& row : all()) detail::registered(row);
    benchmark::RunSpecifiedBenchmarks();
  }
  for (const Row& row : all()) row.run(nullptr);  // before main returns: libraries take down what models need (XGBoost does)
  return 0;
}

}  // namespace rows
