// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/stop.hpp>

#include <doctest/doctest.h>

#include <csignal>
#include <string>

using namespace tutti;

namespace {
volatile std::sig_atomic_t own_handler = 0;
void count_interrupts(int) { own_handler = own_handler + 1; }
}  // namespace

TEST_CASE("nobody stops what no one was asked to stop") {
  const Stop nobody;
  nobody.request();
  CHECK_FALSE(nobody.requested());
  CHECK_FALSE(nobody.now("Boost"));
}

TEST_CASE("copies share the wish") {
  const Stop stop(Stop::Then::keep), copy = stop;
  CHECK_FALSE(copy.now("Boost"));
  stop.request();
  CHECK(copy.requested());
  CHECK(copy.now("Boost"));
}

TEST_CASE("what is not to be kept is thrown away with the path of the member") {
  const Stop stop(Stop::Then::discard);
  CHECK_FALSE(stop.now("Boost"));
  stop.request();
  CHECK_THROWS_WITH_AS(stop.now("Stack[0]/Boost"), "Stack[0]/Boost: stopped by request, nothing is kept", Stopped);
}

TEST_CASE("Ctrl-C asks to stop while somebody listens, then the handler of before is back") {
  const auto before = std::signal(SIGINT, count_interrupts);
  {
    const Stop stop = Stop::on_interrupt(), other(Stop::Then::keep);
    CHECK_FALSE(stop.requested());
    std::raise(SIGINT);
    CHECK(stop.requested());
    CHECK_FALSE(other.requested());
  }
  std::raise(SIGINT);
  CHECK(own_handler == 1);
  CHECK_FALSE(Stop::on_interrupt().requested());
  std::signal(SIGINT, before);
}
