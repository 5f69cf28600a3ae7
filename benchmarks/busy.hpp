// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What a call costs beside a process that keeps a core busy.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

namespace rows {

/// A process that keeps one core busy while this value lives.
class BusyNeighbour {
 public:
  BusyNeighbour() : process_(fork()) {
    if (process_ != 0) return;
    for (volatile unsigned n = 0;;) n = n + 1;
  }
  ~BusyNeighbour() {
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
  }
  BusyNeighbour(const BusyNeighbour&) = delete;
  BusyNeighbour& operator=(const BusyNeighbour&) = delete;

 private:
  pid_t process_;
};

/// "takes ... times the quiet time": the ratio of the medians of so many calls without and with the neighbour, in turn.
inline std::string beside_a_busy_process(int times, const auto& call) {
  const auto seconds = [&] {
    const auto start = std::chrono::steady_clock::now();
    call();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  std::vector<double> quiet, busy;
  call();
  for (int i = 0; i < times; ++i) {
    quiet.push_back(seconds());
    const BusyNeighbour neighbour;
    busy.push_back(seconds());
  }
  for (auto* of : {&quiet, &busy}) std::sort(of->begin(), of->end());
  char text[60];
  std::snprintf(text, sizeof text, "takes %.3g times the quiet time", busy[busy.size() / 2] / quiet[quiet.size() / 2]);
  return text;
}

}  // namespace rows
