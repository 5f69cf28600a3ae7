// SPDX-License-Identifier: Apache-2.0
#include <tutti/data/mnist.hpp>

#include "files.hpp"

#include <doctest/doctest.h>

using namespace tutti;

namespace {

struct Directory {
  std::string path = (std::filesystem::current_path() / "temporary_mnist").string();
  std::string joint = "-";

  Directory() { std::filesystem::create_directories(path); }
  ~Directory() { std::filesystem::remove_all(path); }
  void write(const std::string& name, const std::string& content) const {
    std::ofstream(path + '/' + name, std::ios::binary) << content;
  }
  void part(const std::string& name, const std::string& labels, const std::string& end = "") const {
    const char n = static_cast<char>(labels.size());
    std::string images{0, 0, 8, 3, 0, 0, 0, n, 0, 0, 0, 1, 0, 0, 0, 2}, classes{0, 0, 8, 1, 0, 0, 0, n};
    for (char i = 0; i < 2 * n; ++i) images += i;
    classes += labels;
    write(name + "-images" + joint + "idx3-ubyte" + end, images);
    write(name + "-labels" + joint + "idx1-ubyte" + end, classes);
  }
};

using Tiny = Image<1, 1, 2>;

}  // namespace

TEST_CASE("a directory of four files becomes train and test") {
  Directory d;
  for (const std::string joint : {"-", "."}) {
    d.joint = joint;
    d.part("train", std::string("\0\2\1", 3));
    d.part("t10k", std::string("\1", 1));
    const auto [train, test] = read_mnist<Tiny, Label<3>>(d.path);
    CHECK(train.rows() == 3);
    CHECK(train.y(1).index() == 2);
    CHECK(train.x(2)[1] == 5);
    CHECK(test.rows() == 1);
    CHECK(test.y(0).name() == "1");
    CHECK(test.schema() == train.schema());
    CHECK(read_mnist<Tiny, Label<Dynamic>>(d.path + '/').second.classes() == 3);
    std::filesystem::remove_all(d.path);
    std::filesystem::create_directories(d.path);
  }
}

TEST_CASE("a missing file is named") {
  Directory d;
  CHECK(refusal<DataError>([&] { read_mnist(d.path); }) ==
        d.path + ": expected a file train-images-idx3-ubyte, plain or .gz");
  d.part("train", "\1");
  CHECK(refusal<DataError>([&] { read_mnist<Tiny>(d.path); }) ==
        d.path + ": expected a file t10k-images-idx3-ubyte, plain or .gz");
  std::filesystem::remove(d.path + "/train-labels-idx1-ubyte");
  CHECK(refusal<DataError>([&] { read_mnist<Tiny>(d.path); }) ==
        d.path + ": expected a file train-labels-idx1-ubyte, plain or .gz");
}

TEST_CASE("images and labels agree in number, and labels are classes") {
  Directory d;
  d.part("train", "\1\2");
  d.part("t10k", "\1");
  d.write("train-labels-idx1-ubyte", std::string{0, 0, 8, 1, 0, 0, 0, 1, 1});
  CHECK(refusal<DataError>([&] { read_mnist<Tiny>(d.path); }) ==
        d.path + "/train-labels-idx1-ubyte: expected a label for each of the 2 images in " + d.path +
            "/train-images-idx3-ubyte, got 1");
  d.part("train", "\1\12");
  CHECK(refusal<DataError>([&] { read_mnist<Tiny>(d.path); }) ==
        d.path + "/train-labels-idx1-ubyte: row 1: expected a label from 0 to 9, got 10");
  d.part("train", "\1\2");
  CHECK(refusal<ShapeError>([&] { read_mnist(d.path); }) ==
        d.path + "/train-images-idx3-ubyte: expected rows of shape (1, 28, 28), got (1, 2)");
  d.write("train-labels-idx1-ubyte", std::string{0, 0, 12, 1, 0, 0, 0, 2, 0, 0, 0, 1, 127, -1, -1, -1});
  CHECK(refusal<DataError>([&] { read_mnist<Tiny, Label<Dynamic>>(d.path); }) ==
        d.path + "/train-labels-idx1-ubyte: row 1: expected a label from 0 to 65535, got 2147483647");
}

#if TUTTI_HAS_ZLIB
TEST_CASE("the files may be compressed") {
  Directory d;
  const std::string images{0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 7, 9},
      labels{0, 0, 8, 1, 0, 0, 0, 1, 4};
  for (const std::string part : {"train", "t10k"}) {
    d.write(part + "-images-idx3-ubyte.gz", compressed(images));
    d.write(part + "-labels-idx1-ubyte.gz", compressed(labels));
  }
  CHECK(read_mnist<Tiny>(d.path).second.x(0)[1] == 9);
}
#endif
