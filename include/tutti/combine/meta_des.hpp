// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/dynamic_selection.hpp>

namespace tutti {

struct MetaDesOptions {
  int k = 7;          // nearest rows
  int profiles = 5;   // rows about which the members say the most similar things
  bool guard = true;  // keep to one choice for all rows where this one shows no gain out of fold
};
/// META-DES: a classifier learns from five kinds of evidence whether a member is right about a row: for each of the k nearest rows
/// whether it was right there (1) and its probability of the true class (2), its accuracy on them (3), whether it was right about each of
/// the rows with the most similar outputs of all members (4), and its own largest probability now (5): 2 k + profiles + 2 numbers. It
/// learns from rows on which members disagree. Members that are likely to be right are mixed; all of them where none is, and where all
/// agree. All members are asked about every row. Where a member remembers rows (one nearest neighbour), its right answers about two
/// neighbouring rows hang together, and only `.nested` out-of-fold predictions are honest: the guard trusts the cheap ones too much.
/// Source   Cruz, Sabourin, Cavalcanti and Ren, META-DES: a dynamic ensemble selection framework using meta-learning, Pattern
///          Recognition 48 (2015).
template <class M>
struct MetaDes {
  M member{};
  MetaDesOptions options{};

  constexpr MetaDes() = default;
  constexpr explicit MetaDes(M m, MetaDesOptions o = {}) : member(std::move(m)), options(o) {}
};
template <class M> MetaDes(M) -> MetaDes<M>;
template <class M> MetaDes(M, MetaDesOptions) -> MetaDes<M>;
template <class M> MetaDes(MetaDes<M>) -> MetaDes<MetaDes<M>>;

/// What is known of training rows for META-DES: regions in the inputs, and in what the members said.
struct MetaRegions {
  Regions regions;
  NeighbourIndex profiles{};  // rows of the outputs of all members, side by side
  Buffer<float> chance{};     // (rows, members): the probability of the true class
  int alike = 0;              // rows to look for among the profiles
  int wanted = 0, wanted_alike = 0;  // numbers of evidence; where there are fewer rows the farthest stands in

  int evidence() const noexcept { return 2 * wanted + wanted_alike + 2; }
  /// Whether all members say the same class. Shapes   profile (members outputs).
  bool agreed(std::span<const float> profile) const noexcept {
    const std::size_t k = profile.size() / static_cast<std::size_t>(regions.members);
    const int first = Label<Dynamic>::decide(profile.first(k), nullptr).index();
    for (std::size_t at = k; at < profile.size(); at += k)
      if (Label<Dynamic>::decide(profile.subspan(at, k), nullptr).index() != first) return false;
    return true;
  }
  /// The evidence for each member. x is replaced by its standardised row.
  /// Shapes   x (columns), profile (members outputs), found (neighbours + alike), z (members, evidence).
  void gather(float* x, std::span<const float> profile, Neighbour* found, Rows<float> z) const noexcept {
    regions.standardise(x, x);
    Neighbour* const similar = found + regions.neighbours;
    find_nearest(regions.index, x, 1, regions.neighbours, found);
    find_nearest(profiles, profile.data(), 1, alike, similar);
    const Neighbourhood near = regions.around(found, regions.neighbours), like = regions.around(similar, alike);
    const std::size_t k = profile.size() / static_cast<std::size_t>(regions.members);
    for (int m = 0; m < regions.members; ++m) {
      float* to = z.row(m).data();
      for (int n = 0; n < wanted; ++n) *to++ = near.right(std::min(n, regions.neighbours - 1), m) ? 1.0f : 0.0f;
      for (int n = 0; n < wanted; ++n) {
        const std::size_t row = found[std::min(n, regions.neighbours - 1)].row;
        *to++ = chance[row * static_cast<std::size_t>(regions.members) + static_cast<std::size_t>(m)];
      }
      *to++ = static_cast<float>(near.accuracy(m));
      for (int n = 0; n < wanted_alike; ++n) *to++ = like.right(std::min(n, alike - 1), m) ? 1.0f : 0.0f;
      const auto own = profile.subspan(static_cast<std::size_t>(m) * k, k);
      *to = *std::max_element(own.begin(), own.end());
    }
  }
  static void visit(auto& self, auto& archive) {
    archive("regions", self.regions)("profiles", self.profiles)("chance", self.chance)("alike", self.alike)("wanted", self.wanted)(
        "wanted_alike", self.wanted_alike);
  }
  [[gnu::cold]] void loaded() const {
    const std::uint32_t rows = regions.index.rows;
    check<FileError>(profiles.rows == rows, {"expected the profiles of ", rows, " rows"}, profiles.rows);
    check<FileError>(chance.size() == regions.loss.size(), {"expected ", regions.loss.size(), " probabilities"}, chance.size());
    check<FileError>(alike >= 1 && static_cast<std::uint32_t>(alike) <= rows, {"expected 1 to ", rows, " similar rows"}, alike);
    check<FileError>(wanted >= regions.neighbours && wanted_alike >= alike && wanted < 1 << 20 && wanted_alike < 1 << 20,
                     "expected evidence of all neighbours", wanted);
  }
};

/// A fitted MetaDes. Shapes   x (N), profiles (N, members outputs) -> weights (N, Count).
template <class X, int Count, class Model>
struct MetaGate {
  using Parts = meta::List<Model>;
  using Z = Row<Dynamic>;
  using Right = Label<2>;
  static constexpr bool hears = true;
  MetaRegions known;
  Many<Z, Right, Model> classifier;

  void weights(std::span<const ViewOf<X>> x, Rows<const float> profiles, Rows<float> w, Workspace& workspace) const noexcept {
    const std::ptrdiff_t evidence = known.evidence();
    float* const row = workspace.take<float>(known.regions.index.width);
    Neighbour* const found = workspace.take<Neighbour>(known.regions.neighbours + known.alike);
    const Rows<float> z(workspace.take<float>(Count * evidence), Count, evidence), right(workspace.take<float>(Count * 2), Count, 2);
    ViewOf<Z>* const views = workspace.take<ViewOf<Z>>(Count);
    for (std::ptrdiff_t r = 0; r < w.rows(); ++r) {
      for (float& v : w.row(r)) v = 1;
      if (!known.agreed(profiles.row(r))) {
        x[static_cast<std::size_t>(r)].copy_to(row);
        known.gather(row, profiles.row(r), found, z);
        for (std::ptrdiff_t m = 0; m < Count; ++m) views[m] = ViewOf<Z>(z.row(m).data(), static_cast<int>(evidence));
        tutti::outputs<Z, Right>(classifier, std::span<const ViewOf<Z>>(views, Count), right, workspace);
        for (std::ptrdiff_t m = 0; m < Count; ++m) w(r, m) = right(m, 1) > 0.5f ? 1.0f : 0.0f;
      }
      detail::keep_top(std::span<float, Count>(w.row(r)), 0);
    }
  }
  std::size_t workspace_bytes(std::ptrdiff_t) const {
    return workspace_bytes_of<float>(known.regions.index.width) +
           workspace_bytes_of<Neighbour>(known.regions.neighbours + known.alike) +
           workspace_bytes_of<float>(Count * known.evidence()) + workspace_bytes_of<float>(Count * 2) +
           workspace_bytes_of<ViewOf<Z>>(Count) + tutti::workspace_bytes(classifier, Count);
  }
  static void visit(auto& self, auto& archive) { archive("known", self.known)("classifier", self.classifier); }
  void check_extents(int columns, int outputs) const {
    known.regions.check_extents(columns, Count);
    check<FileError>(known.profiles.width == Count * outputs,
                     {"expected profiles of ", Count * outputs, " numbers"}, known.profiles.width);
    tutti::check_extents(classifier, known.evidence(), 2);
  }
};

namespace detail {

template <class M>
struct Gating<MetaDes<M>> {
  static constexpr bool is_gate = true, hears = true;
  static constexpr Capabilities capabilities{.weights = capabilities_of<M>.weights, .missing = true};
  template <class X, int Count>
  using Model = MetaGate<X, Count, ModelOf<M, Row<Dynamic>, Label<2>>>;

  template <class X, class Y>
  static constexpr auto diagnose() {
    using namespace error;
    if constexpr (is_text<X>) return std::type_identity<Mismatch<MetaDes<M>, GetsType<X>, numbers_because_it_does_not_read_text>>{};
    else if constexpr (!Y::is_label)
      return std::type_identity<Mismatch<MetaDes<M>, GetsType<Y>, labels_that_members_are_right_or_wrong_about>>{};
    else return std::type_identity<located_t<MetaDes<M>, 0, M, DiagnosisOf<M, Row<Dynamic>, Label<2>>>>{};
  }
  template <class X, class Y, int Count>
  using Diagnosis = typename decltype(diagnose<X, Y>())::type;
};

}  // namespace detail
}  // namespace tutti
