// SPDX-License-Identifier: Apache-2.0
// A stranger's program: includes the library, prints its version, and checks it against the one that was asked for.
#include <tutti/tutti.hpp>

#include <iostream>
#include <string>

int main(int count, char** arguments) {
  const std::string version = std::to_string(tutti::version_major) + '.' + std::to_string(tutti::version_minor) + '.' +
                              std::to_string(tutti::version_patch);
  std::cout << "tutti " << version << '\n';
  return count == 2 && version == arguments[1] ? 0 : 1;
}
