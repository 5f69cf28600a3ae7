// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/shape.hpp>

#include <array>
#include <atomic>
#include <concepts>
#include <cstdint>
#include <iosfwd>
#include <span>
#include <string>

namespace tutti {

using ClassNames = Buffer<std::string>;

/// The one copy of this list (of class names, of class weights); it lives as long as the program, so a Label
/// may point to it for ever.
/// Cost     linear in the number of different lists that the program has seen; without locks.
template <class List = ClassNames>
const List* intern(const List& names) {
  struct Node {
    List names;
    Node* next;
  };
  static std::atomic<Node*> head{nullptr};
  if (names.empty()) return nullptr;
  Node* fresh = nullptr;
  Node* first = head.load(std::memory_order_acquire);
  for (;;) {
    for (Node* n = first; n != nullptr; n = n->next)
      if (n->names == names) {
        delete fresh;
        return &n->names;
      }
    if (fresh == nullptr) fresh = new Node{names, nullptr};  // never freed: reachable from `head` until the program ends
    fresh->next = first;
    if (head.compare_exchange_weak(first, fresh, std::memory_order_acq_rel)) return &fresh->names;
  }
}

/// One of K classes (K may be Dynamic). Prints as its class name where the data had names.
template <int K>
class Label {
 public:
  using Element = std::int32_t;
  static constexpr int outputs = K;      // one probability for each class
  static constexpr int width = 1;
  static constexpr bool is_label = true;

  constexpr Label() = default;
  constexpr explicit Label(int index, const ClassNames* names = nullptr) : index_(index), names_(names) {}

  constexpr int index() const { return index_; }
  std::string name() const {
    const bool named = names_ != nullptr && index_ >= 0 && index_ < static_cast<int>(names_->size());
    return named ? (*names_)[static_cast<std::size_t>(index_)] : std::to_string(index_);
  }
  static constexpr Label read(const Element* value, const ClassNames* names) { return Label(*value, names); }
  /// The most probable class; ties and NaN go to the lowest.
  static constexpr Label decide(std::span<const float> probabilities, const ClassNames* names) {
    int best = 0;
    for (int k = 1; k < static_cast<int>(probabilities.size()); ++k)
      if (probabilities[static_cast<std::size_t>(k)] > probabilities[static_cast<std::size_t>(best)]) best = k;
    return Label(best, names);
  }
  constexpr void write(std::span<float> out) const {
    for (float& p : out) p = 0;
    if (index_ >= 0 && index_ < static_cast<int>(out.size())) out[static_cast<std::size_t>(index_)] = 1;
  }
  friend constexpr bool operator==(const Label& a, const Label& b) { return a.index_ == b.index_; }

 private:
  int index_ = 0;
  const ClassNames* names_ = nullptr;
};

template <class Traits, int K>
auto& operator<<(std::basic_ostream<char, Traits>& out, const Label<K>& label) {
  return out << label.name();
}

/// A number to be predicted.
struct Real {
  using Element = float;
  static constexpr int outputs = 1;
  static constexpr int width = 1;
  static constexpr bool is_label = false;

  float value = 0;

  constexpr operator float() const { return value; }
  static constexpr Real read(const Element* v, const ClassNames*) { return {*v}; }
  static constexpr Real decide(std::span<const float> outputs, const ClassNames*) { return {outputs[0]}; }
  constexpr void write(std::span<float> out) const { out[0] = value; }
};

/// K numbers to be predicted together (K may be Dynamic: one for each name in the schema's list of targets).
template <int K>
struct Reals {
  using Element = float;
  static constexpr int outputs = K;
  static constexpr int width = K;
  static constexpr bool is_label = false;

  std::conditional_t<K == Dynamic, Buffer<float>, std::array<float, static_cast<std::size_t>(K < 0 ? 0 : K)>> values{};

  constexpr float operator[](std::ptrdiff_t k) const { return values[static_cast<std::size_t>(k)]; }
  static Reals decide(std::span<const float> outputs, const ClassNames*) {
    Reals r;
    if constexpr (K == Dynamic) r.values.resize(outputs.size());
    for (std::size_t k = 0; k < r.values.size(); ++k) r.values[k] = outputs[k];
    return r;
  }
  constexpr void write(std::span<float> out) const {
    for (std::size_t k = 0; k < out.size(); ++k) out[k] = values[k];
  }
};

/// K answers of yes or no that do not exclude each other (K may be Dynamic): a flag is yes where its probability is
/// above a half. Prints as its digits, "0110".
template <int K>
struct Flags {
  using Element = std::uint8_t;  // 0 or 1
  static constexpr int outputs = K;  // one probability for each flag
  static constexpr int width = K;
  static constexpr bool is_label = false;
  static constexpr bool is_flags = true;

  std::conditional_t<K == Dynamic, std::vector<bool>, std::array<bool, static_cast<std::size_t>(K < 0 ? 0 : K)>> values{};

  constexpr bool operator[](std::ptrdiff_t k) const { return values[static_cast<std::size_t>(k)]; }
  static Flags decide(std::span<const float> probabilities, const ClassNames*) {
    Flags f;
    if constexpr (K == Dynamic) f.values.resize(probabilities.size());
    for (std::size_t k = 0; k < f.values.size(); ++k) f.values[k] = probabilities[k] > 0.5f;
    return f;
  }
  constexpr void write(std::span<float> out) const {
    for (std::size_t k = 0; k < out.size(); ++k) out[k] = values[k] ? 1.0f : 0.0f;
  }
  friend bool operator==(const Flags&, const Flags&) = default;
};
template <class Traits, int K>
auto& operator<<(std::basic_ostream<char, Traits>& out, const Flags<K>& flags) {
  for (const bool yes : flags.values) out.put(yes ? '1' : '0');
  return out;
}

/// True for Flags.
template <class Y>
inline constexpr bool is_flags = requires { Y::is_flags; };

/// True for targets that are predicted with probabilities: labels and flags.
template <class Y>
inline constexpr bool has_probabilities = Y::is_label || is_flags<Y>;

/// No target: rows to be predicted, or transformed without supervision.
struct Nothing {
  using Element = std::uint8_t;
  static constexpr int outputs = 0;
  static constexpr int width = 0;
  static constexpr bool is_label = false;
  static void visit(auto&, auto&) {}  // as what a member needs to go on learning
};

template <class Y>
concept Target = requires {
  typename Y::Element;
  { Y::outputs } -> std::convertible_to<int>;
  { Y::is_label } -> std::convertible_to<bool>;
};

}  // namespace tutti
