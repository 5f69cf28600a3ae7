// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/owned.hpp>

#include <atomic>
#include <cstdint>
#include <memory>

namespace tutti {

/// What members and folds have in common is computed once: a push-only list of results, keyed by type and number.
/// Two threads that ask at the same moment may both compute; the results are equal, the first one in stays. No locks,
/// so a scheduler that runs another member while one waits can never deadlock here.
class Memo {
 public:
  Memo() = default;
  Memo(const Memo&) = delete;
  Memo& operator=(const Memo&) = delete;
  ~Memo() {
    for (Node *n = head_.load(), *next; n != nullptr; n = next) {
      next = n->next;
      delete n;
    }
  }

  /// The T stored under `key`, made by `make()` if there is none. `make` is a pure function of the key.
  template <class T, class Make>
  std::shared_ptr<const T> get(std::uint64_t key, Make&& make) {
    const void* const type = &name_of<T>;
    Node* first = head_.load(std::memory_order_acquire);
    if (Node* n = find(first, type, key)) return std::static_pointer_cast<const T>(n->value);
    std::shared_ptr<const T> made = std::make_shared<const T>(make());
    Owned<Node> node(new Node{type, key, made, nullptr});
    for (first = head_.load(std::memory_order_acquire);;) {
      if (Node* n = find(first, type, key)) return std::static_pointer_cast<const T>(n->value);
      node->next = first;
      if (head_.compare_exchange_weak(first, node.get(), std::memory_order_acq_rel)) {
        node.release();
        return made;
      }
    }
  }

 private:
  template <class T>
  static constexpr char name_of = 0;  // its address names T, whoever asks
  struct Node {
    const void* type;
    std::uint64_t key;
    std::shared_ptr<const void> value;
    Node* next;
  };
  static Node* find(Node* n, const void* type, std::uint64_t key) {
    while (n != nullptr && (n->type != type || n->key != key)) n = n->next;
    return n;
  }
  std::atomic<Node*> head_{nullptr};
};

}  // namespace tutti
