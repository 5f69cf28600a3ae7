// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/file.hpp>
#include <tutti/core/fitted.hpp>
#include <tutti/core/forms.hpp>

#include <cstdio>
#include <string>
#include <tuple>

namespace tutti {

namespace detail {

/// An archive that spells the fields of a spec: "lambda = 1, intercept = 1".
class FieldPrinter {
 public:
  static constexpr bool reading = false;
  template <class T>
  FieldPrinter& operator()(std::string_view name, const T& value) {
    if constexpr (std::is_arithmetic_v<T>) {
      char text[40];
      if constexpr (std::is_same_v<T, bool>) std::snprintf(text, sizeof text, "%s", value ? "true" : "false");
      else std::snprintf(text, sizeof text, "%g", static_cast<double>(value));
      text_ += (text_.empty() ? "" : ", ") + std::string(name) + " = " + text;
    }
    return *this;
  }
  const std::string& text() const noexcept { return text_; }

 private:
  std::string text_;
};

inline std::string shortened(const std::string& name, std::size_t most) {
  return name.size() <= most ? name : name.substr(0, most - 3) + "...";
}

template <class Spec>
void describe_into(std::string& out, const Spec& spec, int depth) {
  const auto line = [&](const std::string& text) { out += std::string(static_cast<std::size_t>(2 * depth), ' ') + text + '\n'; };
  const auto parts = [&](const auto& tuple) {
    std::apply([&](const auto&... part) { (describe_into(out, part, depth + 1), ...); }, tuple);
  };
  std::string name = type_name<Spec>();
  const std::string head = name.substr(0, name.find('<'));
  if constexpr (requires { spec.committee, spec.meta; }) {
    line(head);
    describe_into(out, spec.committee, depth + 1);
    describe_into(out, spec.meta, depth + 1);
  } else if constexpr (requires { spec.chain, spec.options; }) {
    FieldPrinter fields;
    if constexpr (requires { spec.options.visit(spec.options, fields); }) spec.options.visit(spec.options, fields);
    line(head + (fields.text().empty() ? "" : "{" + fields.text() + "}"));
    describe_into(out, spec.chain, depth + 1);
  } else if constexpr (requires { std::tuple_size<decltype(spec.members)>::value; }) {
    line(head);
    if constexpr (requires { spec.gate; }) describe_into(out, spec.gate, depth + 1);
    parts(spec.members);
  } else if constexpr (requires { std::tuple_size<decltype(spec.steps)>::value; }) {
    line(head);
    parts(spec.steps);
  } else if constexpr (requires { std::tuple_size<decltype(spec.branches)>::value; }) {
    line(head);
    parts(spec.branches);
  } else if constexpr (requires { spec.gate, spec.experts; }) {
    line(head);
    describe_into(out, spec.gate, depth + 1);
    parts(spec.experts);
  } else if constexpr (requires { spec.member; }) {
    line(head);
    describe_into(out, spec.member, depth + 1);
  } else {
    FieldPrinter fields;
    if constexpr (requires { Spec::visit(spec, fields); }) Spec::visit(spec, fields);
    line(shortened(name, 90) + (fields.text().empty() ? "" : "{" + fields.text() + "}"));
  }
}

}  // namespace detail

/// A composition as an indented tree, one line for each form and member, with the hyperparameters of those that have
/// a `visit`.
template <class Spec>
std::string describe(const Spec& spec) {
  std::string out;
  detail::describe_into(out, spec, 0);
  return out;
}

/// What a fitted model is, reads, answers and costs.
template <class Spec, class X, class Y>
std::string describe(const Fitted<Spec, X, Y>& model) {
  std::string out = type_name<Spec>() + '\n';
  out += "  inputs     " + type_name<X>() + ", " + std::to_string(model.width()) + " numbers\n";
  out += "  targets    " + type_name<Y>();
  const auto& classes = model.schema().classes;
  for (std::size_t k = 0; k < classes.size() && k < 12; ++k) out += (k == 0 ? ": " : ", ") + classes[k];
  out += classes.size() > 12 ? ", ...\n" : "\n";
  out += "  saved      " + std::to_string(to_bytes(model).size()) + " bytes\n";
  out += "  workspace  " + std::to_string(model.workspace_bytes(1)) + " bytes for a row\n";
#if defined(__OPTIMIZE__)
  out += "  built      optimised\n";
#else
  out += "  built      without optimisation: speeds mean nothing\n";
#endif
  return out;
}

}  // namespace tutti
