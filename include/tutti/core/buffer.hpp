// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/aligned_memory.hpp>

#include <concepts>
#include <cstddef>
#include <cstring>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

namespace tutti {

namespace detail {

/// The index i of an array of `size` elements; checked where the standard library checks its own.
inline std::size_t checked(std::size_t i, [[maybe_unused]] std::size_t size) noexcept {
#ifdef _GLIBCXX_ASSERTIONS
  if (i >= size) __builtin_trap();
#endif
  return i;
}

/// Anything contiguous that holds T: a std::vector, an array, a span.
template <class R, class T>
concept HoldsElements = requires(const R& r) {
  { r.data() } -> std::same_as<const T*>;
  r.size();
} || requires(const R& r) {
  { r.data() } -> std::same_as<T*>;
  r.size();
};

}  // namespace detail

/// The one array type of the library; of numbers, the first is aligned for any SIMD load. It does what std::vector does at a
/// third of the compile time, which every program pays again for every type of element.
/// Cost     appending is O(1) on average; other sizes are met exactly.
template <class T>
class Buffer {
 public:
  using value_type = T;
  using size_type = std::size_t;
  using difference_type = std::ptrdiff_t;
  using reference = T&;
  using const_reference = const T&;
  using iterator = T*;
  using const_iterator = const T*;

  constexpr Buffer() noexcept = default;
  explicit Buffer(std::size_t n) { resize(n); }
  Buffer(std::size_t n, const T& value) { resize(n, value); }
  Buffer(std::initializer_list<T> values) { append(values.begin(), values.size()); }
  Buffer(const T* first, const T* last) { append(first, static_cast<std::size_t>(last - first)); }
  template <class I>
    requires(!std::is_pointer_v<I>) && std::contiguous_iterator<I>  // in this order: the second takes long
  Buffer(I first, I last) {
    append(std::to_address(first), static_cast<std::size_t>(last - first));
  }
  template <class R>
    requires(!std::is_same_v<R, Buffer> && detail::HoldsElements<R, T>)
  Buffer(const R& elements) {  // implicit: a std::vector is welcome where a buffer is due
    append(elements.data(), elements.size());
  }
  Buffer(const Buffer& other) { append(other.data_, other.size_); }
  Buffer(Buffer&& other) noexcept : data_(other.data_), size_(other.size_), capacity_(other.capacity_) { other.take(nullptr, 0, 0); }
  Buffer& operator=(Buffer other) noexcept {
    swap(other);
    return *this;
  }
  ~Buffer() {
    shrink(0);
    if (data_ != nullptr) detail::give_back(data_);
  }
  void swap(Buffer& other) noexcept {
    T* const data = other.data_;
    const std::size_t size = other.size_, capacity = other.capacity_;
    other.take(data_, size_, capacity_);
    take(data, size, capacity);
  }
  template <class A>
  operator std::vector<T, A>() const {  // implicit: what a model answers is anybody's
    return std::vector<T, A>(begin(), end());
  }

  std::size_t size() const noexcept { return size_; }
  std::size_t capacity() const noexcept { return capacity_; }
  bool empty() const noexcept { return size_ == 0; }
  T* data() noexcept { return data_; }
  const T* data() const noexcept { return data_; }
  T* begin() noexcept { return data_; }
  const T* begin() const noexcept { return data_; }
  T* end() noexcept { return data_ + size_; }
  const T* end() const noexcept { return data_ + size_; }
  T& operator[](std::size_t i) noexcept { return data_[detail::checked(i, size_)]; }
  const T& operator[](std::size_t i) const noexcept { return data_[detail::checked(i, size_)]; }
  T& front() noexcept { return data_[detail::checked(0, size_)]; }
  const T& front() const noexcept { return data_[detail::checked(0, size_)]; }
  T& back() noexcept { return data_[detail::checked(size_ - 1, size_)]; }
  const T& back() const noexcept { return data_[detail::checked(size_ - 1, size_)]; }

  void reserve(std::size_t n) {
    if (n > capacity_) grow(n);
  }
  void resize(std::size_t n) {
    if (n <= size_) shrink(n);
    else lengthen(n);
  }
  void resize(std::size_t n, const T& value) {
    if (n <= size_) shrink(n);
    else lengthen(n, value);
  }
  void clear() noexcept { shrink(0); }
  void assign(std::size_t n, const T& value) {
    const T fill = value;
    clear();
    resize(n, fill);
  }
  /// Copies of elements that are not this buffer's.
  template <class R>
    requires detail::HoldsElements<R, T>
  void assign(const R& elements) {
    clear();
    append(elements);
  }
  void push_back(T value) {
    if (size_ == capacity_) grow(size_ < 4 ? 4 : 2 * size_);
    ::new (static_cast<void*>(data_ + size_)) T(static_cast<T&&>(value));
    ++size_;
  }
  template <class... Arguments>
  T& emplace_back(Arguments&&... arguments) {  // of what is not in this buffer
    if (size_ == capacity_) grow(size_ < 4 ? 4 : 2 * size_);
    T* const made = ::new (static_cast<void*>(data_ + size_)) T(std::forward<Arguments>(arguments)...);
    ++size_;
    return *made;
  }
  void pop_back() noexcept { shrink(size_ - 1); }
  T* erase(T* at) {
    for (T* to = at; to + 1 != end(); ++to) *to = std::move(to[1]);
    pop_back();
    return at;
  }
  /// n elements from elsewhere, at the end.
  [[gnu::noinline]] void append(const T* elements, std::size_t n) {
    if (n == 0) return;
    if (n > capacity_ - size_) grow(n > size_ ? size_ + n : 2 * size_);
    if constexpr (plain) {
      std::memcpy(static_cast<void*>(data_ + size_), elements, n * sizeof(T));
      size_ += n;
    } else {
      for (std::size_t i = 0; i < n; ++i, ++size_) ::new (static_cast<void*>(data_ + size_)) T(elements[i]);
    }
  }
  template <class R>
    requires detail::HoldsElements<R, T>
  void append(const R& elements) {
    append(elements.data(), elements.size());
  }
  void append(std::initializer_list<T> elements) { append(elements.begin(), elements.size()); }

  template <class R>
    requires detail::HoldsElements<R, T>
  friend bool operator==(const Buffer& a, const R& b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
      if (!(a.data()[i] == b.data()[i])) return false;
    return true;
  }

 private:
  static constexpr bool plain = __is_trivially_copyable(T);  // what the standard's trait is made of, without its templates

  void take(T* data, std::size_t size, std::size_t capacity) noexcept {
    data_ = data;
    size_ = size;
    capacity_ = capacity;
  }
  void shrink(std::size_t n) noexcept {
    if constexpr (plain) size_ = n < size_ ? n : size_;
    else end_from(n);
  }
  // What has a loop is compiled once for each T, not in all the places that call it.
  [[gnu::noinline]] void end_from(std::size_t n) noexcept {
    while (size_ > n) data_[--size_].~T();
  }
  [[gnu::noinline]] void lengthen(std::size_t n) {
    reserve(n);
    for (; size_ < n; ++size_) ::new (static_cast<void*>(data_ + size_)) T();
  }
  [[gnu::noinline]] void lengthen(std::size_t n, const T& value) {
    const T fill = value;  // it may be one of ours
    reserve(n);
    for (; size_ < n; ++size_) ::new (static_cast<void*>(data_ + size_)) T(fill);
  }
  [[gnu::noinline]] void grow(std::size_t n) {
    const std::size_t bytes = detail::bytes_of(n, sizeof(T));
    if constexpr (plain) {
      data_ = static_cast<T*>(detail::regrown(data_, size_ * sizeof(T), bytes));
      capacity_ = n;
    } else {
      Buffer grown;  // gives back what it has if an element cannot be moved
      grown.data_ = static_cast<T*>(detail::aligned_memory(bytes));
      grown.capacity_ = n;
      for (T& element : *this) {
        ::new (static_cast<void*>(grown.end())) T(std::move_if_noexcept(element));
        ++grown.size_;
      }
      swap(grown);
    }
  }
  T* data_ = nullptr;
  std::size_t size_ = 0, capacity_ = 0;
};
template <class T>
Buffer(std::size_t, T) -> Buffer<T>;

}  // namespace tutti
