// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <tutti/train/csv_log.hpp>
#include <tutti/train/tensor_board_log.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "../reference/tensor_board.hpp"

using namespace tutti;
namespace fs = std::filesystem;

namespace {

struct Scalar {
  double wall_time = 0;
  std::uint64_t step = 0;
  std::string version{}, tag{};
  float value = 0;
};

/// Reads event files by the book, and by nothing of the library.
class EventReader {
 public:
  explicit EventReader(std::string bytes) : bytes_(std::move(bytes)) {}

  std::vector<Scalar> all() {
    std::vector<Scalar> events;
    while (at_ < bytes_.size()) {
      const auto length = number<std::uint64_t>(bytes_, at_);
      CHECK(number<std::uint32_t>(bytes_, at_ + 8) == masked(bytes_.substr(at_, 8)));
      REQUIRE(at_ + 16 + length <= bytes_.size());
      const std::string data = bytes_.substr(at_ + 12, length);
      CHECK(number<std::uint32_t>(bytes_, at_ + 12 + length) == masked(data));
      at_ += 16 + length;
      events.push_back({});
      message(data, events.back(), 0);
    }
    return events;
  }

 private:
  template <class T>
  static T number(const std::string& from, std::size_t at) {
    T value;
    std::memcpy(&value, from.data() + at, sizeof value);
    return value;
  }
  static std::uint32_t masked(const std::string& data) {  // divides the polynomial, highest power first
    const auto turned = [](std::uint32_t x, int bits) {
      std::uint32_t y = 0;
      for (int i = 0; i < bits; ++i) y |= ((x >> i) & 1) << (bits - 1 - i);
      return y;
    };
    std::uint32_t c = 0xFFFFFFFFu;
    for (const char byte : data) {
      c ^= turned(static_cast<unsigned char>(byte), 8) << 24;
      for (int i = 0; i < 8; ++i) c = (c & 0x80000000u) != 0 ? c << 1 ^ 0x1EDC6F41u : c << 1;
    }
    c = ~turned(c, 32);
    return ((c >> 15) | (c << 17)) + 0xA282EAD8u;
  }
  static std::uint64_t varint(const std::string& from, std::size_t& at) {
    std::uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
      const auto byte = static_cast<unsigned char>(from.at(at++));
      value |= std::uint64_t{byte & 127u} << shift;
      if (byte < 128) return value;
    }
  }
  /// Event at depth 0, Summary at 1, Value at 2.
  static void message(const std::string& m, Scalar& to, int depth) {
    for (std::size_t at = 0; at < m.size();) {
      const std::uint64_t key = varint(m, at), field = key / 8, wire = key % 8;
      if (wire == 0) {
        const std::uint64_t value = varint(m, at);
        if (depth == 0 && field == 2) to.step = value;
      } else if (wire == 1) {
        if (depth == 0 && field == 1) to.wall_time = number<double>(m, at);
        at += 8;
      } else if (wire == 5) {
        if (depth == 2 && field == 2) to.value = number<float>(m, at);
        at += 4;
      } else {
        REQUIRE(wire == 2);
        const std::uint64_t length = varint(m, at);
        const std::string inner = m.substr(at, length);
        at += length;
        if (depth == 0 && field == 3) to.version = inner;
        else if (depth == 2 && field == 1) to.tag = inner;
        else message(inner, to, depth + 1);
      }
    }
  }

  std::string bytes_;
  std::size_t at_ = 0;
};

struct Folder {
  std::string path = (fs::temp_directory_path() / "tutti_tensor_board_test").string();
  Folder() { fs::remove_all(path); }
  ~Folder() { fs::remove_all(path); }
  std::vector<fs::path> files() const {
    std::vector<fs::path> all;
    for (const auto& entry : fs::directory_iterator(path)) all.push_back(entry.path());
    return all;
  }
};

}  // namespace

TEST_CASE("events have the bytes that Protocol Buffers gives them") {
  std::string tag = "Stack[0]/";
  for (int i = 0; i < 40; ++i) tag += "Average[1]/";
  const std::string ours = detail::first_event(1.5) + detail::scalar_event(1000000.25, 1, "Network/loss", 0.75) +
                           detail::scalar_event(1000001, 300, tag + "rate", 1e-3);
  CHECK(ours == std::string(std::begin(reference::events), std::end(reference::events)));
}

TEST_CASE("a log is read back as it was told, each epoch as soon as it is over") {
  const Folder folder;
  const Progress log = both(Progress(), TensorBoardLog(folder.path));
  const double held_out = 0.5;
  log.end_epoch("Stack[0]/Net", {1, 2, 0.75, nullptr, 0.125});
  const double score = 0.75;
  log.end_epoch("Stack[0]/Net", {2, 2, 0.25, &held_out, 0.0625, "AUC", &score});
  REQUIRE(folder.files().size() == 1);
  CHECK(folder.files()[0].filename().string().find("events.out.tfevents.") == 0);
  std::ifstream in(folder.files()[0], std::ios::binary);
  const auto events = EventReader({std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()}).all();
  REQUIRE(events.size() == 7);
  CHECK(events[0].version == "brain.Event:2");
  CHECK(events[0].wall_time > 1.6e9);
  const auto is = [&](std::size_t i, std::uint64_t step, const char* tag, float value) {
    CHECK(events[i].step == step);
    CHECK(events[i].tag == std::string("Stack[0]/Net/") + tag);
    CHECK(events[i].value == value);
    CHECK(events[i].wall_time >= events[i - 1].wall_time);
  };
  is(1, 1, "loss", 0.75f);
  is(2, 1, "rate", 0.125f);
  is(3, 2, "loss", 0.25f);
  is(4, 2, "held_out", 0.5f);
  is(5, 2, "AUC", 0.75f);
  is(6, 2, "rate", 0.0625f);
}

TEST_CASE("two logs in one folder are two files; a folder that cannot be made is named") {
  const Folder folder;
  const TensorBoardLog one(folder.path), two(folder.path);
  CHECK(folder.files().size() == 2);
  std::string what;
  try {
    const TensorBoardLog nowhere("/no such folder/runs");
  } catch (const FileError& e) {
    what = e.what();
  }
  CHECK(what.find("cannot write /no such folder/runs/events.out.tfevents.") == 0);
}
