// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <tutti/train/csv_log.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

using namespace tutti;

namespace {
std::string contents(const std::filesystem::path& path) {
  std::ifstream in(path);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}
struct Counter final : Observer {
  int epochs = 0, lines = 0, moves = 0;
  void progressed(int, int, std::string_view) override { ++moves; }
  void reported(std::string_view, std::string_view) override { ++lines; }
  void epoch_ended(std::string_view, const EpochReport&) override { ++epochs; }
};
}  // namespace

TEST_CASE("a CSV log has a line for each epoch, and others may watch beside it") {
  const auto path = std::filesystem::temp_directory_path() / "tutti_csv_log_test.csv";
  const auto counter = std::make_shared<Counter>();
  {
    const Progress log = both(Progress(counter), CsvLog(path.string()));
    const double held_out = 0.5;
    log.expect(1);
    log.report("Net", "text");
    log.end_epoch("Stack[0]/Net", {1, 2, 0.75, nullptr, 0.1});
    log.end_epoch("Stack[0]/Net", {2, 2, 0.25, &held_out, 0.01});
    log.end_epoch("Net", {3, 3, 0.125, &held_out, 0.01, "F1, macro", &held_out});
    log.finish(1, "Net");
    CHECK(contents(path) ==  // each line is there as soon as its epoch is
          "member,epoch,loss,held_out,rate,metric,score\n\"Stack[0]/Net\",1,0.75,,0.1,,\n\"Stack[0]/Net\",2,0.25,0.5,0.01,,\n"
          "\"Net\",3,0.125,0.5,0.01,\"F1, macro\",0.5\n");
  }
  CHECK(counter->epochs == 3);
  CHECK(counter->lines == 1);
  CHECK(counter->moves == 1);
  std::filesystem::remove(path);
  CHECK_FALSE(both(Progress(), Progress()));
  CHECK(both(Progress(), Progress(counter)));
}

TEST_CASE("a log that cannot be written is named") {
  CHECK_THROWS_WITH_AS(CsvLog("/no such folder/log.csv"), "cannot write /no such folder/log.csv", FileError);
}
