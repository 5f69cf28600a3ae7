// SPDX-License-Identifier: Apache-2.0
// Reading files: the same ones for us and for the rivals.
#include "files.hpp"

int main(int argc, char** argv) {
  std::filesystem::create_directories("data");
  add_csv_rows();
  add_array_rows();
  add_text_rows();
  add_picture_rows();
  return rows::run(argc, argv);
}
