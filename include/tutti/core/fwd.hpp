// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/meta/fixed_string.hpp>

#include <cstddef>

/// Every public name, folder by folder, for headers that only mention a type. Default arguments stand at the definitions.
namespace tutti {

// core
struct Shape;
template <int... Extents> struct Row;
template <int Channels, int Height, int Width> struct Image;
template <class T, int Length, int Width> struct Sequence;
template <class... Fields> struct Record;
struct Text;
class Texts;
class Table;
struct TableColumn;
template <int K> class Label;
template <int K> struct Reals;
template <int K> struct Flags;
struct Real;
struct Nothing;
struct Column;
struct Schema;
class KeptList;
struct SideColumns;
struct Folds;
struct FitOptions;
struct Capabilities;
class Context;
class FoldPlan;
class Progress;
class Stop;
class Stopped;
class Observer;
class Keeper;
class Monitor;
class SmallValue;
class Random;
class Workspace;
class Writer;
class Reader;
template <class T> class Rows;
template <class T> class View;
template <class Spec> struct Behaviour;
template <class Provenance, class Y> class Predictions;

template <int N> struct Weights;
struct LearntWeights;
template <class... Steps> struct Cascade;
template <class... Branches> struct Fuse;
template <class... Branches> struct Sum;
template <class... Steps> struct Residual;
template <meta::FixedString Name, class M> struct On;
template <class... Members> struct Vote;
template <class... Members> struct Average;
template <class Members, class Meta> struct Stack;
template <class Members, class Meta> struct Blend;
template <class M> struct Bag;
template <class M, int N> struct Replicate;
template <class M> struct Boost;
template <class M> struct Frozen;
template <class M, class Step> struct Finish;
template <class G, class... Members> struct Select;
template <class M> struct Gate;
template <class... Members> struct EarlyExit;

// data
struct ArffOptions;
struct ArrayOptions;
struct ImageOptions;
struct LinesOptions;
struct PredictionOptions;
struct SeriesOptions;
template <class T> struct NumberArray;

// measure
struct Accuracy;
struct LogLoss;
enum class Averaging;
enum class KappaWeights;
enum class Gain;
struct Precision;
struct Recall;
struct F1;
struct FBeta;
struct Jaccard;
struct BalancedAccuracy;
struct MCC;
struct CohenKappa;
struct Brier;
struct ECE;
struct TopK;
struct Hinge;
struct AUC;
struct AveragePrecision;
struct HammingLoss;
struct CoverageError;
struct LabelRankingAveragePrecision;
struct RankingLoss;
struct RMSE;
struct MAE;
struct R2;
struct ExplainedVariance;
struct MAPE;
struct MSLE;
struct RMSLE;
struct MedianAbsoluteError;
struct MaxError;
struct D2Pinball;
struct TweedieDeviance;
struct PoissonDeviance;
struct GammaDeviance;
struct D2Tweedie;
struct DCG;
struct NDCG;
struct MAP;
struct MRR;
class ConfusionMatrix;
struct Evaluation;
class Judgement;
class JudgedRows;
struct ClassReport;
struct GroupReport;
struct Bootstrap;
struct BootstrapInterval;
struct CrossEntropy;
struct MSE;
struct Focal;
struct Huber;
struct Quantile;
struct KLDivergence;
struct CosineEmbedding;
struct BinaryCrossEntropy;
class ClassWeights;

// layer
template <int Out, int Kernel, int Stride, int Padding, int Dilation, int Groups, int Winograd> struct Conv;
template <int Out, int Kernel, int Stride, int Padding, int Dilation, int Groups> struct Conv1D;
template <int Kernel, int Stride, int Padding, int Multiplier, int Dilation> struct DepthwiseConv;
template <int Out, int Kernel, int Stride, int Padding, int OutputPadding> struct TransposedConv;
template <int Out> struct Dense;
template <int Size, int Stride, int Padding> struct MaxPool;
template <int Size, int Stride, int Padding> struct MaxPool1D;
template <int Size, int Stride, int Padding> struct AveragePool;
template <int Size, int Stride, int Padding> struct AveragePool1D;
struct GlobalAveragePool;
struct GlobalMaxPool;
struct ReLU;
struct LeakyReLU;
struct ELU;
struct GELU;
struct SiLU;
struct Sigmoid;
struct Tanh;
struct HardSwish;
struct Softmax;
struct Dropout;
struct SpatialDropout;
struct BatchNorm;
struct LayerNorm;
template <int Groups> struct GroupNorm;
template <int Reduction> struct SqueezeExcitation;
template <int Top, int Right, int Bottom, int Left> struct Pad;
template <int Before, int After> struct Pad1D;
enum class Interpolation : unsigned char;
template <int Scale, Interpolation Mode> struct Upsample;
struct RandomFlip;
template <int Most> struct RandomCrop;
struct RandomAffine;
template <int Size> struct Cutout;
struct ColorJitter;
struct Jitter;
struct TimeWarp;

// train
class Checkpoints;
class CsvLog;
class LayerRates;
class AnyMixing;
struct Mixup;
struct CutMix;
struct SGD;
struct Adam;
struct AdamW;
struct RMSprop;
struct Lion;
struct LBFGS;
struct Constant;
struct OneCycle;
struct Step;
struct Exponential;
struct Cosine;
template <class After> struct WarmUp;
struct ReduceOnPlateau;
class TensorBoardLog;

// model
template <class Chain> struct Network;
struct NetworkOptions;
struct NetworkLearning;
struct LearningRateSearch;
struct LearningRateCurve;
template <class Net, class Pretrained> struct FineTune;
struct Columns;
struct Identity;
template <class M, int Cut> struct Features;
struct Impute;
struct MissingIndicators;
struct OneHot;
struct Standardize;
template <int N> struct HashWords;
template <int N> struct PCA;
struct KMeans;
struct KNN;
enum class Distance : unsigned char;
namespace likelihood {
struct Gaussian;
struct Multinomial;
struct Complement;
struct Bernoulli;
struct Categorical;
}  // namespace likelihood
template <class Likelihood> struct NaiveBayes;
struct LDA;
struct QDA;
struct LinearDiscriminants;
namespace svm {
class Kernel;
struct Linear;
struct RBF;
struct Polynomial;
struct Sigmoid;
}  // namespace svm
struct SVM;
struct LinearSVM;
enum class ClusterOutput : unsigned char;
struct MinMax;
struct MaxAbs;
struct Robust;
struct QuantileTransform;
struct Power;
struct Clip;
struct Bin;
struct Ordinal;
struct HashColumns;
struct TargetEncode;
struct DateParts;
struct Polynomial;
struct SelectBest;
struct VarianceFilter;
struct ElasticNet;
enum class Family : unsigned char;
struct GLM;
struct Lasso;
struct Ridge;
struct Logistic;
struct Tree;
struct PruningPath;
struct OutOfBag;
struct Forest;
struct ExtraTrees;
struct QuantileForest;
struct IsolationForest;
struct BoostTreeOptions;
struct BoostLearning;
struct CategoryOptions;
class Monotone;
class Interactions;
struct Derivatives;
class AnyObjective;
enum class Link : int;

// combine
template <class... States> struct MembersLearning;
template <class State> struct ManyLearning;
template <class State> struct BagLearning;
struct MemberOutputs;
struct AccuracyWeights;
struct InverseErrorWeights;
struct BootstrapWeights;
struct LeastSquaresWeights;
struct LogLossWeights;
struct MixtureWeights;
struct ClipOutput;
struct Round;
struct BinOutput;
struct Threshold;
enum class CalibrationMethod : int;
struct Calibration;
template <class M> struct Calibrate;
template <class M> struct AdaBoost;
struct SelectionReport;
struct EarlyExitOptions;
struct ExitReport;
struct KnoraE;
struct KnoraU;
struct OLA;
struct DesP;
struct MetaDesOptions;
template <class M> struct MetaDes;

// tune
struct CrossValidation;
struct LeakAlarm;
struct LeakAlarmOptions;
struct CleanOptions;
struct CleanReport;
struct SuspectLabel;
template <class X, class Y> struct Cleaned;

// explain
struct Importance;
struct PermutationOptions;
enum class ShapMethod : unsigned char;
class ShapValues;
class TreeShap;
struct TreeScores;
struct TreeShown;

}  // namespace tutti
