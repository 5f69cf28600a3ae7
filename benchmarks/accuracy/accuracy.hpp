// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdio>
#include <cstdlib>
#include <string>

namespace accuracy {

/// One row of scripts/bench.
inline void row(const std::string& name, double ours, double rival, const std::string& rival_name, double ratio) {
  std::printf("{\"name\": \"%s\", \"ours\": %.5f, \"rival\": %.5f, \"rival_name\": \"%s\", \"unit\": \"\", \"ratio\": %.4f}\n",
              name.c_str(), ours, rival, rival_name.c_str(), ratio);
  std::fflush(stdout);
}

/// Where the data sets lie that are too large for the repository; empty: they are not at hand.
inline std::string data_directory() {
  const char* directory = std::getenv("TUTTI_DATA");
  return directory == nullptr ? "" : directory;
}

// what can be measured, each in a file of its own
void digits();
void digits_sum();
void one_training();
void mnist();
void fashion_two_conv();
void fashion_lenet();
void fashion_ten_lenets();
void cifar10_resnet20();
void friedman();
void streams();
void trees();  // called by trees.py
void best();   // called by best.py

}  // namespace accuracy
