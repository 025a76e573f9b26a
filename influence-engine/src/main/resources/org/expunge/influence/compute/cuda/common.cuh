// Put before every kernel file. Blocks have a multiple of 32 threads, in x only.
//
// Reductions combine numbers in an order that depends on the launch alone, so the same launch gives the same bits. They
// are in double: 24 bits of a float are gone after 10^7 additions.

// NVRTC has no math.h.
#ifndef INFINITY
#define INFINITY __int_as_float(0x7f800000)
#endif
#ifndef NAN
#define NAN __int_as_float(0x7fffffff)
#endif

#define THREADS 256
#define WARP 32
#define ALL_LANES 0xffffffffu

// The grid's threads share the numbers 0 to n - 1, neighbours taking neighbours.
#define FOR_EACH(i, n) \
    for (long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x; i < (n); i += (long long)gridDim.x * blockDim.x)

// The block's threads share the numbers 0 to n - 1.
#define FOR_EACH_IN_BLOCK(i, n) for (long long i = threadIdx.x; i < (n); i += blockDim.x)

struct Sum {
    __device__ double operator()(double a, double b) const { return a + b; }
};

// NaN if either is: fmax would drop it.
struct Max {
    __device__ double operator()(double a, double b) const { return a > b || a != a ? a : b; }
};

struct Min {
    __device__ double operator()(double a, double b) const { return a < b || a != a ? a : b; }
};

// Every lane gets the result over the 32 lanes. All lanes of the warp call it.
template <class Combine>
__device__ inline double warpReduce(double x, Combine combine) {
    for (int step = WARP / 2; step > 0; step /= 2) {
        x = combine(x, __shfl_xor_sync(ALL_LANES, x, step));
    }
    return x;
}

// Every thread gets the result over the block. All threads of the block call it.
template <class Combine>
__device__ inline double blockReduce(double x, Combine combine) {
    __shared__ double ofWarp[WARP];
    x = warpReduce(x, combine);
    if (threadIdx.x % WARP == 0) {
        ofWarp[threadIdx.x / WARP] = x;
    }
    __syncthreads();
    x = ofWarp[0];
    for (int w = 1; w < blockDim.x / WARP; w++) {
        x = combine(x, ofWarp[w]);
    }
    __syncthreads();
    return x;
}

__device__ inline double warpSum(double x) { return warpReduce(x, Sum()); }

__device__ inline double blockSum(double x) { return blockReduce(x, Sum()); }

__device__ inline double blockMax(double x) { return blockReduce(x, Max()); }

// What this block takes of `count` numbers that blockIdx.y splits: from first to end.
struct Split {
    int first;
    int end;

    __device__ explicit Split(int count)
        : first((int)((long long)count * blockIdx.y / gridDim.y)),
          end((int)((long long)count * (blockIdx.y + 1) / gridDim.y)) {}
};

// Four floats that are loaded and stored by one instruction.
struct alignas(16) Four {
    float at[4];
};

__device__ inline const Four* fours(const float* p) { return reinterpret_cast<const Four*>(p); }

__device__ inline Four* fours(float* p) { return reinterpret_cast<Four*>(p); }

// Whether all of them may be read as fours.
template <class... Pointer>
__device__ inline bool areAligned(Pointer... p) {
    return (((size_t)p % sizeof(Four) == 0) && ...);
}

template <class F, class... V>
__device__ inline Four mapFour(F f, V... v) {
    Four result;
    for (int i = 0; i < 4; i++) {
        result.at[i] = f(v.at[i]...);
    }
    return result;
}

// to[i] = f(in[i]...), in fours where that is possible. An input may be the output.
template <class F, class... In>
__device__ inline void map(int n, F f, float* to, In... in) {
    long long vectors = areAligned(to, in...) ? n / 4 : 0;
#pragma unroll 1
    FOR_EACH(i, vectors) {
        fours(to)[i] = mapFour(f, fours(in)[i]...);
    }
#pragma unroll 1
    FOR_EACH(i, n - 4 * vectors) {
        to[4 * vectors + i] = f(in[4 * vectors + i]...);
    }
}
