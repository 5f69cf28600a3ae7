// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/monitor.hpp>
#include <tutti/measure/truth.hpp>
#include <tutti/model/chunk_rows.hpp>
#include <tutti/model/layer_places.hpp>
#include <tutti/model/network_model.hpp>
#include <tutti/model/target_batch.hpp>
#include <tutti/train/loop.hpp>
#include <tutti/train/mixing.hpp>

namespace tutti {

/// Forward and backward through a net for batches of rows. A batch is cut into chunks that run side by side,
/// each with gradients of its own, which are added in the order of the chunks.
template <class Chain, class X, class Y>
class NetworkTrainer final : public Trainable {
 public:
  using State = NetworkState<Chain, X, Y>;
  using Node = typename State::Node;

  NetworkTrainer(State& state, const Dataset<X, Y>& learnt, const Dataset<X, Y>& held_out,
                 const AnyLoss& loss, int batch)
      : state_(state),
        node_(*state.node),
        learnt_(learnt),
        held_out_(held_out),
        loss_(loss),
        batch_(std::min<std::ptrdiff_t>(batch, learnt.rows())),
        chunk_(chunk_rows(batch_, node_.saved_size(), std::ssize(state.weights))),
        width_(node_.in().size()),
        outputs_(state.outputs),
        chunk_scratch_(node_.scratch_size(chunk_, 0, true)),
        targets_(batch_, outputs_) {
    const std::ptrdiff_t chunks = parallel::chunks(batch_, chunk_);
    const auto size = [](std::ptrdiff_t n) { return static_cast<std::size_t>(n); };
    x_.resize(size(batch_ * width_));
    y_.resize(size(batch_ * outputs_));
    dy_.resize(y_.size());
    // these are not filled: what a step reads of them it has written
    saved_.reserve(size(batch_ * node_.saved_size()));
    scratch_.reserve(
        size(Node::couples_rows ? node_.scratch_size(batch_, chunk_, true) : chunks * chunk_scratch_));
    gradients_.reserve(size(chunks) * state_.weights.size());
    losses_.resize(size(chunks));
    late_.resize(size(chunks));
    added_.push_back({0, std::ssize(state_.weights)});
  }

  void mix(const AnyMixing& mixing) {
    if (mixing) mixed_ = mixing.batch(node_.in().shape(), outputs_);
  }

  /// Lets `monitor` judge beside the loss what is predicted for the rows held out.
  void watch(const Monitor& monitor) {
    if (!monitor) return;
    monitor_ = monitor;
    truth_ = Truth(held_out_);
    predicted_.resize(static_cast<std::size_t>(held_out_.rows() * outputs_));
  }

  std::ptrdiff_t rows() const override { return learnt_.rows(); }
  std::ptrdiff_t smallest_batch() const override { return Node::couples_rows ? 2 : 1; }
  std::span<float> weights() override { return state_.weights; }
  std::span<float> buffers() override { return state_.buffers; }
  Buffer<LayerPlace> layers() override { return detail::layer_places(node_); }
  std::span<const float> gradients() const override {
    return {gradients_.data(), state_.weights.size()};
  }

  Loss learn(std::span<const RowIndex> batch, Random random) override {
    Pass<float> pass;
    pass.training = true;
    pass.random = random;
    pass.saved = saved_.data();
    pass.late = late_.data();
    for (LateProducts<float>& late : late_) late.count = 0;
    const double loss = run(learnt_, batch, pass);
    const std::ptrdiff_t chunks = parallel::chunks(std::ssize(batch), chunk_);
    multiply_late(chunks);
    add_gradients(chunks);
    return {loss, targets_.total()};
  }

  double judge() override {
    const std::ptrdiff_t rows = held_out_.rows();
    double sum = 0, weight = 0;
    Buffer<RowIndex> part;
    for (std::ptrdiff_t first = 0; first < rows; first += batch_) {
      part.clear();
      for (std::ptrdiff_t r = first; r < std::min(rows, first + batch_); ++r) part.push_back(static_cast<RowIndex>(r));
      sum += run(held_out_, part, Pass<float>()) * targets_.total();
      weight += targets_.total();
      if (monitor_) std::copy_n(y_.data(), std::ssize(part) * outputs_, predicted_.data() + first * outputs_);
    }
    return weight > 0 ? sum / weight : 0;
  }
  double score() override {
    const Rows<float> y(predicted_.data(), held_out_.rows(), outputs_);
    state_.finish(y);
    return monitor_(truth_.judge(y));
  }

  [[gnu::cold]] std::uint64_t digest() const override {
    detail::Digest<> digest;
    Buffer<float> x(static_cast<std::size_t>(width_));
    for (const Dataset<X, Y>* data : {&learnt_, &held_out_})
      for (std::ptrdiff_t r = 0; r < data->rows(); ++r) {
        data->x(r).copy_to(x.data());
        digest.add_all(x);
        for (const auto target : data->target(r)) digest.add(target);
        digest.add(data->weight(r));
      }
    return digest.key();
  }

 private:
  /// Forward and, in training, backward; returns the mean loss.
  double run(const Dataset<X, Y>& data, std::span<const RowIndex> batch, Pass<float> pass) {
    const std::ptrdiff_t rows = std::ssize(batch), size = std::ssize(state_.weights);
    targets_.read(data, batch, loss_, state_.target_mean, state_.target_scale);
    state_.pack();
    pass.scratch = scratch_.data();
    pass.gradients = {gradients_.data(), state_.weights.data()};
    pass.cut = {chunk_, size, &parallel::Backend::run};
    const Rows<float> x(x_.data(), rows, width_), y(y_.data(), rows, outputs_),
        dy(dy_.data(), rows, outputs_), nowhere;
    const auto read = [&](std::ptrdiff_t first, std::ptrdiff_t count) {
      for (std::ptrdiff_t r = first; r < first + count; ++r) {
        data.x(batch[static_cast<std::size_t>(r)]).copy_to(x.row(r).data());
        state_.pixels.apply(x.row(r).data());
      }
      if (pass.training)
        for (const Range& part : added_) std::fill(gradients_.data() + first / chunk_ * size + part.begin, gradients_.data() + first / chunk_ * size + part.end, 0.0f);
    };
    MixedBatch* const mixed = pass.training ? mixed_.get() : nullptr;
    const auto judge_chunk = [&](std::ptrdiff_t first, std::ptrdiff_t count) {
      const Rows<const float> out(y.slice(first, count));
      const Rows<float> towards = pass.training ? dy.slice(first, count) : nowhere;
      const LossTargets t = targets_.slice(first, count);
      losses_[static_cast<std::size_t>(first / chunk_)] =
          mixed != nullptr ? mixed->loss(loss_, out, t, first, towards) : loss_(out, t, towards);
    };
    if (Node::couples_rows && pass.training) {
      const auto each = [&](const auto& f) {
        parallel::for_each(rows, chunk_,
                           [&](std::ptrdiff_t begin, std::ptrdiff_t end) { f(begin, end - begin); });
      };
      each(read);
      if (mixed != nullptr) mixed->mix(x, targets_.slice(0, rows), pass.random);
      node_.forward(Rows<const float>(x), y, pass);
      each(judge_chunk);
      node_.backward(Rows<const float>(x), Rows<const float>(y), Rows<const float>(dy), nowhere, pass);
    } else {
      bool reads = true, computes = mixed == nullptr;
      const auto chunk = [&](std::ptrdiff_t first, std::ptrdiff_t count, const Pass<float>& p) {
        const Rows<const float> in(x.slice(first, count));
        const Rows<float> out = y.slice(first, count);
        if (reads) read(first, count);
        if (!computes) return;
        node_.forward(in, out, p);
        judge_chunk(first, count);
        if (p.training)
          node_.backward(in, Rows<const float>(out), Rows<const float>(dy.slice(first, count)), nowhere, p);
      };
      in_chunks(pass, rows, node_.saved_size(), chunk_scratch_, chunk);
      if (mixed != nullptr) {
        mixed->mix(x, targets_.slice(0, rows), pass.random);
        reads = false;
        computes = true;
        in_chunks(pass, rows, node_.saved_size(), chunk_scratch_, chunk);
      }
    }
    double loss = 0;
    for (std::ptrdiff_t c = 0; c < parallel::chunks(rows, chunk_); ++c)
      loss += losses_[static_cast<std::size_t>(c)];
    return loss;
  }
  struct Range {
    std::ptrdiff_t begin, end;
  };

  /// What layers left for the end of the step, a block of rows of each gradient at a time.
  void multiply_late(std::ptrdiff_t chunks) {
    constexpr std::ptrdiff_t block = 96;
    for (int i = 0; i < late_[0].count; ++i) {
      const LateProduct<float>& first = late_[0].list[i];
      parallel::for_each(first.in, block, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
        for (std::ptrdiff_t c = 0; c < chunks; ++c) {
          const LateProduct<float>& p = late_[static_cast<std::size_t>(c)].list[i];
          const auto x = kernel::transposed(p.x + begin, p.in), dy = kernel::matrix(p.dy, p.out);
          float* const to = first.gradient + begin * p.out;
          if (c == 0) kernel::gemm<float>(end - begin, p.out, p.rows, x, dy, to, p.out);
          else kernel::gemm<float>(end - begin, p.out, p.rows, x, dy, to, p.out, kernel::accumulate);
        }
      });
    }
    if (added_.size() > 1 || late_[0].count == 0) return;  // known since the first step
    added_.clear();
    Buffer<Range> late;
    for (int i = 0; i < late_[0].count; ++i) {
      const LateProduct<float>& p = late_[0].list[i];
      late.push_back({p.gradient - gradients_.data(), p.gradient - gradients_.data() + p.in * p.out});
      for (std::size_t k = late.size() - 1; k > 0 && late[k].begin < late[k - 1].begin; --k) std::swap(late[k], late[k - 1]);
    }
    std::ptrdiff_t begin = 0;
    for (const Range& r : late) {
      added_.push_back({begin, r.begin});
      begin = r.end;
    }
    added_.push_back({begin, std::ssize(state_.weights)});
  }
  void add_gradients(std::ptrdiff_t chunks) {
    if (chunks == 1) return;
    const std::ptrdiff_t size = std::ssize(state_.weights);
    float* const sum = gradients_.data();
    for (const Range& part : added_)
      parallel::for_each(part.end - part.begin, 16384, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
        for (std::ptrdiff_t c = 1; c < chunks; ++c)
          kernel::axpy<float>(end - begin, 1.0f, sum + c * size + part.begin + begin, sum + part.begin + begin);
      });
  }

  State& state_;
  Node& node_;
  const Dataset<X, Y>& learnt_;
  const Dataset<X, Y>& held_out_;
  AnyLoss loss_;
  std::ptrdiff_t batch_, chunk_, width_;
  int outputs_;
  std::ptrdiff_t chunk_scratch_;
  TargetBatch<Y> targets_;
  Owned<MixedBatch> mixed_{};
  Monitor monitor_{};
  Truth truth_{};              // of the rows held out, where there is a monitor
  Buffer<float> predicted_{};  // for these
  Buffer<float> x_{}, y_{}, dy_{}, saved_{}, scratch_{}, gradients_{};
  Buffer<double> losses_{};
  Buffer<LateProducts<float>> late_{};  // of each chunk
  Buffer<Range> added_{};               // weights whose gradients are added up over chunks; the others' are late products
};

}  // namespace tutti
