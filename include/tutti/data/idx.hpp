// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/dataset.hpp>
#include <tutti/data/text_file.hpp>

#include <bit>
#include <cstring>
#include <type_traits>

namespace tutti {

/// The order of the three axes of an image in a file. In memory images are planar, CHW.
enum class Layout { CHW, HWC };
using enum Layout;

struct IdxOptions {
  Layout layout = CHW;
  std::uint64_t limit = file_limit;  // most bytes the file may hold, decompressed
};

namespace detail {

/// An IDX file: big-endian sizes, then the numbers of row after row.
class IdxFile {
 public:
  /// Errors   DataError naming the file when it is no IDX file or its length is not what the header promises.
  [[gnu::cold]] IdxFile(const std::string& path, std::uint64_t limit) : path_(path), bytes_(read_file(path, limit)) {
    if (bytes_.size() < 4 || bytes_[0] != 0 || bytes_[1] != 0) refuse({"this is not an IDX file"});
    type_ = byte(2);
    const int axes = byte(3);
    size_ = type_ == 0x08 || type_ == 0x09   ? 1
            : type_ == 0x0B                  ? 2
            : type_ == 0x0C || type_ == 0x0D ? 4
            : type_ == 0x0E                  ? 8
                                             : 0;
    if (size_ == 0) refuse({"expected one of the IDX element types 8, 9, 11, 12, 13 and 14, got ", type_});
    if (axes < 1 || axes > 4) refuse({"expected 1 to 4 axes, got ", axes});
    head_ = 4 + 4 * static_cast<std::size_t>(axes);
    if (bytes_.size() < head_) refuse({"the file ends within its header"});
    std::uint64_t promised = size_, width = 1;
    std::string spelled;
    for (int a = 0; a < axes; ++a) {
      const std::uint64_t n = bits(4 + 4 * static_cast<std::size_t>(a), 4);
      if (a > 0) width *= n;
      if (n == 0 || n > 0x7FFFFFFF || width > 0x7FFFFFFF)
        refuse({"expected extents from 1 to 2147483647 and as many numbers in a row at most, got ",
                n - 1 < 0x7FFFFFFF ? width : n});
      promised = promised > bytes_.size() ? promised
                                          : promised * n;  // once too large it stays so, and never overflows
      spelled += joined({a == 0 ? "" : " x ", n});
      if (a == 0) rows_ = static_cast<std::ptrdiff_t>(n);
      else extents_.extent[extents_.rank++] = static_cast<int>(n);
    }
    const std::size_t body = bytes_.size() - head_;
    if (promised != body)
      refuse({"the header promises ", spelled, " numbers of ", size_, " bytes, but ", body, " bytes follow"});
  }

  std::ptrdiff_t rows() const noexcept { return rows_; }
  const Shape& extents() const noexcept { return extents_; }  // of one row; rank 0 for plain numbers
  bool holds_bytes() const noexcept { return type_ == 0x08; }
  bool holds_integers() const noexcept { return type_ < 0x0D; }
  std::size_t numbers() const noexcept { return (bytes_.size() - head_) / size_; }
  double number(std::size_t i) const {
    const std::uint64_t raw = bits(head_ + size_ * i, size_);
    switch (type_) {
      case 0x08:
        return static_cast<double>(raw);
      case 0x09:
        return static_cast<std::int8_t>(raw);
      case 0x0B:
        return static_cast<std::int16_t>(raw);
      case 0x0C:
        return static_cast<std::int32_t>(raw);
      case 0x0D:
        return static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(raw)));
      default:
        return std::bit_cast<double>(raw);
    }
  }
  void copy_to(std::uint8_t* out) const { std::memcpy(out, bytes_.data() + head_, numbers()); }
  void copy_to(float* out) const {
    for (std::size_t i = 0; i < numbers(); ++i) out[i] = static_cast<float>(number(i));
  }
  [[noreturn]] void refuse(std::initializer_list<Word> message) const {
    throw DataError(joined({path_, ": ", joined(message)}));
  }
  const std::string& path() const noexcept { return path_; }

 private:
  std::uint8_t byte(std::size_t i) const { return static_cast<std::uint8_t>(bytes_[i]); }
  std::uint64_t bits(std::size_t at, std::size_t bytes) const {
    std::uint64_t value = 0;
    for (std::size_t k = 0; k < bytes; ++k) value = value << 8 | byte(at + k);
    return value;
  }

  std::string path_, bytes_;
  int type_ = 0;
  std::size_t size_ = 0, head_ = 0;  // bytes of a number, of the header
  std::ptrdiff_t rows_ = 0;
  Shape extents_{};
};

/// True when rows of these extents are rows of X: the same axes, leaving out those of length 1, or one flat
/// axis.
inline bool idx_fits(const Shape& file, const Shape& wanted) {
  if (wanted.rank == 1) return wanted.extent[0] == Dynamic || wanted.extent[0] == file.size();
  if (file.rank == 1) return wanted.size() == file.extent[0];
  int a = 0, b = 0;
  for (;; ++a, ++b) {
    while (a < file.rank && file.extent[a] == 1) ++a;
    while (b < wanted.rank && wanted.extent[b] == 1) ++b;
    if (a == file.rank || b == wanted.rank) return a == file.rank && b == wanted.rank;
    if (wanted.extent[b] != Dynamic && wanted.extent[b] != file.extent[a]) return false;
  }
}

/// Pixels with their channels beside each other become planes.
template <class Element> void to_planes(Buffer<Element>& values, std::size_t pixels, std::size_t channels) {
  Buffer<Element> row(pixels * channels);
  for (std::size_t r = 0; r < values.size(); r += row.size()) {
    for (std::size_t p = 0; p < pixels; ++p)
      for (std::size_t c = 0; c < channels; ++c) row[c * pixels + p] = values[r + p * channels + c];
    std::memcpy(values.data() + r, row.data(), row.size() * sizeof(Element));
  }
}

/// The shape of the rows in memory.
/// Errors   ShapeError when it is not that of X, DataError when numbers other than bytes are to be bytes.
inline Shape idx_shape(const IdxFile& file, Layout layout, const Shape& wanted, std::string_view input,
                       bool bytes) {
  Shape s = file.extents();
  if (layout == HWC && s.rank == 3) s = shape(s[2], s[0], s[1]);
  if (!idx_fits(s, wanted))
    throw ShapeError(
        joined({file.path(), ": expected rows of shape ", to_string(wanted), ", got ", to_string(s)}));
  if (bytes && !file.holds_bytes())
    file.refuse({"expected bytes for ", input, ", the file holds other numbers"});
  return s;
}

/// The values of all rows, planar.
template <class X> typename X::Storage idx_rows(const IdxFile& file, Layout layout) {
  using Element = typename X::Element;
  static_assert(std::is_same_v<typename X::Storage, DenseStorage<Element>>, "read_idx reads rows and images");
  const Shape s = idx_shape(file, layout, X::shape, type_name<X>(), std::is_same_v<Element, std::uint8_t>);
  Buffer<Element> values(file.numbers());
  file.copy_to(values.data());
  if (layout == HWC && s.rank == 3)
    to_planes(values, static_cast<std::size_t>(s[1] * s[2]), static_cast<std::size_t>(s[0]));
  return typename X::Storage(s.size(), std::move(values));
}

}  // namespace detail

/// Reads inputs from an IDX file (the format of MNIST), plain or compressed, of any of its element types.
/// Shapes   file (rows, height, width), (rows, channels, height, width) or, with .layout = HWC, (rows,
///          height, width, channels); a flat row of as many numbers fits any shape.
/// Errors   DataError naming the file when its header does not fit its length or an Image is to be read from
///          numbers other than bytes; ShapeError when the rows are not those of X.
template <Input X> Dataset<X> read_idx(const std::string& path, const IdxOptions& options = {}) {
  return Dataset<X>(detail::idx_rows<X>(detail::IdxFile(path, options.limit), options.layout), {});
}

/// The whole numbers of an IDX file with one axis.
/// Errors   DataError naming the file when it has more axes or holds other numbers.
inline Buffer<std::int32_t> read_idx_labels(const std::string& path, const IdxOptions& options = {}) {
  const detail::IdxFile file(path, options.limit);
  if (file.extents().rank != 0 || !file.holds_integers())
    file.refuse({"expected labels: whole numbers along one axis"});
  Buffer<std::int32_t> labels(file.numbers());
  for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = static_cast<std::int32_t>(file.number(i));
  return labels;
}

}  // namespace tutti
