// SPDX-License-Identifier: Apache-2.0
#include <tutti/data/cifar.hpp>

#include "files.hpp"

#include <doctest/doctest.h>

using namespace tutti;

namespace {
using Tiny = Image<2, 1, 2>;
const std::string two{3, 1, 2, 3, 4, 9, 5, 6, 7, 8};  // a label and four bytes, twice
}  // namespace

TEST_CASE("records become images with the names of the ten classes") {
  const TemporaryFile file(two, "batch.bin");
  const auto data = read_cifar<Tiny>(file.path);
  CHECK(data.rows() == 2);
  CHECK(data.x(1)[0] == 5);
  CHECK(data.x(1)[3] == 8);
  CHECK(data.y(0).name() == "cat");
  CHECK(data.y(1).name() == "truck");
}

TEST_CASE("several files are one dataset") {
  const TemporaryFile a(two, "a.bin"), b(std::string{0, 9, 9, 9, 9}, "b.bin");
  const auto data = read_cifar<Tiny>({a.path, b.path});
  CHECK(data.rows() == 3);
  CHECK(data.y(2).name() == "airplane");
  CHECK(data.x(2)[2] == 9);
}

TEST_CASE("of two labels the number of classes says which is read") {
  const TemporaryFile file(std::string{7, 42, 1, 2, 3, 4}, "train.bin");
  CHECK(read_cifar<Tiny, Label<100>>(file.path).y(0).index() == 42);
  CHECK(read_cifar<Tiny, Label<20>>(file.path).y(0).index() == 7);
}

TEST_CASE("a file of another length and a label that is no class are refused by name") {
  const TemporaryFile shorter(two.substr(0, 8), "short.bin"), wrong(std::string{3, 1, 2, 3, 4, 10, 5, 6, 7, 8}, "wrong.bin");
  CHECK(refusal_of(shorter, [&] { read_cifar<Tiny>(shorter.path); }) ==
        ": expected records of 5 bytes, one after another; the bytes of the file are, got 8");
  CHECK(refusal_of(wrong, [&] { read_cifar<Tiny>(wrong.path); }) == ": record 1: expected a label from 0 to 9, got 10");
  const TemporaryFile empty("", "empty.bin");
  CHECK(refusal_of(empty, [&] { read_cifar<Tiny>(empty.path); }) != "no error");
  CHECK(refusal<DataError>([] { read_cifar<Tiny>("no such file.bin"); }).starts_with("no such file.bin: "));
}

#if TUTTI_HAS_ZLIB
TEST_CASE("a compressed file is read as it is") {
  const TemporaryFile file(compressed(two), "batch.bin.gz");
  CHECK(read_cifar<Tiny>(file.path).rows() == 2);
}
#endif
