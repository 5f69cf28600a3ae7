// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/error.hpp>
#include <tutti/core/progress.hpp>

#include <cstdio>
#include <memory>
#include <string>

namespace tutti {

namespace detail {

/// A line for each epoch; lines from several threads do not mix, because each is one call.
template <class Base = Observer>
class CsvWriter final : public Base {
 public:
  explicit CsvWriter(const std::string& path) : file_(std::fopen(path.c_str(), "w")) {
    if (file_ == nullptr) throw FileError("cannot write " + path);
    std::fputs("member,epoch,loss,held_out,rate,metric,score\n", file_);
  }
  ~CsvWriter() override { std::fclose(file_); }
  CsvWriter(const CsvWriter&) = delete;
  CsvWriter& operator=(const CsvWriter&) = delete;

  void progressed(int, int, std::string_view) override {}
  void reported(std::string_view, std::string_view) override {}
  void epoch_ended(std::string_view path, const EpochReport& e) override {
    char held_out[32] = "", score[32] = "";
    if (e.held_out != nullptr) std::snprintf(held_out, sizeof held_out, "%.9g", *e.held_out);
    if (e.score != nullptr) std::snprintf(score, sizeof score, "%.9g", *e.score);
    const std::string metric = e.metric.empty() ? "" : '"' + std::string(e.metric) + '"';
    std::fprintf(file_, "\"%.*s\",%d,%.9g,%s,%.9g,%s,%s\n", static_cast<int>(path.size()), path.data(), e.epoch, e.loss,
                 held_out, e.rate, metric.c_str(), score);
    std::fflush(file_);
  }

 private:
  std::FILE* file_;
};

template <class Base = Observer>
class TwoObservers final : public Base {
 public:
  TwoObservers(std::shared_ptr<Base> a, std::shared_ptr<Base> b) : all_{std::move(a), std::move(b)} {}

  void progressed(int done, int total, std::string_view path) override {
    for (const auto& o : all_) o->progressed(done, total, path);
  }
  void reported(std::string_view path, std::string_view text) override {
    for (const auto& o : all_) o->reported(path, text);
  }
  void epoch_ended(std::string_view path, const EpochReport& e) override {
    for (const auto& o : all_) o->epoch_ended(path, e);
  }

 private:
  std::shared_ptr<Base> all_[2];
};

}  // namespace detail

/// What nets say of each epoch, as a CSV file: `fit(spec, data, {.progress = CsvLog("log.csv")})`. Columns member,
/// epoch (from 1), loss, held_out (empty where nobody looked), rate, metric (the name of the monitor, if there is one)
/// and score (by it); in a composition, members take turns as they are trained.
/// Errors   FileError that names the path.
class CsvLog : public Progress {
 public:
  template <class Path>
  explicit CsvLog(const Path& path) : Progress(std::make_shared<detail::CsvWriter<>>(std::string(path))) {}
};

/// Both watch: `.progress = both(bar(std::cerr), CsvLog("log.csv"))`.
template <class A, class B>
Progress both(const A& a, const B& b) {
  if (!a) return b;
  if (!b) return a;
  return Progress(std::make_shared<detail::TwoObservers<>>(a.observer(), b.observer()));
}

}  // namespace tutti
