// SPDX-License-Identifier: Apache-2.0
#include "finite_differences.hpp"

#include <tutti/layer/trace.hpp>

using namespace tutti;
using namespace tutti::testing;
using error::Gets;
using error::Makes;
using error::Mismatch;

namespace {
template <int Index, class L>
using At = error::Layer<Index, L>;
template <int Index, class Place>
using Within = error::Inside<Index, Place>;
template <class L, Shape S>
using Wrong = typename decltype(LayerBehaviour<L>::template diagnose<0, Known<S>>())::type;

constexpr Shape hidden(Shape s, int axis) {
  s.extent[axis] = Dynamic;
  return s;
}
struct NoLayer {};
struct Vanishing {
  static constexpr Shape infer(Shape) { return shape(0); }
  template <class In, class T>
  struct Bind {};
};
/// What a chain says at run time.
template <class L>
std::string explained(const InputShape& in) {
  try {
    LayerBehaviour<L>::explain(in, 0);
  } catch (const ShapeError& e) {
    return e.what();
  }
  return "";
}
}  // namespace

TEST_CASE("shapes are traced through layers and forms") {
  static_assert(
      trace<Cascade<Conv<16, 3>, ReLU, MaxPool<2>, Conv<32, 3>, ReLU, Dense<64>>>(shape(1, 8, 8)).out ==
      shape(64));
  static_assert(trace<Fuse<Conv<4, 3, 1, 1>, Conv<6, 1>>>(shape(2, 5, 7)).out == shape(10, 5, 7));
  static_assert(trace<Sum<Conv<4, 3, 1, 1>, Conv<4, 1>>>(shape(2, 5, 7)).out == shape(4, 5, 7));
  static_assert(trace<Residual<Conv<4, 3, 2, 1>, ReLU>>(shape(2, 5, 7)).out == shape(4, 3, 4));
  static_assert(trace<Cascade<Dense<7>>>(shape(Dynamic)).out == shape(7));
  static_assert(trace<Cascade<Conv<4, 3>, MaxPool<2>>>(shape(1, Dynamic, 8)).out == shape(4, Dynamic, 3));
  static_assert(trace<Dense<>>(detail::with_classes(shape(3), 4)).out == detail::with_classes(shape(4), 4));
  static_assert(trace<Cascade<Dense<3>, Dense<>>>(detail::with_classes(shape(2), Dynamic)).out.extent[0] ==
                Dynamic);
  static_assert(NodeOf<Dense<>, Known<shape(3)>, float>::Out::size() == 5);
  CHECK(trace<Cascade<Conv<4, 3>, MaxPool<2>>>(shape(1, 10, 8)).out == shape(4, 4, 3));
}

TEST_CASE("the first broken requirement is a type that says where, what and why") {
  static_assert(std::is_same_v<Wrong<Cascade<Dense<64>, ReLU, Conv<16, 3>>, shape(1, 8, 8)>,
                               Mismatch<At<2, Conv<16, 3>>, Gets<64>, Needs<Rank<3>>>>);
  static_assert(std::is_same_v<Wrong<Cascade<Conv<4, 3>, ReLU, MaxPool<8>>, shape(1, 8, 12)>,
                               Mismatch<At<2, MaxPool<8>>, Gets<4, 6, 10>, Needs<AtLeast<1, 8>>>>);
  static_assert(
      std::is_same_v<Wrong<Conv<4, 9>, shape(1, 8, 8)>,
                     Mismatch<At<0, Conv<4, 9>>, Gets<1, 8, 8>, Needs<AtLeast<1, 9>, AtLeast<2, 9>>>>);
  static_assert(std::is_same_v<Wrong<Cascade<ReLU, Fuse<Conv<2, 3>, Conv<3, 5>>>, shape(1, 8, 8)>,
                               Mismatch<Within<1, At<1, Conv<3, 5>>>, Makes<3, 4, 4>,
                                        error::the_same_extents_but_the_channels_as<2, 6, 6>>>);
  static_assert(std::is_same_v<Wrong<Cascade<ReLU, Sum<Dense<3>, Dense<4>>>, shape(6)>,
                               Mismatch<Within<1, At<1, Dense<4>>>, Makes<4>, error::the_same_shape_as<3>>>);
  static_assert(std::is_same_v<Wrong<Cascade<ReLU, Residual<Conv<4, 3>>>, shape(1, 8, 8)>,
                               Mismatch<At<1, Residual<Conv<4, 3>>>, Makes<4, 6, 6>,
                                        error::the_same_extents_but_the_channels_as<1, 8, 8>>>);
  static_assert(
      std::is_same_v<Wrong<Cascade<ReLU, NoLayer>, shape(6)>,
                     Mismatch<At<1, NoLayer>, error::GetsType<NoLayer>, error::a_layer_with_infer_and_Bind>>);
  static_assert(std::is_same_v<Wrong<Cascade<ReLU, Vanishing>, shape(6)>,
                               Mismatch<At<1, Vanishing>, Makes<0>, error::extents_of_at_least_1>>);
  using Three = Sum<Weights<3>, Dense<4>, Dense<4>>;
  static_assert(
      std::is_same_v<Wrong<Three, shape(6)>,
                     Mismatch<At<0, Three>, error::GetsType<Weights<3>>, error::a_weight_for_every_member>>);
  CHECK_FALSE(trace<Cascade<Dense<64>, ReLU, Conv<16, 3>>>(shape(1, 8, 8)).fits);
}

TEST_CASE("a place inside forms is named from the outside in, at run time by the innermost chain") {
  using Deep = Cascade<ReLU, Fuse<Dense<3>, Residual<ReLU, ReLU, Cascade<Dense<4>, MaxPool<2>>>>>;
  static_assert(
      std::is_same_v<Wrong<Deep, shape(6)>,
                     Mismatch<Within<1, Within<1, Within<2, At<1, MaxPool<2>>>>>, Gets<4>, Needs<Rank<3>>>>);
  CHECK(explained<Deep>(shape(6)) == "layer 1 (MaxPool<2>): gets (4), needs Rank<3>");
}

TEST_CASE("a record is read by the names of its fields") {
  using In = RecordExtents<5, Field<"picture", Image<1, 6, 6>>, Field<"facts", Row<4>>>;
  using Net =
      Cascade<Fuse<On<"picture", Cascade<Conv<2, 3>, ReLU, Dense<3>>>, On<"facts", Dense<2>>>, Dense<>>;
  static_assert(is_layer<Net>);
  static_assert(In::is_static && In::traced == detail::with_classes(shape(40), 5));
  static_assert(trace<Net>(In::traced_input()).out.extent[0] == 5);

  using Misread = Cascade<Fuse<On<"picture", Dense<3>>, On<"fact", Dense<2>>>, Dense<>>;
  using Fields = Record<Field<"picture", Image<1, 6, 6>>, Field<"facts", Row<4>>>;
  static_assert(
      std::is_same_v<
          decltype(LayerBehaviour<Misread>::diagnose<0, In>())::type,
          Mismatch<Within<0, At<1, On<"fact", Dense<2>>>>, error::GetsType<Fields>, error::field<"fact">>>);
  static_assert(std::is_same_v<Wrong<On<"facts", Dense<2>>, shape(6)>,
                               Mismatch<At<0, On<"facts", Dense<2>>>, Gets<6>, error::a_record_as_input>>);
  using TooDeep = On<"facts", Cascade<ReLU, MaxPool<2>>>;
  static_assert(std::is_same_v<decltype(LayerBehaviour<TooDeep>::diagnose<0, In>())::type,
                               Mismatch<Within<0, At<1, MaxPool<2>>>, Gets<4>, Needs<Rank<3>>>>);

  Bench<Net, In> bench(Net{}, In{}, 3);
  CHECK(gradient_error(bench) <= 1e-6);

  using Open = RecordExtents<Dynamic, Field<"picture", Image<1, 6, 6>>, Field<"facts", Row<Dynamic>>>;
  static_assert(!Open::is_static);
  const Open in =
      extents_of_widths<Open, Record<Field<"picture", Image<1, 6, 6>>, Field<"facts", Row<Dynamic>>>>({36, 4},
                                                                                                      5);
  Bench<Net, Open> open(Net{}, in, 3);
  bench.differentiate();
  open.differentiate();
  CHECK(open.y == bench.y);
  CHECK(open.gradients == bench.gradients);
  CHECK(open.dx == bench.dx);
}

TEST_CASE("what only run-time extents break is said at run time") {
  using Net = Cascade<Conv<4, 3>, ReLU, MaxPool<4>, Fuse<Dense<3>, Dense<4>>>;
  static_assert(trace<Net>(hidden(shape(1, 8, 8), 1)).fits);
  CHECK(explained<Net>(shape(1, 8, 8)) == "");
  CHECK(explained<Net>(shape(1, 5, 8)) == "layer 2 (MaxPool<4>): gets (4, 3, 6), needs AtLeast<1, 4>");
  CHECK(explained<Net>(shape(64)) == "layer 0 (Conv<4, 3>): gets (64), needs Rank<3>");
  CHECK(explained<Cascade<ReLU, Sum<Dense<3>, Dense<4>>>>(shape(6)) ==
        "layer 1 (Sum<Dense<3>, Dense<4>>): branch 1 gives (4), branch 0 gives (3); needs the same shape "
        "from every branch");
  CHECK(explained<Residual<Conv<4, 3>>>(shape(1, 8, 8)) ==
        "layer 0 (Residual<Conv<4, 3>>): gets (1, 8, 8) and makes (4, 6, 6); needs the same extents "
        "but the channels, or those of one stride");
  CHECK(explained<Vanishing>(shape(3)) ==
        "layer 0 (Vanishing): gets (3) and would give (0), which has no numbers");
}

TEST_CASE("an extent that the width does not fill is refused") {
  CHECK_THROWS_WITH_AS(detail::resolved(shape(3, Dynamic), 10, 1),
                       "expected rows of the shape (3, Dynamic), got 10", ShapeError);
  CHECK_THROWS_AS(detail::resolved(shape(Dynamic, Dynamic), 10, 1), ShapeError);
  CHECK(detail::resolved(shape(3, Dynamic), 12, 7) == detail::with_classes(shape(3, 4), 7));
}
