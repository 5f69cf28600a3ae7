// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/adaboost.hpp>
#include <tutti/combine/adaptive.hpp>
#include <tutti/combine/early_exit.hpp>
#include <tutti/combine/greedy.hpp>
#include <tutti/combine/hedge.hpp>
#include <tutti/combine/monte_carlo_dropout.hpp>
#include <tutti/combine/select.hpp>
#include <tutti/combine/snapshot.hpp>
#include <tutti/core/forms.hpp>
#include <tutti/layer.hpp>
#include <tutti/model/boost_tree.hpp>
#include <tutti/model/extra_trees.hpp>
#include <tutti/model/forest.hpp>
#include <tutti/model/hash_words.hpp>
#include <tutti/model/identity.hpp>
#include <tutti/model/kmeans.hpp>
#include <tutti/model/knn.hpp>
#include <tutti/model/logistic.hpp>
#include <tutti/model/naive_bayes.hpp>
#include <tutti/model/network.hpp>
#include <tutti/model/pca.hpp>
#include <tutti/model/ridge.hpp>
#include <tutti/model/standardize.hpp>
#include <tutti/model/tree.hpp>
#include <tutti/tune/best.hpp>

/// Ready types with the library's defaults, so that a composition reads as on a whiteboard:
///   using namespace tutti::stock;
///   Cascade<Conv, ReLU, MaxPool, Dense>   Stack<Vote, Ridge>
/// Use it instead of `using namespace tutti`, not beside it: the names are the same.
namespace tutti::stock {

using tutti::Best;
using tutti::Blend;
using tutti::Cascade;
using tutti::EarlyExit;
using tutti::Frozen;
using tutti::Fuse;
using tutti::Gate;
using tutti::Mixture;
using tutti::MonteCarloDropout;
using tutti::Network;
using tutti::On;
using tutti::Replicate;
using tutti::Residual;
using tutti::Select;
using tutti::Snapshot;
using tutti::Stack;
using tutti::Sum;

using Conv = tutti::Conv<>;
using Dense = tutti::Dense<>;
using MaxPool = tutti::MaxPool<>;
using tutti::BatchNorm;
using tutti::Dropout;
using tutti::ReLU;

using AdaBoost = tutti::AdaBoost<Tree>;
using Boost = tutti::Boost<Tree>;
using tutti::ExtraTrees;
using tutti::Forest;
using tutti::Identity;
using tutti::KMeans;
using tutti::KNN;
using tutti::Logistic;
using NaiveBayes = tutti::NaiveBayes<>;
using PCA = tutti::PCA<>;
using tutti::Ridge;
using tutti::Standardize;
using tutti::Tree;

/// Three members that err differently: bagged trees, boosted trees, a linear model.
using Vote = tutti::Vote<Forest, Boost, tutti::Cascade<Standardize, Logistic>>;
using Average = tutti::Average<Forest, Boost, tutti::Cascade<Standardize, Logistic>>;
using Greedy = tutti::Greedy<Forest, Boost, tutti::Cascade<Standardize, Logistic>>;
using Bag = tutti::Bag<Tree>;
/// The same three on a stream, by weights that follow their losses.
using Hedge = tutti::Hedge<Forest, Boost, tutti::Cascade<Standardize, Logistic>>;
using Adaptive = tutti::Adaptive<Forest>;

}  // namespace tutti::stock
