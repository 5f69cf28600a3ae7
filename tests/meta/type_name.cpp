// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <tutti/core/input.hpp>
#include <tutti/core/forms.hpp>
#include <tutti/core/record.hpp>
#include <tutti/core/target.hpp>
#include <tutti/meta/type_name.hpp>

using namespace tutti;

struct Global {};

namespace outside {
struct Plain {};
struct Nest {
  struct Inner {};
  template <class... T>
  struct Open {};
};
template <class T>
struct Wrapped {
  struct Inside {};
};
template <int... N>
struct Sizes {};
template <class T, int N, int M>
struct Mixed {};
namespace {
struct Hidden {};
template <class T>
struct HiddenTemplate {};
}  // namespace
template <bool Flag>
struct Odd {};
}  // namespace outside

template <bool Flag>
struct tutti::meta::TypeName<outside::Odd<Flag>> {
  static void append(std::string& out) { out += Flag ? "Odd<true>" : "Odd<false>"; }
};

TEST_CASE("a name is the identifier without its namespaces, wherever the type lives") {
  CHECK(type_name<Global>() == "Global");
  CHECK(type_name<outside::Plain>() == "Plain");
  CHECK(type_name<outside::Nest::Inner>() == "Inner");
  CHECK(type_name<outside::Wrapped<int>::Inside>() == "Inside");
  CHECK(type_name<outside::Hidden>() == "Hidden");
  CHECK(type_name<outside::HiddenTemplate<outside::Hidden>>() == "HiddenTemplate<Hidden>");
  struct Local {};
  CHECK(type_name<Local>() == "Local");
}

TEST_CASE("template arguments are named by the same rule, to any depth") {
  using outside::Mixed, outside::Nest, outside::Plain, outside::Sizes;
  CHECK(type_name<Nest::Open<>>() == "Open<>");
  CHECK(type_name<Nest::Open<Plain, Nest::Open<Global>>>() == "Open<Plain, Open<Global>>");
  CHECK(type_name<Sizes<>>() == "Sizes<>");
  CHECK(type_name<Sizes<16, 3>>() == "Sizes<16, 3>");
  CHECK(type_name<Mixed<Plain, 2, 3>>() == "Mixed<Plain, 2, 3>");
  CHECK(type_name<outside::Odd<true>>() == "Odd<true>");
  CHECK(type_name<Nest::Open<outside::Odd<false>>>() == "Open<Odd<false>>");
}

TEST_CASE("sizes that are not known yet are named by their words") {
  CHECK(type_name<Row<Dynamic>>() == "Row<Dynamic>");
  CHECK(type_name<Label<Dynamic>>() == "Label<Dynamic>");
  CHECK(type_name<outside::Sizes<Classes, Same, -4>>() == "Sizes<Classes, Same, -4>");
  
}

TEST_CASE("numbers have the names of their formats, not of the platform's types") {
  CHECK(type_name<float>() == "float32");
  CHECK(type_name<double>() == "float64");
  CHECK(type_name<std::uint8_t>() == "uint8");
  CHECK(type_name<std::int32_t>() == "int32");
  CHECK(type_name<std::int64_t>() == "int64");
  CHECK(type_name<bool>() == "bool");
}

TEST_CASE("the forms of the library are named as they are written") {
  using outside::Plain;
  CHECK(type_name<Stack<Vote<Plain, Global>, Plain>>() == "Stack<Vote<Plain, Global>, Plain>");
  CHECK(type_name<Average<Weights<2>, Plain, Plain>>() == "Average<Weights<2>, Plain, Plain>");
  CHECK(type_name<Replicate<Bag<Plain>, 3>>() == "Replicate<Bag<Plain>, 3>");
  CHECK(type_name<On<"facts", Frozen<Plain>>>() == "On<\"facts\", Frozen<Plain>>");
  CHECK(type_name<Cascade<>>() == "Cascade<>");
  CHECK(type_name<Record<Field<"picture", Image<1, 8, 8>>, Field<"facts", Row<5>>>>() ==
        "Record<Field<\"picture\", Image<1, 8, 8>>, Field<\"facts\", Row<5>>>");
}

namespace outside {
template <int A, int B = A, int C = 0>
struct Windowed {
  static constexpr int usual[] = {A, 0};
};
}  // namespace outside

TEST_CASE("arguments at the end that equal their defaults are left out where a template says what they are") {
  using outside::Windowed;
  CHECK(type_name<Windowed<2>>() == "Windowed<2>");
  CHECK(type_name<Windowed<2, 2, 0>>() == "Windowed<2>");
  CHECK(type_name<Windowed<2, 1>>() == "Windowed<2, 1>");
  CHECK(type_name<Windowed<2, 2, 1>>() == "Windowed<2, 2, 1>");
  CHECK(type_name<Windowed<0, 0, 0>>() == "Windowed<0>");
}
