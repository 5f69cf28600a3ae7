// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <thread>
#include <tutti/combine/average.hpp>
#include <tutti/combine/committee_fit.hpp>
#include <tutti/core/file.hpp>
#include <tutti/train/fit.hpp>

#include "combine/learners.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sys/resource.h>
#include <unistd.h>

using namespace tutti;
using namespace learners;
namespace fs = std::filesystem;

namespace {

using X = Row<2>;
using Y = Label<2>;
using Spec = Average<Nearest, Says>;
using Model = Fitted<Spec, X, Y>;

const Dataset<X, Y>& data() {
  static const auto d = blobs<2, 2>(24, 1);
  return d;
}
const Model& model() {
  static const Model m = fit(Spec{}, data());
  return m;
}
Buffer<std::byte> bytes() { return to_bytes(model()); }

/// A directory of this test's own, gone afterwards.
struct Scratch {
  fs::path path = fs::temp_directory_path() / ("tutti-test-" + std::to_string(::getpid()));
  Scratch() { fs::create_directories(path); }
  ~Scratch() { fs::remove_all(path); }
  std::string operator/(const char* name) const { return (path / name).string(); }
  std::ptrdiff_t files() const { return std::distance(fs::directory_iterator(path), fs::directory_iterator()); }
};
void write(const std::string& path, const std::vector<std::byte>& content) {
  std::ofstream(path, std::ios::binary).write(reinterpret_cast<const char*>(content.data()), std::ssize(content));
}
std::vector<std::byte> with_payload(const std::vector<std::byte>& payload) { return detail::with_header(payload); }
std::string refusal(const std::vector<std::byte>& file) {
  return thrown_by<FileError>([&] { from_bytes<Model>(file); });
}
std::string loading(const std::string& path) {
  return thrown_by<FileError>([&] { load<Model>(path); });
}
bool says(const std::string& message, std::string_view part) { return message.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a saved model predicts the same to the last bit") {
  const Scratch scratch;
  save(model(), scratch / "model.tutti");
  const auto again = load<Model>(scratch / "model.tutti");
  const auto of_const = load<const Model>(scratch / "model.tutti");
  CHECK(all_outputs(again, data()) == all_outputs(model(), data()));
  CHECK(all_outputs(of_const, data()) == all_outputs(model(), data()));
  CHECK(to_bytes(again) == bytes());
  CHECK(scratch.files() == 1);  // nothing is left beside it
}

TEST_CASE("the header is 64 bytes: magic, version, two checksums, the payload's size") {
  const auto file = bytes();
  const unsigned char magic[8] = {0x89, 'T', 'U', 'T', 'T', 'I', '\r', '\n'};
  REQUIRE(file.size() > 64);
  for (std::size_t i = 0; i < 8; ++i) CHECK(file[i] == std::byte{magic[i]});
  const std::span<const std::byte> s(file);
  CHECK(detail::get<std::uint32_t>(s.subspan(8)) == file_version);
  CHECK(detail::get<std::uint32_t>(s.subspan(12)) == detail::crc32(s.subspan(64)));
  CHECK(detail::get<std::uint64_t>(s.subspan(16)) == file.size() - 64);
  for (std::size_t i = 24; i < 60; ++i) CHECK(file[i] == std::byte{0});
  CHECK(detail::get<std::uint32_t>(s.subspan(60)) == detail::crc32(s.first(60)));
}

TEST_CASE("the checksum is the one that everybody calls CRC-32, at any length") {
  const auto crc = [](std::string_view text) { return detail::crc32(std::as_bytes(std::span(text.data(), text.size()))); };
  CHECK(crc("") == 0u);
  CHECK(crc("123456789") == 0xCBF43926u);
  CHECK(crc("The quick brown fox jumps over the lazy dog") == 0x414FA339u);
}

TEST_CASE("every truncation is named, in memory and in a file") {
  const auto file = bytes();
  for (std::size_t n = 0; n < file.size(); ++n) REQUIRE_FALSE(refusal({file.begin(), file.begin() + static_cast<std::ptrdiff_t>(n)}).empty());
  CHECK(says(refusal({file.begin(), file.begin() + 10}), "ends inside its header"));
  CHECK(says(refusal({file.begin(), file.end() - 1}), "truncated"));
  auto longer = file;
  longer.push_back(std::byte{0});
  CHECK(refusal(longer) == "there are 1 bytes after the end of the model");

  const Scratch scratch;
  for (const std::size_t n : {std::size_t{0}, std::size_t{63}, file.size() / 2, file.size() - 1}) {
    write(scratch / "cut.tutti", {file.begin(), file.begin() + static_cast<std::ptrdiff_t>(n)});
    CHECK(loading(scratch / "cut.tutti").starts_with(scratch / "cut.tutti: "));
  }
}

TEST_CASE("2000 random bit flips of a file are found, every one") {
  const auto file = bytes();
  Random random(42);
  for (int i = 0; i < 2000; ++i) {
    auto damaged = file;
    damaged[random.below(static_cast<std::uint32_t>(file.size()))] ^= static_cast<std::byte>(1u << random.below(8));
    REQUIRE_FALSE(refusal(damaged).empty());
  }
}

TEST_CASE("a payload with a right checksum is an error or a model that predicts, never a crash") {
  const auto file = bytes();
  const std::vector<std::byte> payload(file.begin() + 64, file.end());
  int refused = 0, accepted = 0;
  const auto attempt = [&](const std::vector<std::byte>& crafted) {
    try {
      const auto m = from_bytes<Model>(with_payload(crafted));
      for (std::ptrdiff_t i = 0; i < 5; ++i) (void)m.predict(data().x(i));
      ++accepted;
    } catch (const FileError&) {
      ++refused;
    }
  };
  for (std::size_t i = 0; i < payload.size(); ++i)
    for (const unsigned value : {0u, 1u, 0x7fu, 0x80u, 0xffu}) {
      auto crafted = payload;
      crafted[i] = static_cast<std::byte>(value);
      attempt(crafted);
    }
  Random random(7);
  for (int i = 0; i < 2000; ++i) {  // several at once, cut or grown
    auto crafted = payload;
    for (std::uint32_t n = 1 + random.below(8); n > 0; --n) crafted[random.below(static_cast<std::uint32_t>(crafted.size()))] = static_cast<std::byte>(random.below(256));
    if (random.below(4) == 0) crafted.resize(random.below(static_cast<std::uint32_t>(2 * payload.size())) + 1);
    attempt(crafted);
  }
  CHECK(refused > 1000);
  CHECK(accepted > 0);  // a changed coefficient is a model as well
}

TEST_CASE("a file of another version says so before anything else is read") {
  auto file = bytes();
  detail::put(std::span<std::byte>(file).subspan(8), std::uint32_t{2});
  CHECK(says(refusal(file), "the header is damaged"));
  detail::put(std::span<std::byte>(file).subspan(60), detail::crc32(std::span<const std::byte>(file).first(60)));
  CHECK(refusal(file) == "expected format version 1, got 2");
}

TEST_CASE("loading into another type names both and where they differ") {
  using Other = Fitted<Average<Nearest, Nearest>, X, Y>;
  const std::string message = thrown_by<FileError>([] { from_bytes<Other>(bytes()); });
  CHECK(message ==
        "the file holds Fitted<Average<Nearest, Says>, Row<2>, Label<2>>, not "
        "Fitted<Average<Nearest, Nearest>, Row<2>, Label<2>>: they differ at \"Says\" and \"Nearest\"");
  using Wider = Fitted<Spec, Row<22>, Y>;
  CHECK(says(thrown_by<FileError>([] { from_bytes<Wider>(bytes()); }), "they differ at \"2\" and \"22\""));
}

TEST_CASE("what is no model is refused by name: text, nothing, a directory, nowhere") {
  const Scratch scratch;
  std::ofstream(scratch / "text") << std::string(200, 'x');
  CHECK(loading(scratch / "text") == scratch / "text: this is not a saved tutti model (the first 8 bytes differ)");
  std::ofstream(scratch / "short") << "x";
  CHECK(loading(scratch / "short") == scratch / "short: the file ends inside its header (1 bytes)");
  std::ofstream(scratch / "empty").flush();
  CHECK(loading(scratch / "empty") == scratch / "empty: the file ends inside its header (0 bytes)");
  CHECK(says(loading(scratch.path.string()), "cannot be read: Is a directory"));
  CHECK(says(loading(scratch / "nowhere"), "nowhere: cannot be opened: No such file or directory"));
}

TEST_CASE("a file that was copied as text is recognised by its magic") {
  auto file = bytes();
  file.erase(file.begin() + 6);  // \r\n became \n
  CHECK(says(refusal(file), "not a saved tutti model"));
}

TEST_CASE("without permission the error names path and reason") {
  if (::geteuid() == 0) return;  // nothing is forbidden to root
  const Scratch scratch;
  save(model(), scratch / "closed");
  fs::permissions(scratch / "closed", fs::perms::none);
  CHECK(says(loading(scratch / "closed"), "closed: cannot be opened: Permission denied"));
  fs::permissions(scratch.path, fs::perms::owner_read | fs::perms::owner_exec);
  CHECK(says(thrown_by<FileError>([&] { save(model(), scratch / "new"); }), "new: cannot be written: Permission denied"));
  fs::permissions(scratch.path, fs::perms::owner_all);
}

TEST_CASE("saving where that is impossible names the path and leaves nothing behind") {
  const Scratch scratch;
  CHECK(says(thrown_by<FileError>([&] { save(model(), scratch / "no/such/place"); }), "place: cannot be written: No such file or directory"));
  fs::create_directory(scratch / "taken");
  CHECK(says(thrown_by<FileError>([&] { save(model(), scratch / "taken"); }), "taken: cannot be replaced"));
  CHECK(scratch.files() == 1);
}

TEST_CASE("when a save fails half-way the old file is as it was") {
  const Scratch scratch;
  save(model(), scratch / "model.tutti");
  const auto old = detail::read_bytes(scratch / "model.tutti");
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit tight = before;
  tight.rlim_cur = 100;  // like a disk that is full
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &tight) == 0);
  const std::string message = thrown_by<FileError>([&] { save(fit(Spec{}, blobs<2, 2>(30, 9)), scratch / "model.tutti"); });
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
  std::signal(SIGXFSZ, handler);
  CHECK(says(message, "model.tutti: cannot be written"));
  CHECK(detail::read_bytes(scratch / "model.tutti") == old);
  CHECK(scratch.files() == 1);
}

TEST_CASE("whoever loads while others save gets one whole file or another") {
  const Scratch scratch;
  const auto other = fit(Spec{}, blobs<2, 2>(30, 9));
  const auto a = bytes(), b = to_bytes(other);
  save(model(), scratch / "model.tutti");
  std::atomic<bool> done{false};
  std::vector<std::thread> writers;
  for (const Model* m : {&model(), &other})
    for (int twin = 0; twin < 2; ++twin)  // two writers of the same bytes at the same time
      writers.emplace_back([&, m] {
        while (!done) save(*m, scratch / "model.tutti");
      });
  bool whole = true;
  for (int i = 0; i < 300; ++i) {
    const auto seen = detail::read_bytes(scratch / "model.tutti");
    whole = whole && (seen == a || seen == b);
  }
  done = true;
  for (auto& w : writers) w.join();
  CHECK(whole);
  CHECK(scratch.files() == 1);
}

TEST_CASE("what a crashed save left behind is in nobody's way") {
  const Scratch scratch;
  std::ofstream(scratch / "model.tutti.writing-0") << "half a mod";
  save(model(), scratch / "model.tutti");
  CHECK(detail::read_bytes(scratch / "model.tutti") == bytes());
  CHECK(scratch.files() == 2);
}

TEST_CASE("anything with visit can be saved, a schema as well") {
  const Schema schema{{{"age", ColumnKind::numeric, {}}, {"city", ColumnKind::categorical, {"Bern", "Zürich"}}}, "income", {"low", "high"}};
  CHECK(from_bytes<Schema>(to_bytes(schema)) == schema);
}

namespace {
struct Tiny {  // the model of the golden file
  std::string name;
  std::vector<float> weights;
  std::array<std::int32_t, 2> sizes{};
  std::optional<double> bias;
  bool operator==(const Tiny&) const = default;
  static void visit(auto& self, auto& archive) { archive("name", self.name)("weights", self.weights)("sizes", self.sizes)("bias", self.bias); }
};
const Tiny golden{"golden", {1.0f, -0.5f, 0.25f}, {3, 1}, 2.5};
}  // namespace

TEST_CASE("a file of version 1 that was written long ago still loads, and is still written like that") {
  const auto file = detail::read_bytes(TUTTI_TEST_DATA "/golden.tutti");  // golden.py writes it by the specification alone
  CHECK(from_bytes<Tiny>(file) == golden);
  CHECK(to_bytes(golden) == file);
}
