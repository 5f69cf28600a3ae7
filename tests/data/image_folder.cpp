// SPDX-License-Identifier: Apache-2.0
#include <tutti/data/image_folder.hpp>

#include "files.hpp"

#include <doctest/doctest.h>

#include "../reference/pictures.hpp"

using namespace tutti;

namespace {

struct Folder {
  std::string path = (std::filesystem::current_path() / "temporary_pictures").string();

  Folder() {
    std::filesystem::remove_all(path);
    std::filesystem::create_directories(path);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  void put(const std::string& name, std::string_view bytes = reference::pictures::png_files[3].bytes) const {
    std::filesystem::create_directories(std::filesystem::path(path + '/' + name).parent_path());
    std::ofstream(path + '/' + name, std::ios::binary) << bytes;
  }
};
using Tiny = Image<1, 2, 2>;

}  // namespace

TEST_CASE("a folder that is not there, without classes, or without pictures is refused by name") {
  const Folder tree;
  const auto read = [&] {
    const std::string message =
        refusal<DataError>([&] { read_image_folder<Tiny, Label<Dynamic>>(tree.path); });
    return message.starts_with(tree.path) ? message.substr(tree.path.size()) : "no path: " + message;
  };
  CHECK(read() == ": expected a folder for each class, got none");
  tree.put("rose/readme.txt", "no picture");
  CHECK(read() == "/rose: expected at least one picture (\"png\", \"jpg\", \"jpeg\"), got none");
  CHECK(refusal<DataError>([&] { read_image_folder<Tiny>(tree.path); }) ==
        tree.path + ": expected at least one picture (\"png\", \"jpg\", \"jpeg\"), got none");
  tree.put("rose/a.png", "damaged");
  CHECK(read() == "/rose/a.png: expected a PNG or JPEG picture, got something else");
  CHECK(refusal<DataError>([&] { read_image_folder<Tiny>(tree.path + "/nowhere"); }) ==
        tree.path + "/nowhere: cannot be read: No such file or directory");
  std::filesystem::create_directory_symlink(tree.path + "/rose", tree.path + "/rose/again");
  CHECK(read().find(": expected at most 32 folders within each other, got more (a link to itself?)") !=
        std::string::npos);
}

#if TUTTI_HAS_PNG

TEST_CASE("folders are classes, and rows come in the order of the names") {
  const Folder tree;
  for (const char* name : {"tulip/b.PNG", "tulip/a.png", "rose/x/1.png", "rose/2.png", "rose/x/y/0.png",
                           "rose/.hidden.png", "rose/notes.txt", ".git/a.png"})
    tree.put(name);
  Buffer<std::string> files;
  const auto data = read_image_folder<Tiny, Label<2>>(tree.path, {.files = &files});
  REQUIRE(data.rows() == 5);
  CHECK(data.schema().classes == ClassNames{"rose", "tulip"});
  const char* expected[] = {"rose/2.png", "rose/x/1.png", "rose/x/y/0.png", "tulip/a.png", "tulip/b.PNG"};
  for (std::size_t i = 0; i < 5; ++i) {
    CHECK(files[i] == tree.path + '/' + expected[i]);
    CHECK(data.y(static_cast<std::ptrdiff_t>(i)).name() ==
          files[i].substr(tree.path.size() + 1, i < 3 ? 4 : 5));
  }
  CHECK(read_image_folder<Tiny, Label<Dynamic>>(tree.path + '/', {.per_class = 1}).rows() == 2);
  CHECK(read_image_folder<Tiny>(tree.path, {.extensions = {"PNG"}}).rows() == 5);
  CHECK(refusal<DataError>([&] { read_image_folder<Tiny>(tree.path, {.extensions = {"jpg"}}); }) ==
        tree.path + ": expected at least one picture (\"jpg\"), got none");
  CHECK(refusal<ShapeError>([&] { read_image_folder<Tiny, Label<1>>(tree.path); }) ==
        tree.path + ": expected at most 1 classes, got 2");
}

TEST_CASE("classes that are numbers are numbered by their values") {
  const Folder tree;
  for (int k = 0; k < 12; ++k) tree.put(std::to_string(k) + "/a.png");
  const auto data = read_image_folder<Tiny, Label<12>>(tree.path);
  for (int k = 0; k < 12; ++k) CHECK(data.y(k).name() == std::to_string(data.y(k).index()));
  CHECK(data.y(2).index() == 2);
  std::filesystem::remove_all(tree.path + "/3");
  CHECK(read_image_folder<Tiny, Label<12>>(tree.path).y(3).index() == 4);
}

TEST_CASE("another folder is read with the classes of the first") {
  const Folder tree;
  for (const char* name :
       {"train/ant/a.png", "train/bee/a.png", "train/cow/a.png", "test/cow/a.png", "more/dog/a.png"})
    tree.put(name);
  const auto train = read_image_folder<Tiny, Label<3>>(tree.path + "/train");
  const auto test = read_image_folder<Tiny, Label<3>>(tree.path + "/test", train.schema());
  CHECK(test.y(0).index() == 2);
  CHECK(test.schema().classes == train.schema().classes);
  CHECK(refusal<DataError>([&] { read_image_folder<Tiny, Label<3>>(tree.path + "/more", train.schema()); }) ==
        tree.path + "/more/dog: expected one of the classes \"ant\", \"bee\", \"cow\"");
}

#endif
