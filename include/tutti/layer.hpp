// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Layers, and the forms that make a layer of layers.
#include <tutti/layer/activations.hpp>
#include <tutti/layer/batch_norm.hpp>
#include <tutti/layer/branches.hpp>
#include <tutti/layer/chain.hpp>
#include <tutti/layer/conv.hpp>
#include <tutti/layer/dense.hpp>
#include <tutti/layer/dropout.hpp>
#include <tutti/layer/extents.hpp>
#include <tutti/layer/fields.hpp>
#include <tutti/layer/fuse.hpp>
#include <tutti/layer/leaf.hpp>
#include <tutti/layer/max_pool.hpp>
#include <tutti/layer/on.hpp>
#include <tutti/layer/parameters.hpp>
#include <tutti/layer/pass.hpp>
#include <tutti/layer/pointwise.hpp>
#include <tutti/layer/relu.hpp>
#include <tutti/layer/residual.hpp>
#include <tutti/layer/skip.hpp>
#include <tutti/layer/slots.hpp>
#include <tutti/layer/softmax.hpp>
#include <tutti/layer/sum.hpp>
#include <tutti/layer/trace.hpp>
