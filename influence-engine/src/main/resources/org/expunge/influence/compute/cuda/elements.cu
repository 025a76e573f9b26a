// Element-wise kernels. Input and output may be the same buffer, so no pointer is __restrict__, and unrolled loops could
// not load ahead of their stores: they would only be longer to compile. Every thread reads what it overwrites before it
// does.
//
// Floor: memory. A kernel of n inputs moves 4 (n + 1) bytes an element and computes 1 to 40 float operations, while a
// device that moves 3.3 TB/s has time for some 60 FLOPs in 8 bytes. So numbers travel in fours, one instruction and one
// row number for all four, and the smooth functions are in float: each is built from e^-|z|, which cannot overflow, and
// keeps its relative accuracy in both tails within a few roundings.

#define GELU_SLOPE 1.702f

// e^-|z| and 1 / (1 + e^-|z|), of which the sigmoids of z and -z are made.
struct Tails {
    float q;
    float share;
    bool isLeft;

    __device__ explicit Tails(float z) : q(expf(-fabsf(z))), share(1 / (1 + q)), isLeft(z < 0) {}

    __device__ float sigmoid() const { return isLeft ? q * share : share; }
    __device__ float mirrored() const { return isLeft ? share : q * share; }
    __device__ float product() const { return q * share * share; }
    __device__ float absTanhOfHalf() const { return (1 - q) * share; }
};

// 0, or NaN if z is.
__device__ inline float onlyNaN(float z) { return z != z ? z : 0; }

// d/dz [z s(cz)] with u = cz: s(u) (1 + u s(-u)).
__device__ inline float gateSlope(float u) {
    Tails t(u);
    return t.sigmoid() * (1 + u * t.mirrored());
}

// The same once more, divided by c: s(u) s(-u) (2 - u tanh(u/2)).
__device__ inline float gateCurvature(float u) {
    Tails t(u);
    return t.product() * (2 - fabsf(u) * t.absTanhOfHalf());
}

struct IDENTITY {
    static __device__ float value(float z, float) { return z; }
    static __device__ float slope(float, float) { return 1; }
    static __device__ float curvature(float z, float) { return onlyNaN(z); }
};

struct RELU {
    static __device__ float value(float z, float) { return z <= 0 ? 0 : z; }
    static __device__ float slope(float z, float) { return z > 0 ? 1 : onlyNaN(z); }
    static __device__ float curvature(float z, float) { return onlyNaN(z); }
};

struct LEAKY_RELU {
    static __device__ float value(float z, float alpha) { return z < 0 ? alpha * z : z; }
    static __device__ float slope(float z, float alpha) { return z < 0 ? alpha : 1 + onlyNaN(z); }
    static __device__ float curvature(float z, float) { return onlyNaN(z); }
};

struct ELU {
    static __device__ float value(float z, float alpha) { return z < 0 ? alpha * expm1f(z) : z; }
    static __device__ float slope(float z, float alpha) { return z < 0 ? alpha * expf(z) : 1 + onlyNaN(z); }
    static __device__ float curvature(float z, float alpha) { return z < 0 ? alpha * expf(z) : onlyNaN(z); }
};

struct GELU {
    static __device__ float value(float z, float) { return z * Tails(GELU_SLOPE * z).sigmoid(); }
    static __device__ float slope(float z, float) { return gateSlope(GELU_SLOPE * z); }
    static __device__ float curvature(float z, float) { return GELU_SLOPE * gateCurvature(GELU_SLOPE * z); }
};

struct TANH {
    static __device__ float value(float z, float) { return tanhf(z); }
    static __device__ float slope(float z, float) { return 4 * Tails(2 * z).product(); }
    static __device__ float curvature(float z, float) { return -2 * tanhf(z) * slope(z, 0); }
};

struct SIGMOID {
    static __device__ float value(float z, float) { return Tails(z).sigmoid(); }
    static __device__ float slope(float z, float) { return Tails(z).product(); }
    static __device__ float curvature(float z, float) { return -Tails(z).product() * tanhf(z / 2); }
};

struct SOFTPLUS {
    static __device__ float value(float z, float) { return fmaxf(z, 0) + log1pf(expf(-fabsf(z))); }
    static __device__ float slope(float z, float) { return Tails(z).sigmoid(); }
    static __device__ float curvature(float z, float) { return Tails(z).product(); }
};

struct SWISH {
    static __device__ float value(float z, float) { return z * Tails(z).sigmoid(); }
    static __device__ float slope(float z, float) { return gateSlope(z); }
    static __device__ float curvature(float z, float) { return gateCurvature(z); }
};

// to[r, c] = f(x[r, c], r, c) over a dense matrix of less than 2^31 numbers.
template <class F>
__device__ inline void mapRows(int rows, int columns, const float* x, float* to, F f) {
    bool isVector = columns % 4 == 0 && areAligned(x, to);
    unsigned length = (unsigned)rows * columns;
    if (isVector) {
        unsigned perRow = columns / 4;
#pragma unroll 1
        FOR_EACH(i, length / 4) {
            unsigned r = (unsigned)i / perRow;
            unsigned c = 4 * ((unsigned)i - r * perRow);
            Four v = fours(x)[i];
            for (int j = 0; j < 4; j++) {
                v.at[j] = f(v.at[j], r, c + j);
            }
            fours(to)[i] = v;
        }
    } else {
#pragma unroll 1
        FOR_EACH(i, length) {
            unsigned r = (unsigned)i / columns;
            to[i] = f(x[i], r, (unsigned)i - r * columns);
        }
    }
}

// z[r, c] += bias[r] and to[r, c] = f(z[r, c]): 12 bytes an element instead of the 16 of one kernel after the other.
template <class F>
__device__ inline void addBiasThen(int rows, int columns, const float* bias, float* z, float* to, F f) {
    bool isVector = columns % 4 == 0 && areAligned(z, to);
    unsigned step = isVector ? 4 : 1;
    unsigned perRow = columns / step;
#pragma unroll 1
    FOR_EACH(i, (long long)rows * perRow) {
        float offset = bias[(unsigned)i / perRow];
        if (isVector) {
            Four sum = mapFour([=](float a) { return a + offset; }, fours(z)[i]);
            fours(z)[i] = sum;
            fours(to)[i] = mapFour(f, sum);
        } else {
            z[i] += offset;
            to[i] = f(z[i]);
        }
    }
}

#define ACTIVATION(A) \
    extern "C" __global__ void addBiasAndActivate_##A( \
            int rows, int columns, float alpha, const float* bias, float* z, float* to) { \
        addBiasThen(rows, columns, bias, z, to, [=](float at) { return A::value(at, alpha); }); \
    } \
    extern "C" __global__ void activate_##A(int n, float alpha, const float* z, float* to) { \
        map(n, [=](float at) { return A::value(at, alpha); }, to, z); \
    } \
    extern "C" __global__ void activateDerivative_##A( \
            int n, float alpha, const float* z, const float* v, float* to) { \
        map(n, [=](float at, float first) { return first * A::slope(at, alpha); }, to, z, v); \
    } \
    extern "C" __global__ void activateSecondDerivative_##A( \
            int n, float alpha, const float* z, const float* v, const float* w, float* to) { \
        map(n, [=](float at, float first, float second) { return first * second * A::curvature(at, alpha); }, \
            to, z, v, w); \
    }

ACTIVATION(IDENTITY)
ACTIVATION(RELU)
ACTIVATION(LEAKY_RELU)
ACTIVATION(ELU)
ACTIVATION(GELU)
ACTIVATION(TANH)
ACTIVATION(SIGMOID)
ACTIVATION(SOFTPLUS)
ACTIVATION(SWISH)

extern "C" __global__ void add(int n, const float* x, const float* y, float* to) {
    map(n, [](float a, float b) { return a + b; }, to, x, y);
}

extern "C" __global__ void multiply(int n, const float* x, const float* y, float* to) {
    map(n, [](float a, float b) { return a * b; }, to, x, y);
}

extern "C" __global__ void multiplyRows(int rows, int columns, const float* x, const float* y, float* to) {
    mapRows(rows, columns, x, to, [=](float a, unsigned, unsigned c) { return a * y[c]; });
}

extern "C" __global__ void scaleShift(
        int rows, int columns, const float* scale, const float* shift, const float* x, float* to) {
    mapRows(rows, columns, x, to, [=](float a, unsigned r, unsigned) { return scale[r] * a + shift[r]; });
}

extern "C" __global__ void addBias(int rows, int columns, const float* bias, float* inOut) {
    mapRows(rows, columns, inOut, inOut, [=](float a, unsigned r, unsigned) { return a + bias[r]; });
}

#define GOLDEN 0x9E3779B97F4A7C15ull

// The output function of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
__device__ inline unsigned long long mix(unsigned long long z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
}

// Entry (f, b) is kept if the 53 bits drawn for (seed, f, firstExample + b) are below threshold = keep 2^53, rounded up:
// the comparison in integers decides as one of doubles would. Integer operations, some 30 an entry, weigh more here than
// the 4 bytes; the row's key is drawn once for four entries.
extern "C" __global__ void dropoutMask(
        int features, int batch, long long threshold, float kept, long long seed, int firstExample, float* mask) {
    unsigned length = (unsigned)features * batch;
    bool isVector = areAligned(mask);
#pragma unroll 1
    FOR_EACH(i, (length + 3ll) / 4) {
        unsigned at = 4 * (unsigned)i;
        unsigned f = at / batch;
        unsigned b = at - f * batch;
        unsigned long long key = mix(mix(seed) + GOLDEN * (f + 1ull));
        Four drawn;
        for (int j = 0; j < 4; j++) {
            unsigned long long draw = mix(key + GOLDEN * ((long long)firstExample + b + 1));
            drawn.at[j] = (long long)(draw >> 11) < threshold ? kept : 0;
            if (++b == batch) {
                b = 0;
                f++;
                key = mix(mix(seed) + GOLDEN * (f + 1ull));
            }
        }
        if (isVector && at + 4 <= length) {
            fours(mask)[i] = drawn;
        } else {
            for (int j = 0; j < 4 && at + j < length; j++) {
                mask[at + j] = drawn.at[j];
            }
        }
    }
}
