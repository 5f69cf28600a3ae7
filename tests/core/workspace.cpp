// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <tutti/core/workspace.hpp>

#include <cstdint>
#include <thread>

using namespace tutti;

static_assert(workspace_bytes_of<float>(0) == 0);
static_assert(workspace_bytes_of<float>(1) == 64 && workspace_bytes_of<float>(16) == 64 && workspace_bytes_of<float>(17) == 128);
static_assert(workspace_bytes_of<double>(8) == 64 && workspace_bytes_of<char>(65) == 128);

namespace {
bool aligned(const void* p) { return reinterpret_cast<std::uintptr_t>(p) % alignment == 0; }
}  // namespace

TEST_CASE("arrays of a workspace are aligned and do not overlap") {
  Workspace w(workspace_bytes_of<float>(3) + workspace_bytes_of<double>(9) + workspace_bytes_of<char>(1));
  float* a = w.take<float>(3);
  double* b = w.take<double>(9);
  char* c = w.take<char>(1);
  CHECK((aligned(a) && aligned(b) && aligned(c)));
  CHECK(reinterpret_cast<char*>(a + 3) <= reinterpret_cast<char*>(b));
  CHECK(reinterpret_cast<char*>(b + 9) <= c);
  a[2] = 1;
  b[8] = 2;
  *c = 3;  // a sanitizer sees whether there was room
  CHECK(a[2] == 1);
}

TEST_CASE("a scope gives back what was taken in it, inner scopes first") {
  Workspace w(4 * 64);
  float* first = w.take<float>(1);
  float* outer = nullptr;
  {
    const Workspace::Scope scope(w);
    outer = w.take<float>(1);
    float* inner = nullptr;
    {
      const Workspace::Scope deeper(w);
      inner = w.take<float>(1);
    }
    CHECK(w.take<float>(1) == inner);
  }
  CHECK(w.take<float>(1) == outer);
  CHECK(outer != first);
}

TEST_CASE("reserve grows and never shrinks") {
  Workspace w;
  CHECK(w.bytes() == 0);
  w.reserve(100);
  CHECK(w.bytes() >= 100);
  const std::size_t before = w.bytes();
  w.reserve(1);
  CHECK(w.bytes() == before);
}

TEST_CASE("a lease inside a lease is another workspace, and both are used again") {
  const Workspace *outer = nullptr, *inner = nullptr;
  {
    const WorkspaceLease a(128);
    outer = &*a;
    const WorkspaceLease b(256);
    inner = &*b;
    CHECK(outer != inner);
    CHECK((*a).bytes() >= 128);
    CHECK((*b).bytes() >= 256);
  }
  const WorkspaceLease c(512);
  CHECK((&*c == outer || &*c == inner));
  CHECK((*c).bytes() >= 512);
}

TEST_CASE("threads never share a leased workspace") {
  const WorkspaceLease mine(64);
  const Workspace* other = &*mine;
  std::thread([&] {
    const WorkspaceLease theirs(64);
    other = &*theirs;
  }).join();
  CHECK(other != &*mine);
}

TEST_CASE("a workspace has as much memory for everyone in its team") {
  const parallel::Team four{4, [](const parallel::Work&) {}};
  Workspace w(100, four);
  w.reserve(1000);
  const parallel::Team team = w.team();
  CHECK(team.size == 4);
  CHECK((team.run == four.run));
  CHECK(team.bytes == w.bytes());
  CHECK(team.bytes >= 1000);
  for (std::ptrdiff_t part = 1; part < 4; ++part) {
    float* const memory = team.scratch<float>(part, nullptr);
    CHECK(reinterpret_cast<std::uintptr_t>(memory) % alignment == 0);
    std::fill_n(memory, team.bytes / sizeof(float), static_cast<float>(part));
  }
  CHECK(*team.scratch<float>(1, nullptr) == 1);
  CHECK(Workspace(100).team().size == 1);
}
