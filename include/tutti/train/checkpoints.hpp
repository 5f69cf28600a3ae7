// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/file.hpp>
#include <tutti/core/keeper.hpp>
#include <tutti/core/target.hpp>
#include <tutti/train/loop.hpp>

#include <sys/stat.h>

#include <cstdio>
#include <numeric>
#include <string>

namespace tutti {

struct CheckpointOptions {
  int every = 1;  // epochs between two of them
};

namespace detail {

/// What options do, not where their functions lie: that is another place in every process.
template <class = void>
std::uint64_t digest_of(const LoopOptions& o) {
  Digest<> digest;
  for (const int number : {o.epochs, o.batch, o.early_stop, o.validate_every, o.step.accumulate}) digest.add(number);
  for (const float number : {o.optimizer.learning_rate(), o.step.clip_norm, o.step.clip_value, o.step.average_decay}) digest.add(number);
  for (const LayerPlace& layer : o.layers) digest.add(layer.times);
  for (const char c : o.monitor.name()) digest.add(c);
  Buffer<float> weights{0.5f, -0.25f}, moments(static_cast<std::size_t>(2 * o.optimizer.states()));
  const Buffer<float> gradients{0.125f, -0.75f};
  for (int step = 1; step <= 3; ++step) o.optimizer.update({weights.data(), gradients.data(), moments.data(), 2, 2, 0.5, step});
  digest.add_all(weights);
  Buffer<double> held_out;
  for (int epoch = 0; epoch < 32; ++epoch) {
    digest.add(o.schedule.factor({.step = 10 * epoch, .steps = 320, .epoch = epoch, .epochs = 32, .held_out = held_out}));
    held_out.push_back(epoch < 4 ? 1.0 / (1 + epoch) : 1.0);
  }
  return digest.key();
}

/// The loss of some rows, its gradient, and a first score: what the fields of layers, the loss and the monitor do.
template <class Net>
std::uint64_t digest_of_step(const Training<Net>& training) {
  Net& net = training.net();
  const Buffer<float> buffers(net.buffers());
  Buffer<RowIndex> rows(static_cast<std::size_t>(std::min<std::ptrdiff_t>(training.options().batch, net.rows())));
  std::iota(rows.begin(), rows.end(), RowIndex{0});
  Digest<> digest;
  digest.add(net.learn(rows, training.context().random("step")).mean);
  digest.add_all(net.gradients());
  std::copy(buffers.begin(), buffers.end(), net.buffers().begin());
  if (training.options().monitor) {
    net.judge();
    digest.add(net.score());
  }
  return digest.key();
}

/// A file for each net of a fit, named by its place in the composition.
template <class Base = Keeper>
class FileKeeper final : public Base {
 public:
  using Run = Training<Trainable>;

  FileKeeper(std::string folder, const CheckpointOptions& options) : folder_(std::move(folder)), options_(options) {
    check(options.every >= 1, "every: expected at least 1 epoch", options.every);
  }
  bool operator==(const FileKeeper& other) const { return folder_ == other.folder_ && options_.every == other.options_.every; }
  bool empty() const { return folder_.empty(); }

  RunMarks resume(Run& run) const override {
    ::mkdir(folder_.c_str(), 0777);  // may be there
    const std::string path = path_of(run);
    for (int i = 0; std::remove((path + ".writing-" + std::to_string(i)).c_str()) == 0; ++i) {}  // of whom was killed
    const RunMarks marks = marks_of(run);
    struct stat there;
    if (::stat(path.c_str(), &there) != 0) return marks;
    const Buffer<std::byte> file = read_bytes(path);
    try {
      Reader in(checked_payload(file));
      RunMarks kept;
      in("checkpoint", kept);
      constexpr const char* names[] = {"another seed", "other layers", "other rows", "other options", "another first step"};
      for (std::size_t i = 0; i < marks.of.size(); ++i)
        if (kept.of[i] != marks.of[i]) throw FileError(std::string("the checkpoint is of another run: ") + names[i]);
      in("training", run);
    } catch (const Error& e) {
      throw FileError(path + ": " + e.what());
    }
    return marks;
  }
  void keep(const Run& run, const RunMarks& marks) const override {
    if (run.epoch() % options_.every != 0 && !run.over()) return;
    Writer out;
    out("checkpoint", marks)("training", run);
    write_bytes_atomically(path_of(run), with_header(out.bytes()));
  }

 private:
  static RunMarks marks_of(const Run& run) {
    Digest<> start;
    start.add_all(run.net().weights());
    start.add_all(run.net().buffers());
    return {{run.context().random("order").key(), start.key(), run.net().digest(), digest_of(run.options()), digest_of_step(run)}};
  }
  /// "Stack[0]/Network (fold 2)" -> "Stack_0_Network_fold_2_", its beginning, and what keeps names apart that are alike then.
  std::string path_of(const Run& run) const {
    const std::string& node = run.context().path();
    std::string name;
    for (const char c : node) {
      const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (plain || name.empty() || name.back() != '_') name += plain ? c : '_';
    }
    char tail[40];
    std::snprintf(tail, sizeof tail, "-%016llx.checkpoint", static_cast<unsigned long long>(Random::hash(node)));
    return folder_ + '/' + name.substr(0, 120) + tail;
  }

  std::string folder_;
  CheckpointOptions options_;
};

}  // namespace detail

/// A fit that may be broken off: `fit(spec, data, {.checkpoints = Checkpoints("run")})`. After each epoch (of `every`) a
/// net writes all that it has reached to a file of its own in the folder, atomically; the same call, after a crash or
/// a kill, goes on from there and ends with the same bytes as an unbroken one. Nets that had finished are not trained
/// again; members that are no nets are fitted anew. When all is done the folder may go.
/// Cost     a look at each row and one batch before the first epoch; a file of two to five times the weights.
/// Errors   FitError that names the file where it is of another run (other seed, layers, rows, options), damaged, or
///          cannot be written.
class Checkpoints {
 public:
  template <class Path>
  explicit Checkpoints(const Path& folder, const CheckpointOptions& options = {})
      : keeper_(intern(detail::FileKeeper<>(std::string(folder), options))) {}
  operator const Keeper*() const noexcept { return keeper_; }  // implicit: what `.checkpoints` takes

 private:
  const Keeper* keeper_;  // lives as long as the program: options are copied as bytes
};

}  // namespace tutti
