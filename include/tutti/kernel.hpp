// SPDX-License-Identifier: Apache-2.0
#pragma once
// kernel/: loops over raw pointers and sizes, and the one door to parallelism; nothing of machine learning.
#include <tutti/kernel/activation.hpp>
#include <tutti/kernel/batch_norm.hpp>
#include <tutti/kernel/block.hpp>
#include <tutti/kernel/conv.hpp>
#include <tutti/kernel/gemm.hpp>
#include <tutti/kernel/gemm_epilogue.hpp>
#include <tutti/kernel/gemm_tile.hpp>
#include <tutti/kernel/gram.hpp>
#include <tutti/kernel/histogram.hpp>
#include <tutti/kernel/image_motion.hpp>
#include <tutti/kernel/logistic.hpp>
#include <tutti/kernel/parallel.hpp>
#include <tutti/kernel/pool.hpp>
#include <tutti/kernel/reduce.hpp>
#include <tutti/kernel/reference.hpp>
#include <tutti/kernel/simd.hpp>
#include <tutti/kernel/tree_walk.hpp>
#include <tutti/kernel/vector.hpp>
