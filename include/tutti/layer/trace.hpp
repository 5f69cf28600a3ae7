// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/kinds.hpp>
#include <tutti/core/words.hpp>
#include <tutti/layer/leaf.hpp>
#include <tutti/meta/list.hpp>

#include <string>
#include <type_traits>
#include <utility>

namespace tutti {

/// What became of a shape on its way through a layer.
struct Traced {
  bool fits = false;
  Shape out{};
};

/// How a spec acts as a layer. It has
///   Node<In, T>               the layer for given extents
///   trace(InputShape)         the shape it makes, or that a requirement is broken
///   diagnose<Index, In>()     the type that names the broken requirement, if there is one
///   explain(InputShape, i)    throws it as a ShapeError, if there is one
/// This primary template is for layers of their own; each form of layers specialises it in a header of its
/// own. Traces are the same at compile time and at run time.
template <class L>
struct LayerBehaviour;

/// The layer L for rows of In.
template <class L, class In, class T>
using NodeOf = typename LayerBehaviour<L>::template Node<In, T>;

template <class L>
constexpr Traced trace(const InputShape& in) {
  Traced t = LayerBehaviour<L>::trace(in);
  t.out.classes = in.row.classes;
  return t;
}

namespace detail {

template <class L>
concept OwnLayer = InfersShape<L> && NamesBind<L>;

constexpr bool has_extents(const Shape& s) {
  if (s.rank < 1) return false;
  for (int i = 0; i < s.rank; ++i)
    if (s.extent[i] < 1 && s.extent[i] != Dynamic) return false;
  return true;
}

/// Word<extents of S...>, for Word one of error::Gets, error::Makes, ...
template <template <int...> class Word, Shape S>
constexpr auto word_of() {
  if constexpr (S.rank == 1) return std::type_identity<Word<S.extent[0]>>{};
  else if constexpr (S.rank == 2) return std::type_identity<Word<S.extent[0], S.extent[1]>>{};
  else if constexpr (S.rank == 3) return std::type_identity<Word<S.extent[0], S.extent[1], S.extent[2]>>{};
  else return std::type_identity<Word<S.extent[0], S.extent[1], S.extent[2], S.extent[3]>>{};
}
template <template <int...> class Word, Shape S>
struct WordOf {  // a struct: an alias of this crashes g++ 12
  using type = typename decltype(word_of<Word, S>())::type;
};

template <class L>
constexpr bool needs_hold(const Shape& s) {
  if constexpr (requires { typename L::Needs; }) return L::Needs::hold(s);
  else return true;
}

template <class R>
inline constexpr bool is_rank = false;
template <int R>
inline constexpr bool is_rank<Rank<R>> = true;

/// The requirements that S breaks; where the rank is wrong, that alone.
template <class N>
struct Broken;
template <class... R>
struct Broken<Needs<R...>> {
  static constexpr bool wrong_rank(const Shape& s) { return ((is_rank<R> && !R::holds(s)) || ...); }
  template <class One>
  static constexpr bool counts(const Shape& s) {
    return !One::holds(s) && (is_rank<One> || !wrong_rank(s));
  }
  template <class... A, class... B>
  static auto join(Needs<A...>, Needs<B...>) -> Needs<A..., B...>;
  template <Shape S>
  static constexpr auto of() {
    return join_all(std::conditional_t<counts<R>(S), Needs<R>, Needs<>>{}...);
  }
  static std::string names(const Shape& s) {
    std::string text;
    ((counts<R>(s) ? void(text += (text.empty() ? "" : ", ") + type_name<R>()) : void()), ...);
    return text;
  }

 private:
  static constexpr Needs<> join_all() { return {}; }
  template <class First, class... Rest>
  static constexpr auto join_all(First first, Rest... rest) {
    if constexpr (sizeof...(Rest) == 0) return first;
    else return decltype(join(first, join_all(rest...))){};
  }
};

template <int Index, class L, class Got, class Needed>
constexpr auto mismatch() {
  return std::type_identity<error::Mismatch<error::Layer<Index, L>, Got, Needed>>{};
}
/// The same mistake, seen from the form around it.
template <int Index, class Where, class Got, class Needed>
constexpr auto inside(std::type_identity<error::Mismatch<Where, Got, Needed>>) {
  return std::type_identity<error::Mismatch<error::Inside<Index, Where>, Got, Needed>>{};
}
/// What is wrong with layer or branch Index of a form. A chain names its own layer, so it says where it
/// stands itself.
template <int Index, class L, class In>
constexpr auto diagnose_part() {
  if constexpr (meta::is_instance_of<L, Cascade>)
    return inside<Index>(LayerBehaviour<L>::template diagnose<Index, In>());
  else return LayerBehaviour<L>::template diagnose<Index, In>();
}

/// "layer 2 (Fuse<...>)": where, in a message at run time.
template <class L>
std::string place(int index) {
  return "layer " + std::to_string(index) + " (" + type_name<L>() + ")";
}

}  // namespace detail

template <class L>
struct LayerBehaviour {
  template <class In, class T>
  using Node = Leaf<L, In, T>;

  static constexpr Traced trace(const InputShape& in) {
    if constexpr (!detail::OwnLayer<L>) {
      return {};
    } else {
      if (!detail::needs_hold<L>(in.row)) return {};
      const Shape out = L::infer(in.row);
      return {detail::has_extents(out), out};
    }
  }

  template <int Index, class In>
  static constexpr auto diagnose() {
    using Got = typename detail::WordOf<error::Gets, In::traced>::type;
    if constexpr (!detail::OwnLayer<L>) {
      return detail::mismatch<Index, L, error::GetsType<L>, error::a_layer_with_infer_and_Bind>();
    } else if constexpr (detail::needs_hold<L>(In::traced)) {
      return detail::mismatch<Index, L, typename detail::WordOf<error::Makes, L::infer(In::traced)>::type,
                              error::extents_of_at_least_1>();
    } else {
      return detail::mismatch<Index, L, Got,
                              decltype(detail::Broken<typename L::Needs>::template of<In::traced>())>();
    }
  }

  static void explain(const InputShape& in, int index) {
    const std::string where = detail::place<L>(index) + ": gets " + to_string(in.row);
    if constexpr (requires { typename L::Needs; })
      if (!L::Needs::hold(in.row))
        throw ShapeError(where + ", needs " + detail::Broken<typename L::Needs>::names(in.row));
    const Shape out = L::infer(in.row);
    if (!detail::has_extents(out))
      throw ShapeError(where + " and would give " + to_string(out) + ", which has no numbers");
  }
};

}  // namespace tutti
