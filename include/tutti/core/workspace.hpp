// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/owned.hpp>
#include <tutti/kernel/parallel_team.hpp>

#include <cstddef>
#include <span>

namespace tutti {

/// The bytes that `n` numbers of T take in a workspace (whole cache lines).
template <class T>
constexpr std::size_t workspace_bytes_of(std::ptrdiff_t n) {
  return (static_cast<std::size_t>(n) * sizeof(T) + alignment - 1) / alignment * alignment;
}

/// Scratch memory of prediction: a stack of aligned arrays inside one block, so that predict allocates nothing.
/// What a model takes from it is given back when the Scope it was taken in ends. With a team, what is predicted in it is shared
/// by the team wherever that pays, for as many times the memory; the bits are the same.
class Workspace {
 public:
  Workspace() = default;
  explicit Workspace(std::size_t bytes, const parallel::Team& team = {}) : team_(team) { reserve(bytes); }

  std::size_t bytes() const noexcept { return memory_.size(); }
  /// Grows to hold at least this much; nothing may be taken at that moment.
  void reserve(std::size_t bytes) {
    bytes = (bytes + alignment - 1) / alignment * alignment;
    if (memory_.size() >= bytes) return;
    memory_.resize(bytes);
    others_.resize(bytes * static_cast<std::size_t>(team_.size - 1));
  }
  /// Who shares a prediction, and their memory: as much for each as this workspace has.
  parallel::Team team() noexcept {
    parallel::Team all = team_;
    all.memory = others_.data();
    all.bytes = memory_.size();
    return all;
  }

  class Scope {
   public:
    explicit Scope(Workspace& w) noexcept : workspace_(w), mark_(w.used_) {}
    ~Scope() { workspace_.used_ = mark_; }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    Workspace& workspace_;
    std::size_t mark_;
  };

  /// n uninitialised numbers, aligned; the block was sized by the model's workspace_bytes, so there is always room.
  template <class T>
  T* take(std::ptrdiff_t n) noexcept {
    T* p = reinterpret_cast<T*>(memory_.data() + used_);
    used_ += workspace_bytes_of<T>(n);
    return p;
  }

 private:
  parallel::Team team_{};
  Buffer<std::byte> memory_, others_;  // others_: of the team
  std::size_t used_ = 0;
};

/// A workspace of this thread for as long as the lease lives. A prediction that starts inside another one on the same
/// thread (a scheduler may do that) gets a workspace of its own.
class WorkspaceLease {
  using Lent = Owned<Workspace>;

 public:
  explicit WorkspaceLease(std::size_t bytes) {
    auto& free = pool();
    if (free.empty()) {
      workspace_ = Lent::make(bytes);
    } else {
      workspace_ = std::move(free.back());
      free.pop_back();
      workspace_->reserve(bytes);
    }
  }
  ~WorkspaceLease() { pool().push_back(std::move(workspace_)); }
  WorkspaceLease(const WorkspaceLease&) = delete;
  WorkspaceLease& operator=(const WorkspaceLease&) = delete;

  Workspace& operator*() const noexcept { return *workspace_; }

 private:
  static Buffer<Lent>& pool() {
    thread_local Buffer<Lent> free;
    return free;
  }
  Lent workspace_;
};

}  // namespace tutti
