// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/boost_tree_fit.hpp>
#include <tutti/model/coded_csv.hpp>
#include <tutti/train/fit.hpp>

#include <algorithm>
#include <type_traits>
#include <utility>

namespace tutti {

namespace detail {
template <class X> inline constexpr bool streams_as_rows = is_table<X> || std::is_same_v<typename X::Storage, DenseStorage<float>>;

template <class Spec, class X, class Y, class Needs>
using StreamMismatch = error::Mismatch<Spec, error::GetsType<CsvStream<X, Y>>, Needs>;
template <class Spec, class X, class Y>
using StreamDiagnosis =
    std::conditional_t<!std::is_same_v<Spec, Boost<Tree>>, StreamMismatch<Spec, X, Y, error::rows_in_memory>,
                       std::conditional_t<streams_as_rows<X>, DiagnosisOf<Spec, X, Y>,
                                          StreamMismatch<Spec, X, Y, error::a_stream_of_rows_or_of_tables>>>;
}  // namespace detail

/// Fits boosted trees to a file that does not fit into memory: `fit(Boost{Tree{}}, csv_stream<Row<Dynamic>,
/// Label<2>>("big.csv", {.target = "y"}))`. The file is read twice, for the bins and for the codes of rows, of which a byte a
/// number is kept, two above 255 bins. The model is of the type, and where each round learns from all rows to the bits, that a
/// fit to read_csv of the same file gives. Rows that a round leaves out (`rows` below 1, the slice of early_stop) are scored by
/// the middles of their bins: the numbers themselves where a column has no more different ones than bins.
/// Cost     two readings; memory of rows x (width + 44) bytes about, with 4 x width x 250,000 at the end of the first reading.
/// Errors   DataError and ShapeError of the file, as csv_stream; FitError as for rows in memory.
template <class Spec, Input X, Target Y>
Fitted<Spec, X, Y> fit(const Spec& spec, const CsvStream<X, Y>& stream, const FitOptions& options = {}) {
  using Diagnosis = detail::StreamDiagnosis<Spec, X, Y>;
  if constexpr (!error::composition_fits<Diagnosis>) {
    static_assert(error::composition_fits<Diagnosis>, "this cannot be fitted to a stream: see Mismatch<Where, Gets, Needs>");
    return {};
  } else {
    return parallel::with_threads(options.threads, [&] {
      const Dataset<detail::Coded<X>, Y> rows = detail::coded_rows(stream, std::clamp(spec.options.bins, 1, Bins::most));  // refused below
      auto model = fit_member(spec, rows, detail::root_context<Spec>(rows, options));
      return Fitted<Spec, X, Y>({std::move(model.trees), std::move(model.base), model.link},
                                KnownRows<X>(rows.shared_schema(), rows.width()), rows.outputs());
    });
  }
}

}  // namespace tutti
