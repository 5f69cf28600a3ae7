// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace tutti::meta {

namespace detail {

template <class T>
constexpr std::string_view spelled() {
  return __PRETTY_FUNCTION__;
}

/// The bare identifier of T: no namespace, no template arguments; the one part of a compiler's spelling in which all agree.
template <class T>
constexpr std::string_view identifier() {
  std::string_view s = spelled<T>();
  s.remove_prefix(s.find("T = ") + 4);
  int depth = 0;
  std::size_t end = 0;
  for (; end < s.size(); ++end) {  // "; ..." (g++) or "]" ends the type
    const char c = s[end];
    if (c == '<' || c == '(' || c == '{' || c == '[') ++depth;
    if (depth == 0 && (c == ';' || c == ']')) break;
    if (c == '>' || c == ')' || c == '}' || c == ']') --depth;
  }
  s = s.substr(0, end);
  if (!s.empty() && s.back() == '>') {  // drop the last argument list
    std::size_t i = s.size();
    int open = 0;
    do {
      --i;
      if (s[i] == '>') ++open;
      if (s[i] == '<') --open;
    } while (open > 0 && i > 0);
    s = s.substr(0, i);
  }
  int nested = 0;
  for (std::size_t i = s.size(); i-- > 1;) {  // drop what stands before the last "::" outside of any bracket
    const char c = s[i];
    if (c == '>' || c == ')' || c == '}') ++nested;
    if (c == '<' || c == '(' || c == '{') --nested;
    if (nested == 0 && c == ':' && s[i - 1] == ':') return s.substr(i + 1);
  }
  return s;
}

template <class T>
inline constexpr std::string_view name_of = identifier<T>();  // a constant: no code is made of it

[[gnu::noinline, gnu::cold]] inline void append_word(std::string& out, std::string_view word) { out += word; }

}  // namespace detail

/// How a type spells its own name; composed from identifiers, so that every compiler gives the same. A type whose
/// template parameters are neither all types nor all ints specialises this beside its definition. A template of ints
/// may have a member `static constexpr int usual[]`, the defaults of its last parameters: arguments at the end that
/// equal them are left out, so that Conv<16, 3> is called what its user wrote.
template <class T>
struct TypeName {
  static void append(std::string& out) { detail::append_word(out, detail::name_of<T>); }
};

/// The canonical name of T: identifiers without namespaces, arguments separated by ", ". Stored in model files.
/// Errors   none; two user types with the same unqualified name have the same name.
template <class T>
std::string type_name() {
  std::string name;
  TypeName<T>::append(name);
  return name;
}

// What a name is put together from is compiled once; of a type there are its identifier and its arguments alone.
namespace detail {
using AppendName = void (*)(std::string&);
/// "name<A, B>"
[[gnu::noinline, gnu::cold]] inline void append_types(std::string& out, std::string_view name,
                                                      std::initializer_list<AppendName> arguments) {
  out += name;
  out += '<';
  for (const AppendName& append : arguments) {
    if (&append != arguments.begin()) append_word(out, ", ");
    append(out);
  }
  out += '>';
}
/// "16, 3"; the last values are left out as long as they are the usual ones.
[[gnu::noinline, gnu::cold]] inline void append_numbers(std::string& out, std::initializer_list<int> values,
                                                        const int* usual = nullptr, std::size_t last = 0) {
  std::size_t written = values.size();
  while (last > 0 && written > 0 && values.begin()[written - 1] == usual[last - 1]) --written, --last;
  bool first = true;
  for (const int value : values) {  // some sizes stand for something that is not known yet
    if (written-- == 0) break;
    if (!first) append_word(out, ", ");
    first = false;
    append_word(out, value == -1 ? "Dynamic" : value == -2 ? "Classes" : value == -3 ? "Same" : std::to_string(value));
  }
}
/// "name<16, 3>"
[[gnu::noinline, gnu::cold]] inline void append_values(std::string& out, std::string_view name, std::initializer_list<int> values,
                                                       const int* usual = nullptr, std::size_t last = 0) {
  out += name;
  out += '<';
  append_numbers(out, values, usual, last);
  out += '>';
}
template <int... Values>
void append_numbers_of(std::string& out) {
  append_numbers(out, {Values...});
}
}  // namespace detail

template <template <class...> class Template, class... Args>
struct TypeName<Template<Args...>> {
  static void append(std::string& out) { detail::append_types(out, detail::name_of<Template<Args...>>, {&TypeName<Args>::append...}); }
};

template <template <int...> class Template, int... Values>
struct TypeName<Template<Values...>> {
  static void append(std::string& out) {
    if constexpr (requires { Template<Values...>::usual; })
      detail::append_values(out, detail::name_of<Template<Values...>>, {Values...}, Template<Values...>::usual,
                            std::size(Template<Values...>::usual));
    else detail::append_values(out, detail::name_of<Template<Values...>>, {Values...});
  }
};

template <template <class, int, int...> class Template, class Arg, int Value, int... Values>
struct TypeName<Template<Arg, Value, Values...>> {
  static void append(std::string& out) {
    detail::append_types(out, detail::name_of<Template<Arg, Value, Values...>>,
                         {&TypeName<Arg>::append, &detail::append_numbers_of<Value, Values...>});
  }
};

template <> struct TypeName<bool> { static void append(std::string& out) { detail::append_word(out, "bool"); } };
template <> struct TypeName<std::uint8_t> { static void append(std::string& out) { detail::append_word(out, "uint8"); } };
template <> struct TypeName<std::int32_t> { static void append(std::string& out) { detail::append_word(out, "int32"); } };
template <> struct TypeName<std::int64_t> { static void append(std::string& out) { detail::append_word(out, "int64"); } };
template <> struct TypeName<float> { static void append(std::string& out) { detail::append_word(out, "float32"); } };
template <> struct TypeName<double> { static void append(std::string& out) { detail::append_word(out, "float64"); } };

}  // namespace tutti::meta

namespace tutti {
using meta::type_name;
}
