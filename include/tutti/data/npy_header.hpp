// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/error.hpp>
#include <tutti/data/array_file.hpp>
#include <tutti/data/csv_cell.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace tutti::detail {

/// What stands in front of the numbers of an npy file.
struct NpyHeader {
  NumberType type{};
  bool fortran = false;
  Buffer<std::uint64_t> axes{};
  std::size_t end = 0;  // where the numbers begin
};

/// The header of an npy file: magic, version, length, then the literal of a Python dictionary with exactly the keys descr,
/// fortran_order and shape. Nothing else of Python is understood, and nothing is evaluated.
/// Errors   DataError `path: byte 17: expected ..., got ...`.
class NpyParser {
 public:
  NpyParser(const std::string& path, std::string_view bytes) : path_(path), bytes_(bytes) {}

  [[gnu::cold]] NpyHeader header() {
    if (!bytes_.starts_with("\x93NUMPY")) throw DataError(joined({path_, ": this is not an npy file"}));
    if (bytes_.size() < 10) refuse_end();
    const int version = static_cast<unsigned char>(bytes_[6]);
    if (version < 1 || version > 3) refuse(6, "one of the versions 1, 2 and 3", joined({version}));
    at_ = version == 1 ? 10 : 12;
    std::size_t length = 0;
    if (bytes_.size() < at_) refuse_end();
    for (std::size_t i = at_; i-- > 8;) length = length << 8 | static_cast<unsigned char>(bytes_[i]);
    if (length > bytes_.size() - at_) refuse_end();
    end_ = at_ + length;
    NpyHeader header;
    header.end = end_;
    dictionary(header);
    skip();
    if (at_ != end_) refuse_here("the end of the header");
    if (seen_[0] + seen_[1] + seen_[2] != 3) refuse(at_, "the keys descr, fortran_order and shape", "fewer");
    if (header.axes.empty()) refuse(at_, "at least one axis in the shape", "()");
    return header;
  }

 private:
  void dictionary(NpyHeader& header) {
    constexpr std::string_view keys[] = {"descr", "fortran_order", "shape"};
    expect('{');
    while (!taken('}')) {
      const std::size_t place = at_;
      const std::string_view key = text();
      std::size_t k = 0;
      while (k < 3 && keys[k] != key) ++k;
      if (k == 3 || seen_[k]++ != 0)
        refuse(place, "each of the keys descr, fortran_order and shape once", shown(key));
      expect(':');
      if (k == 0) element_type(header.type);
      else if (k == 1) header.fortran = truth();
      else shape(header.axes);
      if (!taken(',')) {
        expect('}');
        break;
      }
    }
  }

  void element_type(NumberType& type) {
    skip();
    const std::size_t place = at_;
    if (at_ < end_ && bytes_[at_] == '[') refuse(place, "one number in each element, as in '<f4'", "records");
    const std::string_view code = text();
    std::size_t size = 0;
    const bool known = code.size() > 2 && std::string_view("<>=|").find(code[0]) != code.npos &&
                       parse_number(code.substr(2), size);
    const char kind = known ? code[1] : ' ';
    const bool whole = size == 1 || size == 2 || size == 4 || size == 8;
    if (kind == 'b' && size == 1) type.kind = NumberKind::truth;
    else if (kind == 'i' && whole) type.kind = NumberKind::whole;
    else if (kind == 'u' && whole) type.kind = NumberKind::natural;
    else if (kind == 'f' && whole && size > 1) type.kind = NumberKind::real;
    else refuse(place, "booleans, integers or floating-point numbers of 2 to 8 bytes in descr", shown(code));
    type.size = size;
    type.big_endian = code[0] == '>' || (code[0] == '=' && std::endian::native == std::endian::big);
  }

  bool truth() {
    skip();
    for (const bool value : {true, false})
      if (const std::string_view word = value ? "True" : "False";
          bytes_.substr(at_, end_ - at_).starts_with(word)) {
        at_ += word.size();
        return value;
      }
    refuse_here("True or False");
  }

  void shape(Buffer<std::uint64_t>& axes) {
    expect('(');
    while (!taken(')')) {
      skip();
      const std::size_t first = at_;
      while (at_ < end_ && bytes_[at_] >= '0' && bytes_[at_] <= '9') ++at_;
      std::uint64_t extent = 0;
      const std::string_view digits = bytes_.substr(first, at_ - first);
      if (digits.empty()) refuse_here("a whole number in the shape");
      if (!parse_number(digits, extent) || axes.size() == 32)
        refuse(first, "at most 32 extents below 2^64 in the shape", digits);
      axes.push_back(extent);
      if (at_ < end_ && bytes_[at_] == 'L') ++at_;  // as Python 2 wrote it
      if (!taken(',')) {
        expect(')');
        if (axes.size() == 1) refuse(first, "a comma behind the only extent of the shape", ")");
        break;
      }
    }
  }

  std::string_view text() {
    skip();
    const char quote = at_ < end_ ? bytes_[at_] : ' ';
    if (quote != '\'' && quote != '"') refuse_here("text in quotes");
    const std::size_t first = ++at_;
    while (at_ < end_ && bytes_[at_] != quote) ++at_;
    if (at_ == end_) refuse(first - 1, "a closing quote", "none");
    return bytes_.substr(first, at_++ - first);
  }
  void skip() {
    while (at_ < end_ &&
           (bytes_[at_] == ' ' || bytes_[at_] == '\n' || bytes_[at_] == '\t' || bytes_[at_] == '\r'))
      ++at_;
  }
  bool taken(char c) {
    skip();
    if (at_ == end_ || bytes_[at_] != c) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!taken(c)) refuse_here(joined({"'", std::string_view(&c, 1), "'"}));
  }
  [[noreturn, gnu::cold]] void refuse_here(std::string_view expected) {
    refuse(at_, expected, at_ == end_ ? "the end of the header" : shown(bytes_.substr(at_, 1)));
  }
  [[noreturn, gnu::cold]] void refuse(std::size_t place, std::string_view expected,
                                      std::string_view got) const {
    throw DataError(joined({path_, ": byte ", place, ": expected ", expected, ", got ", got}));
  }
  [[noreturn, gnu::cold]] void refuse_end() const {
    throw DataError(joined({path_, ": the file ends within its header"}));
  }

  const std::string& path_;
  std::string_view bytes_;
  std::size_t at_ = 0, end_ = 0;
  int seen_[3] = {0, 0, 0};
};

}  // namespace tutti::detail
