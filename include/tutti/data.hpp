// SPDX-License-Identifier: Apache-2.0
#pragma once
// data/: datasets from files and from memory, splits.
#include <tutti/data/aligned.hpp>
#include <tutti/data/all_outputs.hpp>
#include <tutti/data/arff.hpp>
#include <tutti/data/byte_source.hpp>
#include <tutti/data/cifar.hpp>
#include <tutti/data/csv.hpp>
#include <tutti/data/csv_stream.hpp>
#include <tutti/data/describe_table.hpp>
#include <tutti/data/idx.hpp>
#include <tutti/data/image_folder.hpp>
#include <tutti/data/images.hpp>
#include <tutti/data/lines.hpp>
#include <tutti/data/make.hpp>
#include <tutti/data/mnist.hpp>
#include <tutti/data/npy.hpp>
#include <tutti/data/npz.hpp>
#include <tutti/data/resize.hpp>
#include <tutti/data/series.hpp>
#include <tutti/data/split.hpp>
#include <tutti/data/table_columns.hpp>
#include <tutti/data/text_file.hpp>
#include <tutti/data/write_npy.hpp>
#include <tutti/data/write_predictions.hpp>
#include <tutti/data/zip.hpp>
