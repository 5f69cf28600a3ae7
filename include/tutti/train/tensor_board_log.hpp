// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/error.hpp>
#include <tutti/core/progress.hpp>
#include <tutti/core/stored_number.hpp>

#include <sys/stat.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

namespace tutti {

namespace detail {

/// CRC-32C (Castagnoli, reflected), turned and shifted as records of TensorFlow have it.
template <class = void>
std::uint32_t masked_crc32c(std::string_view bytes) {
  std::uint32_t c = ~0u;
  for (const char byte : bytes) {
    c ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) c = (c & 1) != 0 ? 0x82F63B78u ^ (c >> 1) : c >> 1;
  }
  c = ~c;
  return (c >> 15 | c << 17) + 0xA282EAD8u;
}

/// Fields of Protocol Buffers, one after the other.
template <class = void>
class Message {
 public:
  const std::string& bytes() const noexcept { return bytes_; }
  template <class T>
  void put(T number) {  // little-endian
    number = little(number);
    bytes_.append(reinterpret_cast<const char*>(&number), sizeof number);
  }
  template <class T>
  void fixed(int field, T number) {
    key(field, sizeof number == 8 ? 1 : 5);
    put(number);
  }
  void whole(int field, std::uint64_t number) {
    key(field, 0);
    varint(number);
  }
  void text(int field, std::string_view value) {  // or a message in the message
    key(field, 2);
    varint(value.size());
    bytes_ += value;
  }

 private:
  void key(int field, int wire) { varint(static_cast<std::uint64_t>(field * 8 + wire)); }
  void varint(std::uint64_t n) {
    for (; n >= 128; n >>= 7) bytes_ += static_cast<char>((n & 127) | 128);
    bytes_ += static_cast<char>(n);
  }

  std::string bytes_;
};

/// A TFRecord: length, its checksum, the data, their checksum.
template <class = void>
std::string record_of(std::string_view data) {
  Message<> record;
  record.put(std::uint64_t{data.size()});
  record.put(masked_crc32c(std::string_view(record.bytes())));
  std::string bytes = record.bytes();
  bytes += data;
  Message<> tail;
  tail.put(masked_crc32c(data));
  return bytes + tail.bytes();
}

/// message Event { double wall_time = 1; int64 step = 2; string file_version = 3; Summary summary = 5; }
template <class = void>
std::string first_event(double wall_time) {
  Message<> event;
  event.fixed(1, wall_time);
  event.text(3, "brain.Event:2");
  return record_of(event.bytes());
}
/// message Summary { message Value { string tag = 1; float simple_value = 2; } repeated Value value = 1; }
template <class = void>
std::string scalar_event(double wall_time, int step, std::string_view tag, double value) {
  Message<> number, summary, event;
  number.text(1, tag);
  number.fixed(2, static_cast<float>(value));
  summary.text(1, number.bytes());
  event.fixed(1, wall_time);
  event.whole(2, static_cast<std::uint64_t>(step));
  event.text(5, summary.bytes());
  return record_of(event.bytes());
}

/// Appends to an event file; the records of an epoch are one call, so that those of several threads do not mix.
template <class Base = Observer>
class EventWriter final : public Base {
 public:
  explicit EventWriter(const std::string& folder) {
    ::mkdir(folder.c_str(), 0777);  // may be there
    const std::string start = folder + "/events.out.tfevents." + std::to_string(static_cast<long long>(now())) + ".tutti.";
    for (int i = 0; file_ == nullptr && i < 1000; ++i) file_ = std::fopen((start + std::to_string(i)).c_str(), "wbx");
    if (file_ == nullptr) throw FileError("cannot write " + start + '0');
    write(first_event(now()));
  }
  ~EventWriter() override { std::fclose(file_); }
  EventWriter(const EventWriter&) = delete;
  EventWriter& operator=(const EventWriter&) = delete;

  void progressed(int, int, std::string_view) override {}
  void reported(std::string_view, std::string_view) override {}
  void epoch_ended(std::string_view path, const EpochReport& e) override {
    const double at = now();
    const std::string node = std::string(path) + '/';
    std::string events = scalar_event(at, e.epoch, node + "loss", e.loss);
    if (e.held_out != nullptr) events += scalar_event(at, e.epoch, node + "held_out", *e.held_out);
    if (e.score != nullptr) events += scalar_event(at, e.epoch, node + std::string(e.metric), *e.score);
    write(events + scalar_event(at, e.epoch, node + "rate", e.rate));
  }

 private:
  static double now() {
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  }
  void write(const std::string& events) {
    std::fwrite(events.data(), 1, events.size(), file_);
    std::fflush(file_);
  }

  std::FILE* file_ = nullptr;
};

}  // namespace detail

/// What nets say of each epoch, for TensorBoard: `fit(spec, data, {.progress = TensorBoardLog("runs/first")})`, then
/// `tensorboard --logdir runs`. Scalars <place of the net>/loss, /held_out (where somebody looked), /rate and, by its
/// name, the metric that is the monitor, the epoch (from 1) as step. Each log is a new event file in the folder, which is
/// made if its parent is there.
/// Errors   FileError that names the path.
class TensorBoardLog : public Progress {
 public:
  template <class Path>
  explicit TensorBoardLog(const Path& folder) : Progress(std::make_shared<detail::EventWriter<>>(std::string(folder))) {}
};

}  // namespace tutti
