// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/many.hpp>
#include <tutti/combine/selection.hpp>
#include <tutti/core/forms.hpp>
#include <tutti/core/learned.hpp>

namespace tutti {

/// One of several members for each input, or a mixture of them that depends on the input: what is asked is decided by the
/// gate in front. Select{Gate{Forest{}}, a, b, c}; members count from 0 behind the gate.
template <class G, class... Members>
struct Select {
  G gate{};
  std::tuple<Members...> members;

  constexpr Select() = default;
  constexpr explicit Select(G g, Members... m)
    requires(sizeof...(Members) > 0)
      : gate(std::move(g)), members(std::move(m)...) {}
};
template <class G, class... M> Select(G, M...) -> Select<G, M...>;
template <class G, class... M> Select(Select<G, M...>) -> Select<Select<G, M...>>;

struct GateOptions {
  int top = 1;        // members that are asked for a row; 0: all, mixed by the gate's probabilities
  bool guard = true;  // keep to one choice for all rows where the gate shows no gain out of fold
};
/// A learnt gate: any classifier, whose classes are the members of the Select that it stands in.
template <class M>
struct Gate {
  M member{};
  GateOptions options{};

  constexpr Gate() = default;
  constexpr explicit Gate(M m, GateOptions o = {}) : member(std::move(m)), options(o) {}
};
template <class M> Gate(M) -> Gate<M>;
template <class M> Gate(M, GateOptions) -> Gate<M>;
template <class M> Gate(Gate<M>) -> Gate<Gate<M>>;

/// A fitted Gate: a classifier whose probabilities, those of the likeliest members or of all, are the members' weights.
/// Shapes   x (N) -> weights (N, Count).
template <class X, int Count, class Model>
struct GateModel {
  using Parts = meta::List<Model>;
  using Choice = Label<Count>;
  Many<X, Choice, Model> classifier;
  int top = 1;

  void weights(std::span<const ViewOf<X>> x, Rows<float> w, Workspace& workspace) const noexcept {
    tutti::outputs<X, Choice>(classifier, x, w, workspace);
    for (std::ptrdiff_t r = 0; r < w.rows(); ++r) detail::keep_top(std::span<float, Count>(w.row(r)), top);
  }
  static constexpr std::size_t workspace_bytes(std::ptrdiff_t rows)
    requires StaticWorkspace<Many<X, Choice, Model>>
  {
    return static_workspace_bytes<Many<X, Choice, Model>>(rows);
  }
  std::size_t workspace_bytes(std::ptrdiff_t rows) const
    requires(!StaticWorkspace<Many<X, Choice, Model>>)
  {
    return classifier.workspace_bytes(rows);
  }
  static void visit(auto& self, auto& archive) { archive("classifier", self.classifier)("top", self.top); }
  void check_extents(int columns, int) const { tutti::check_extents(classifier, columns, Count); }
};

namespace detail {

/// What may stand in front of a Select says here what it is when it is fitted and how that is learnt.
template <class G>
struct Gating {
  static constexpr bool is_gate = false;
  template <class X, int Count>
  using Model = meta::List<>;  // none
};
template <class M>
struct Gating<Gate<M>> {
  static constexpr bool is_gate = true, hears = false;
  static constexpr Capabilities capabilities = capabilities_of<M>;
  template <class X, int Count>
  using Model = GateModel<X, Count, ModelOf<M, X, Label<Count>>>;
  template <class X, class Y, int Count>
  using Diagnosis = error::located_t<Gate<M>, 0, M, DiagnosisOf<M, X, Label<Count>>>;
};

}  // namespace detail

/// A fitted Select. Members that a row does not need are not asked about it.
template <class X, class Y, class G, class... Members>
struct SelectModel {
  using Parts = meta::List<Members..., G>;
  static constexpr std::ptrdiff_t count = sizeof...(Members);
  static constexpr bool hears = requires { G::hears; };  // the gate listens to all members before it chooses
  static constexpr bool is_static = !hears && (StaticWorkspace<Many<X, Y, Members>> && ...) && StaticWorkspace<G> && Y::outputs >= 0;

  std::tuple<Many<X, Y, Members>...> members;
  std::optional<G> gate;     // none where the guard keeps to one choice
  SelectionReport selection;
  int width = 0;             // outputs of a row

  /// How the guard decided and how often each member was chosen.
  const SelectionReport& report() const noexcept { return selection; }
  std::span<const float> shares() const noexcept { return selection.shares; }

  void outputs(std::span<const ViewOf<X>> x, Rows<float> y, Workspace& w) const noexcept {
    const std::ptrdiff_t n = y.rows();
    const Rows<float> share(w.take<float>(n * count), n, count);
    if constexpr (hears)
      if (gate) return listen(x, share, y, w);
    const Rows<float> heard(w.take<float>(y.size()), n, y.width());
    ViewOf<X>* const asked = w.take<ViewOf<X>>(n);
    weigh_members(x, share, w);
    for (std::ptrdiff_t i = 0; i < y.size(); ++i) y[i] = 0;
    meta::unroll<sizeof...(Members)>([&](auto m) {
      std::ptrdiff_t rows = 0;
      for (std::ptrdiff_t r = 0; r < n; ++r)
        if (share(r, m.value) != 0) asked[rows++] = x[static_cast<std::size_t>(r)];
      if (rows == 0) return;
      const std::span<const ViewOf<X>> views(asked, static_cast<std::size_t>(rows));
      tutti::outputs<X, Y>(std::get<m.value>(members), views, heard.slice(0, rows), w);
      rows = 0;
      for (std::ptrdiff_t r = 0; r < n; ++r)
        if (share(r, m.value) != 0) MeanRule::add(heard.row(rows++), share(r, m.value), y.row(r));
    });
  }
  /// What each row gives each member. Shapes   x (N) -> share (N, members).
  void weigh_members(std::span<const ViewOf<X>> x, Rows<float> share, Workspace& w) const noexcept {
    const Workspace::Scope scope(w);
    if constexpr (hears) {
      if (gate) return void(hear(x, share, w));
    } else if (gate) return gate->weights(x, share, w);
    for (std::ptrdiff_t r = 0; r < share.rows(); ++r) std::copy_n(selection.weights.data(), count, share.row(r).data());
  }
  static constexpr std::size_t own_bytes(std::ptrdiff_t rows, int outputs) {
    return workspace_bytes_of<float>(rows * count) + workspace_bytes_of<float>(rows * outputs) + workspace_bytes_of<ViewOf<X>>(rows);
  }
  static constexpr std::size_t workspace_bytes(std::ptrdiff_t rows)
    requires is_static
  {
    return own_bytes(rows, Y::outputs) + largest_static_workspace<Many<X, Y, Members>..., G>(rows);
  }
  std::size_t workspace_bytes(std::ptrdiff_t rows) const
    requires(!is_static)
  {
    const std::size_t all_heard = hears && gate ? workspace_bytes_of<float>(rows * count * width) : 0;
    return own_bytes(rows, width) + all_heard + std::max(largest_workspace(members, rows), gate ? tutti::workspace_bytes(*gate, rows) : 0);
  }
  static void visit(auto& self, auto& archive) {
    archive("members", self.members)("gate", self.gate)("selection", self.selection)("width", self.width);
  }
  void loaded() const {
    selection.check_members(sizeof...(Members));
    check<FileError>(gate.has_value() == selection.gated, "expected a gate where one chooses, and only there", int{gate.has_value()});
  }
  void check_extents(int columns, int outputs) const {
    check<FileError>(width == outputs, {"expected a choice of ", outputs, " outputs"}, width);
    std::apply([&](const auto&... m) { (tutti::check_extents(m, columns, outputs), ...); }, members);
    if (gate) tutti::check_extents(*gate, columns, outputs);
  }

 private:
  /// The same where the gate wants to know what all members say.
  void listen(std::span<const ViewOf<X>> x, Rows<float> share, Rows<float> y, Workspace& w) const noexcept {
    const Rows<float> all = hear(x, share, w);
    for (std::ptrdiff_t i = 0; i < y.size(); ++i) y[i] = 0;
    for (std::ptrdiff_t r = 0; r < y.rows(); ++r)
      for (std::ptrdiff_t m = 0; m < count; ++m)
        if (share(r, m) != 0) MeanRule::add({all.row(r).data() + m * width, y.row(r).size()}, share(r, m), y.row(r));
  }
  /// The outputs of all members side by side, and what the gate makes of them.
  Rows<float> hear(std::span<const ViewOf<X>> x, Rows<float> share, Workspace& w) const noexcept {
    const std::ptrdiff_t n = share.rows();
    const Rows<float> all(w.take<float>(n * count * width), n, count * width), heard(w.take<float>(n * width), n, width);
    meta::unroll<sizeof...(Members)>([&](auto m) {
      tutti::outputs<X, Y>(std::get<m.value>(members), x, heard, w);
      float* const to = all.data() + static_cast<std::ptrdiff_t>(m.value) * width;
      for (std::ptrdiff_t r = 0; r < n; ++r) std::copy_n(heard.row(r).data(), width, to + r * count * width);
    });
    const Workspace::Scope scope(w);
    gate->weights(x, all, share, w);
    return all;
  }
};

namespace detail {

template <class X, class Y, class G, class... Members>
using SelectModelOf =
    SelectModel<X, Y, typename Gating<G>::template Model<X, static_cast<int>(sizeof...(Members))>, ModelOf<Members, X, Y>...>;

/// Learns members, gate and guard (combine/select_fit.hpp).
template <class G, class... Members, class X, class Y>
Learned<SelectModelOf<X, Y, G, Members...>, Y> learn_select(const Select<G, Members...>& spec, const Dataset<X, Y>& data,
                                                            const Context& context, Want want);

}  // namespace detail

/// y = sum_m w_m(x) y_m(x), with weights of the gate: 1 for the one member that it chooses, or those of the `top` likeliest, or
/// of all. A Gate learns, from the inputs, which member has the least loss: Brier's score of labels, the squared error of
/// numbers, of out-of-fold predictions; rows count by what a wrong choice costs there, if the classifier honours weights.
/// Where all members tie, the earlier one is right: put cheap ones in front. The guard compares what gates chose for rows
/// that they had not seen with the best member, or the mean of all if that is better; without a gain of more than one standard
/// error the gate is dropped.
/// Shapes   every member (N, outputs) -> (N, outputs).
/// Cost     fit: members and gate (k + 1) times; predict: the gate's and that of the members that are asked.
/// Errors   at compile time: no gate in front, no members, a gate that does not learn labels, members that do not fit.
/// Source   Jacobs et al., Adaptive mixtures of local experts, Neural Computation 3 (1991), for the form; Abe, Zadrozny and
///          Langford, An iterative method for multi-class cost-sensitive learning, KDD (2004), for the weights of rows.
template <class G, class... Members>
struct Behaviour<Select<G, Members...>> {
  using Form = Select<G, Members...>;
  using List = meta::List<Members...>;
  static constexpr int count = sizeof...(Members);
  static constexpr Capabilities capabilities = [] {
    Capabilities all = detail::capabilities_of_all(List{});
    if constexpr (detail::Gating<G>::is_gate) {
      all.weights = all.weights && detail::Gating<G>::capabilities.weights;
      all.missing = all.missing && detail::Gating<G>::capabilities.missing;
      all.text = all.text && detail::Gating<G>::capabilities.text;
    }
    all.incremental = all.explainable = false;
    return all;
  }();

  template <class X, class Y>
  using Model = detail::SelectModelOf<X, Y, G, Members...>;

  template <class X, class Y>
  static constexpr auto diagnose() {
    if constexpr (!detail::Gating<G>::is_gate) {
      return std::type_identity<error::Mismatch<Form, error::GetsType<G>, error::a_gate_in_front_of_the_members>>{};
    } else {
      using OfMembers = typename decltype(detail::diagnose_members<Form, X, Y>(List{}))::type;
      if constexpr (!std::is_same_v<OfMembers, error::none>) return std::type_identity<OfMembers>{};
      else return std::type_identity<typename detail::Gating<G>::template Diagnosis<X, Y, count>>{};
    }
  }
  template <class X, class Y>
  using Diagnosis = typename decltype(diagnose<X, Y>())::type;

  template <class X, class Y>
  static Learned<Model<X, Y>, Y> learn(const Form& spec, const Dataset<X, Y>& data, const Context& context, Want want) {
    return detail::learn_select(spec, data, context, want);
  }
  static void each_member(const auto& model, auto&& f) { detail::each_of(List{}, model.members, f); }
};

}  // namespace tutti
