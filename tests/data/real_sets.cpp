// SPDX-License-Identifier: Apache-2.0
// Every set of the development data, read with its natural types by a program of at most five lines: the bodies below.
// The variable TUTTI_DATA says where the sets lie; without it all are skipped.
#include <tutti/data.hpp>

#include <doctest/doctest.h>

#include <cstdlib>

using namespace tutti;

#if TUTTI_HAS_ZLIB
namespace {

std::string place(const std::string& file) { return std::string(std::getenv("TUTTI_DATA")) + "/" + file; }

template <class Y> auto table(const std::string& file, const CsvOptions& options) { return read_csv<Table, Y>(place(file), options); }

/// The kinds of the columns, a letter each: numbers, categories, texts, dates.
std::string kinds(const Schema& schema) {
  std::string letters;
  for (const Column& c : schema.columns) letters += plural(c.kind)[0];
  return letters;
}

const auto where_the_data_are = doctest::skip(std::getenv("TUTTI_DATA") == nullptr);

}  // namespace

TEST_CASE("tables to classify" * where_the_data_are) {
  const auto adult = table<Label<2>>("adult/train.csv.gz", {.target = "income"});
  CHECK(kinds(adult.schema()) == "ncncncccccnnnc");
  CHECK(adult.schema().classes == ClassNames{"<=50K", ">50K"});
  CHECK(adult.storage()->categories("workclass").size() == 8);  // ? is missing
  CHECK(read_csv<Table, Label<2>>(place("adult/test.csv.gz"), adult.schema()).rows() > 9000);
  const auto bank = table<Label<2>>("bank-marketing/train.csv.gz", {.target = "y"});
  CHECK(kinds(bank.schema()) == "ncccccccccnnnncnnnnn");
  const auto credit = table<Label<2>>("credit-default/train.csv.gz", {.target = "default.payment.next.month", .categorical = {"SEX", "EDUCATION", "MARRIAGE"}});
  CHECK(credit.rows() == 24000);
  CHECK(credit.storage()->categories("SEX") == Buffer<std::string>{"1", "2"});
  CHECK(table<Label<2>>("higgs-7k/train.csv.gz", {.target = "label"}).width() == 28);
  CHECK(table<Label<2>>("breast-cancer/train.csv.gz", {.target = "target"}).width() == 30);
  const auto cover = table<Label<Dynamic>>("covertype-15k/train.csv.gz", {.target = "Cover_Type"});
  CHECK(cover.classes() == 7);
  CHECK(cover.width() == 54);
  CsvReport report;
  const auto activity = table<Label<6>>("har-wisdm/train.csv.gz", {.target = "class", .report = &report});
  CHECK(activity.width() == 43);
  CHECK(kinds(activity.schema()) == std::string(43, 'n'));
  CHECK(report.missing > 0);
  CHECK(table<Label<3>>("wine-uci/train.csv.gz", {.target = "target"}).width() == 13);
  CHECK(table<Label<3>>("iris/train.csv.gz", {.target = "target"}).width() == 4);
}

TEST_CASE("half a million rows without a header, classes that end in a dot, and some that the training part has not" * where_the_data_are) {
  const auto attack = [](std::string_view name) -> std::string_view { return name == "normal." ? "normal" : "attack"; };
  const auto train = table<Label<2>>("kddcup99/train_10_percent.csv.gz", {.target = "41", .relabel = attack});
  const auto test = read_csv<Table, Label<2>>(place("kddcup99/test_corrected.csv.gz"), train.schema(), {.relabel = attack});
  CHECK(train.rows() == 494'021);
  CHECK(test.rows() == 311'029);
  CHECK(kinds(train.schema()).substr(0, 5) == "ncccn");
  CHECK(train.schema().classes == ClassNames{"attack", "normal"});
}

TEST_CASE("tables to regress" * where_the_data_are) {
  const auto housing = table<Real>("california-housing/train.csv.gz", {.target = "median_house_value"});
  CHECK(kinds(housing.schema()) == "nnnnnnnnc");
  CHECK(table<Real>("protein-regression/train.csv.gz", {.target = "y"}).width() == 9);
  CHECK(table<Real>("kin40k-regression/train.csv.gz", {.target = "y"}).width() == 8);
  CHECK(table<Real>("diabetes/train.csv.gz", {.target = "target"}).width() == 10);
  const auto wine = table<Real>("wine-quality/train.csv.gz", {.target = "quality"});
  CHECK(wine.storage()->categories("color") == Buffer<std::string>{"red", "white"});
  CsvReport report;
  const auto air = table<Real>("beijing-pm25/series.csv.gz", {.target = "pm2.5", .time = "No", .drop_missing_target = true, .report = &report});
  CHECK(air.rows() + report.dropped == 43'824);
  CHECK(report.dropped == 2067);
  CHECK(kinds(air.schema()) == "nnnnnnncnnn");
}

TEST_CASE("engines until they fail: columns between blanks, without names" * where_the_data_are) {
  const auto train = read_csv<Row<24>>(place("cmapss-fd001/train_FD001.txt.gz"), {.leave_out = {"0", "1"}, .group = "0", .time = "1"});
  const auto life = read_csv<Row<1>>(place("cmapss-fd001/RUL_FD001.txt.gz"));
  CHECK(train.rows() == 20'631);
  CHECK(train.group(0) == 1);
  CHECK(train.time(2) == 3);
  CHECK(train.x(0)[3] == 518.67f);
  CHECK(life.rows() == 100);
  CHECK(life.x(0)[0] == 112);
}

TEST_CASE("texts with their classes" * where_the_data_are) {
  const auto spam = read_csv<Text, Label<2>>(place("sms-spam/train.tsv.gz"), {.target = "label"});
  CHECK(spam.rows() == 4460);
  CHECK(spam.schema().classes == ClassNames{"ham", "spam"});
  const auto news = read_csv<Text, Label<4>>(place("ag-news-7k/train.tsv.gz"), {.target = "label"});
  CHECK(news.schema().classes == ClassNames{"1", "2", "3", "4"});
  const auto films = read_csv<Text, Label<2>>(place("imdb-15k/train.tsv.gz"), {.target = "label", .columns = {"text"}});
  const auto stars = read_csv<Text, Real>(place("imdb-15k/train.tsv.gz"), {.target = "stars", .columns = {"text"}});
  CHECK(films.rows() == 10'000);
  CHECK(stars.rows() == 10'000);
  CHECK(read_csv<Text, Label<2>>(place("rt-polarity/train.tsv.gz"), {.target = "label"}).rows() > 8000);
  CHECK(read_csv<Text, Label<2>>(place("sst2/train.tsv.gz"), {.target = "label"}).rows() > 6000);
}

TEST_CASE("series, one row each: the class comes first" * where_the_data_are) {
  const auto beats = read_csv<Sequence<float, 140, 1>, Label<5>>(place("ts-ecg5000/train.csv.gz"), {.target = "0"});
  CHECK(beats.rows() == 500);
  const auto leaves = read_csv<Sequence<float, 128, 1>, Label<15>>(place("ts-swedishleaf/train.csv.gz"), {.target = "0"});
  CHECK(leaves.schema().classes[0] == "1");
  const auto charts = read_csv<Sequence<float, Dynamic, 1>, Label<6>>(place("ts-syntheticcontrol/train.csv.gz"), {.target = "0"});
  CHECK(charts.width() == 60);
}

TEST_CASE("pictures" * where_the_data_are) {
  CHECK(read_csv<Image<1, 8, 8>, Label<10>>(place("digits/train.csv.gz"), {.target = "target"}).rows() > 1400);
  CHECK(read_mnist(place("mnist")).first.rows() == 60'000);
  CHECK(read_mnist(place("fashion-mnist")).second.rows() == 10'000);
  CHECK(read_cifar(place("cifar10-subset/train_10k.bin.gz")).rows() == 10'000);
}

TEST_CASE("products: a picture whose channels come last, facts and a name" * where_the_data_are) {
  using Product = Record<Field<"picture", Image<3, 32, 32>>, Field<"facts", Table>, Field<"name", Text>>;
  const auto pictures = read_idx<Image<3, 32, 32>>(place("fashion-products-multimodal/train-images-idx4-ubyte.gz"), {.layout = Layout::HWC});
  const CsvOptions facts{.target = "articleType", .columns = {"gender", "baseColour", "season", "year", "usage"}}, name{.columns = {"name_masked"}};
  const std::string file = place("fashion-products-multimodal/train.tsv.gz");
  const auto products = zip<Product>(pictures, read_csv<Table, Label<20>>(file, facts), read_csv<Text>(file, name));
  CHECK(products.rows() == 6469);
  CHECK(products.x(0).get<"facts">().text(1) == "Red");
  CHECK(products.x(0).get<"name">().text() == "ADIDAS Originals Men SL 72 Red Casual");
  CHECK(products.y(0).name() == "Casual Shoes");
}

TEST_CASE("series of several channels" * where_the_data_are) {
  const auto motions = read_ts<Sequence<float, 100, 6>, Label<4>>(place("ts-basicmotions/train.ts.gz"));
  const auto vowels = read_ts<Sequence<float, Dynamic, 12>, Label<9>>(place("ts-japanesevowels/train.ts.gz"));
  CHECK(motions.rows() == 40);
  CHECK(motions.schema().classes.size() == 4);
  CHECK(vowels.rows() == 270);
}

TEST_CASE("ratings and films" * where_the_data_are) {
  const auto ratings = table<Real>("movielens-latest-small/ratings.csv.gz", {.target = "rating"});
  CHECK(ratings.rows() == 100'836);
  CHECK(ratings.storage()->numbers("timestamp")[0] == 964982703);
  const auto films = read_csv<Table>(place("movielens-latest-small/movies.csv.gz"));
  CHECK(kinds(films.schema()) == "ntc");
}
#endif
