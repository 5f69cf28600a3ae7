// SPDX-License-Identifier: Apache-2.0
// Boosting and forests through the interface that programs use: leaf-wise trees of 63 leaves at a learning rate of 0.1 with 255
// bins beside rivals' of the same size, forests of 100 trees. Fits begin with the numbers as they were read: binning counts.
#include "../busy.hpp"
#include "set.hpp"

#include <tutti/tutti.hpp>

#include <charconv>
#include <fstream>

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

/// A fit beside a process that keeps a core busy.
template <class Y, class Spec> void add_busy_fit(const std::string& name, const trees::Set& set, const Spec& spec) {
  rows::add(name + ", beside a busy process", "", rows::time(0), [=] {
    const auto once = [=, train = trees::read(set.name, "train")] { benchmark::DoNotOptimize(fit(spec, dataset<Y>(train), options())); };
    rows::note = rows::beside_a_busy_process(9, once);
    return [=, neighbour = std::make_shared<rows::BusyNeighbour>()] { once(); };
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
    add_busy_fit<Y>(trees::fit_row(set), set, boosting(set));
    add_busy_fit<Y>("forest " + set.name + ", 100 trees", set, Forest{.trees = 100});
    add_fit<Y>("extra-trees " + set.name + ", 100 trees", set, ExtraTrees{.trees = 100});
  }
}

std::string text_of(const trees::Set& set) {
  const std::string path = "tree/" + set.name + ".csv";
  if (std::filesystem::exists(path)) return path;
  const trees::Part part = trees::read(set.name, "train");
  std::ofstream file(path, std::ios::binary);
  for (int j = 0; j < part.columns; ++j) file << 'x' << j << ',';
  file << "y\n";
  char number[40];
  for (std::size_t i = 0; i < part.y.size(); ++i) {
    for (int j = 0; j < part.columns; ++j) {
      const float x = part.x[i * static_cast<std::size_t>(part.columns) + static_cast<std::size_t>(j)];
      char* const end = std::to_chars(number, number + 32, x).ptr;
      *end = ',';
      file.write(number, end + 1 - number);
    }
    file << part.y[i] << '\n';
  }
  return path;
}
auto stream_of(const std::string& path) { return csv_stream<Row<Dynamic>, Label<2>>(path, {.target = "y"}); }

/// A line of /proc/self/status in MB: VmRSS, VmHWM (its peak).
double memory(const std::string& what) {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;)
    if (double kilobytes = 0; word == what + ":" && status >> kilobytes) return kilobytes * 1024e-6;
  return 0;
}
/// What `PROGRAM --peak FILE` does: a fit to a file alone in its process, so that its peak of memory can be told.
int print_peak(const trees::Set& set, const std::string& path) {
  const double start = memory("VmRSS");
  benchmark::DoNotOptimize(fit(boosting(set), stream_of(path), options()));
  std::printf("peak %.1f MB above the start", memory("VmHWM") - start);
  return 0;
}
void add_stream(const std::string& program, const trees::Set& set) {
  rows::add("boost " + set.name + " from a CSV", "", rows::time(0), [=] {
    const std::string path = text_of(set);
    const auto close = [](std::FILE* pipe) { pclose(pipe); };
    const std::unique_ptr<std::FILE, decltype(close)> pipe(popen((program + " --peak " + path).c_str(), "r"), close);
    char line[80] = {};
    if (pipe && std::fgets(line, sizeof line, pipe.get()) != nullptr) rows::note = line;
    return [=] { benchmark::DoNotOptimize(fit(boosting(set), stream_of(path), options())); };
  });
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3 && std::string(argv[1]) == "--peak") return print_peak({"", 2, 100}, argv[2]);
  for (const trees::Set& set : trees::sets())
    if (set.name.starts_with("made-")) add_stream(argv[0], set);
  for (const trees::Set& set : trees::sets()) {
    if (set.classes == 0) add_set<Real>(set);
    else if (set.classes == 2) add_set<Label<2>>(set);
    else add_set<Label<7>>(set);
  }
  return rows::run(argc, argv);
}
