// Losses and their derivatives with respect to the last pre-activations z [outputs, batch]: each kernel goes from the
// logits to its result, with what it needs of an example (largest logit, sums, norm) in registers and shared memory. All
// arithmetic is in double.
//
// Floor: 12 bytes and one exponential in double, some 25 instructions, for each delta: on devices with full rates of
// double both take as long, and a tile of 10 x 256 logits takes no longer than the launch. A block has 8 examples, a
// sector of 32 bytes of each row, and 32 threads an example: thread s takes outputs s, s + 32, ... The result at output s
// stays in a register; results at later ones are computed again where they are needed again, for one stored as float
// would lose the digits that they are computed for.

#define EXAMPLES 8
#define SLICES (THREADS / EXAMPLES)
#define WARPS (THREADS / WARP)

// Combines each of N numbers over the 32 threads of an example, which all get the results. The whole block calls it.
template <int N, class Combine>
__device__ inline void reduceExample(double (&x)[N], Combine combine) {
    __shared__ double ofWarp[N][WARPS][EXAMPLES];
    int example = threadIdx.x % EXAMPLES;
    for (int n = 0; n < N; n++) {
        for (int step = WARP / 2; step >= EXAMPLES; step /= 2) {
            x[n] = combine(x[n], __shfl_xor_sync(ALL_LANES, x[n], step));
        }
        if (threadIdx.x % WARP < EXAMPLES) {
            ofWarp[n][threadIdx.x / WARP][example] = x[n];
        }
    }
    __syncthreads();
    for (int n = 0; n < N; n++) {
        x[n] = ofWarp[n][0][example];
        for (int w = 1; w < WARPS; w++) {
            x[n] = combine(x[n], ofWarp[n][w][example]);
        }
    }
    __syncthreads();
}

template <class Combine>
__device__ inline double reduceExample(double x, Combine combine) {
    double numbers[] = {x};
    reduceExample(numbers, combine);
    return numbers[0];
}

// The example of a thread, and its share of the outputs; none behind the end of the batch.
struct Example {
    int outputs;
    int batch;
    int index;
    int slice;
    int end;

    __device__ Example(int outputs, int batch)
            : outputs(outputs),
              batch(batch),
              index(blockIdx.x * EXAMPLES + threadIdx.x % EXAMPLES),
              slice(threadIdx.x / EXAMPLES),
              end(index < batch ? outputs : 0) {}

    __device__ size_t at(int k) const { return (size_t)k * batch + index; }
    __device__ bool writes() const { return index < batch && slice == 0; }
};

// Mostly one round: unrolled, it would take longer to compile and more registers.
#define FOR_EACH_OUTPUT(k, example) \
    _Pragma("unroll 1") for (int k = example.slice; k < example.end; k += SLICES)

__device__ inline double sigmoid(double z) {
    double q = exp(-fabs(z));
    return z < 0 ? q / (1 + q) : 1 / (1 + q);
}

// log(1 + e^z).
__device__ inline double softplus(double z) { return (z < 0 ? 0 : z) + log1p(exp(-fabs(z))); }

// pi_k = e^(z_k - top) / (1 + rest), where rest is the sum over all outputs but one with the largest logit: no
// subtraction of nearly equal numbers decides a digit, so delta keeps its direction for an example fitted to 1e-300.
struct SOFTMAX_CROSS_ENTROPY {
    const float* z;
    const float* y;
    const Example& example;
    double top;
    double rest;
    double logRest;
    double mass;
    double atTop;
    double mean;

    // v: a direction, or null.
    __device__ SOFTMAX_CROSS_ENTROPY(const Example& example, const float* z, const float* y, const float* v)
            : z(z), y(y), example(example) {
        double largest = -INFINITY;
        FOR_EACH_OUTPUT(k, example) {
            double logit = z[example.at(k)];
            largest = logit > largest ? logit : largest;
        }
        top = reduceExample(largest, Max());
        // Sums of e^(z - top) below the top, of 1 and v at the top, and of y.
        double sums[4] = {0, 0, 0, 0};
        FOR_EACH_OUTPUT(k, example) {
            double logit = z[example.at(k)];
            if (logit == top) {
                sums[1] += 1;
                sums[2] += v ? v[example.at(k)] : 0;
            } else {
                sums[0] += exp(logit - top);
            }
            sums[3] += y ? y[example.at(k)] : 0;
        }
        reduceExample(sums, Sum());
        rest = sums[0] + (sums[1] - 1);
        logRest = log1p(rest);
        atTop = sums[2] / sums[1];
        mass = sums[3];
        mean = 0;
        if (v) {
            FOR_EACH_OUTPUT(k, example) {
                mean += prediction(k) * (v[example.at(k)] - atTop);
            }
            mean = reduceExample(mean, Sum());
        }
    }

    __device__ double prediction(int k) const { return exp(z[example.at(k)] - top) / (1 + rest); }

    __device__ double term(int k) const {
        double target = y[example.at(k)];
        return target == 0 ? 0 : target * (top - z[example.at(k)] + logRest);
    }

    // pi_k sum_j y_j - y_k, as pi_k sum_{j != k} y_j - y_k sum_{j != k} pi_j.
    __device__ double delta(int k) const {
        double target = y[example.at(k)];
        double share = prediction(k);
        double others = z[example.at(k)] == top ? rest / (1 + rest) : 1 - share;
        return share * (mass - target) - (target == 0 ? 0 : target * others);
    }

    __device__ double hessianProduct(int k, double v) const { return mass * prediction(k) * (v - atTop - mean); }
};

struct SIGMOID_CROSS_ENTROPY {
    const float* z;
    const float* y;
    const Example& example;

    __device__ SIGMOID_CROSS_ENTROPY(const Example& example, const float* z, const float* y, const float*)
            : z(z), y(y), example(example) {}

    __device__ double prediction(int k) const { return sigmoid(z[example.at(k)]); }

    __device__ double term(int k) const {
        double logit = z[example.at(k)];
        double target = y[example.at(k)];
        return (1 - target) * softplus(logit) + target * softplus(-logit);
    }

    __device__ double delta(int k) const {
        double logit = z[example.at(k)];
        double target = y[example.at(k)];
        return (1 - target) * sigmoid(logit) - target * sigmoid(-logit);
    }

    __device__ double hessianProduct(int k, double v) const {
        double logit = z[example.at(k)];
        return sigmoid(logit) * sigmoid(-logit) * v;
    }
};

template <bool IS_MEAN>
struct Squared {
    const float* z;
    const float* y;
    const Example& example;
    double weight;

    __device__ Squared(const Example& example, const float* z, const float* y, const float*)
            : z(z), y(y), example(example), weight(IS_MEAN ? 1.0 / example.outputs : 1) {}

    __device__ double error(int k) const { return (double)z[example.at(k)] - y[example.at(k)]; }
    __device__ double prediction(int k) const { return z[example.at(k)]; }
    __device__ double term(int k) const { return weight * error(k) * error(k); }
    __device__ double delta(int k) const { return 2 * weight * error(k); }
    __device__ double hessianProduct(int k, double v) const { return 2 * weight * v; }
};

typedef Squared<true> MEAN_SQUARED_ERROR;
typedef Squared<false> SQUARED_ERROR;

template <class L>
__device__ inline void losses(int outputs, int batch, const float* z, const float* y, double* to) {
    Example example(outputs, batch);
    L loss(example, z, y, nullptr);
    double sum = 0;
    FOR_EACH_OUTPUT(k, example) {
        sum += loss.term(k);
    }
    sum = reduceExample(sum, Sum());
    if (example.writes()) {
        to[example.index] = sum;
    }
}

template <class L>
__device__ inline void delta(int outputs, int batch, const float* z, const float* y, float* to) {
    Example example(outputs, batch);
    L loss(example, z, y, nullptr);
    FOR_EACH_OUTPUT(k, example) {
        to[example.at(k)] = loss.delta(k);
    }
}

// The norm is taken of delta over its largest number, so that no square underflows.
template <class L>
__device__ inline void unitDelta(int outputs, int batch, const float* z, const float* y, float* to, double* norms) {
    Example example(outputs, batch);
    L loss(example, z, y, nullptr);
    int slice = example.slice;
    double first = slice < example.end ? loss.delta(slice) : 0;
    double largest = 0;
    FOR_EACH_OUTPUT(k, example) {
        largest = Max()(largest, fabs(k == slice ? first : loss.delta(k)));
    }
    largest = reduceExample(largest, Max());
    double scale = largest == 0 ? 1 : largest;
    double sum = 0;
    FOR_EACH_OUTPUT(k, example) {
        double scaled = (k == slice ? first : loss.delta(k)) / scale;
        sum += scaled * scaled;
    }
    sum = reduceExample(sum, Sum());
    double root = largest == 0 ? 1 : sqrt(sum);
    FOR_EACH_OUTPUT(k, example) {
        to[example.at(k)] = (k == slice ? first : loss.delta(k)) / scale / root;
    }
    if (example.writes()) {
        norms[example.index] = largest * root;
    }
}

template <class L>
__device__ inline void hessianProduct(
        int outputs, int batch, const float* z, const float* y, const float* v, float* to) {
    Example example(outputs, batch);
    L loss(example, z, y, v);
    FOR_EACH_OUTPUT(k, example) {
        to[example.at(k)] = loss.hessianProduct(k, v[example.at(k)]);
    }
}

template <class L>
__device__ inline void predictions(int outputs, int batch, const float* z, float* to) {
    Example example(outputs, batch);
    L loss(example, z, nullptr, nullptr);
    FOR_EACH_OUTPUT(k, example) {
        to[example.at(k)] = loss.prediction(k);
    }
}

#define LOSS(L) \
    extern "C" __global__ void losses_##L(int outputs, int batch, const float* z, const float* y, double* to) { \
        losses<L>(outputs, batch, z, y, to); \
    } \
    extern "C" __global__ void delta_##L(int outputs, int batch, const float* z, const float* y, float* to) { \
        delta<L>(outputs, batch, z, y, to); \
    } \
    extern "C" __global__ void unitDelta_##L( \
            int outputs, int batch, const float* z, const float* y, float* to, double* norms) { \
        unitDelta<L>(outputs, batch, z, y, to, norms); \
    } \
    extern "C" __global__ void hessianProduct_##L( \
            int outputs, int batch, const float* z, const float* y, const float* v, float* to) { \
        hessianProduct<L>(outputs, batch, z, y, v, to); \
    } \
    extern "C" __global__ void predictions_##L(int outputs, int batch, const float* z, float* to) { \
        predictions<L>(outputs, batch, z, to); \
    }

LOSS(SOFTMAX_CROSS_ENTROPY)
LOSS(SIGMOID_CROSS_ENTROPY)
LOSS(MEAN_SQUARED_ERROR)
LOSS(SQUARED_ERROR)
