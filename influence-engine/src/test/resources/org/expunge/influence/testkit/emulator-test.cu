// Kernels for tests of the CUDA emulator; the last ones are wrong.
template <class F>
__device__ void each(long long n, F f) {
    for (long long i = (long long) blockIdx.x * blockDim.x + threadIdx.x; i < n; i += (long long) gridDim.x * blockDim.x)
        f(i);
}
template <class T>
__device__ T block_sum(T value) {
    __shared__ T parts[32];
    for (int d = 16; d > 0; d /= 2) value += __shfl_down_sync(0xffffffffu, value, d);
    if (threadIdx.x % 32 == 0) parts[threadIdx.x / 32] = value;
    __syncthreads();
    value = threadIdx.x < blockDim.x / 32 ? parts[threadIdx.x] : 0;
    for (int d = 16; d > 0; d /= 2) value += __shfl_xor_sync(0xffffffffu, value, d);
    return value;
}
extern "C" __global__ void __launch_bounds__(256) scale(const float* __restrict__ a, float* __restrict__ b, long long n, float s) {
    each(n, [=](long long i) { b[i] = s * a[i]; });
}
extern "C" __global__ void sum(const float* a, double* out, int n) {
    double s = 0;
    each(n, [&](long long i) { s += a[i]; });
    s = block_sum(s);
    if (threadIdx.x == 0) out[blockIdx.x] = s;
}
extern "C" __global__ void set(float* a, int i, float value) {
    if (blockIdx.x == 0 && threadIdx.x == 0) a[i] = value;
}
extern "C" __global__ void some_wait(float* a, int n) {
    if (threadIdx.x < n) __syncthreads();
    a[threadIdx.x] = 1;
}
extern "C" __global__ void others_wait(float* a, int n) {
    if (threadIdx.x < n) return;
    __syncthreads();
    a[threadIdx.x] = 1;
}
extern "C" __global__ void wait_apart(float* a, int n) {
    if (threadIdx.x < n)
        __syncthreads();
    else
        __syncthreads();
    a[threadIdx.x] = 1;
}
extern "C" __global__ void some_shuffle(float* a, int n) {
    float v = threadIdx.x;
    if (threadIdx.x < n) v = __shfl_sync(0xffffffffu, v, 0);
    a[threadIdx.x] = v;
}
extern "C" __global__ void shared_index(float* a, int n) {
    __shared__ float s[4];
    s[n] = 1;
    a[0] = s[n];
}
extern "C" __global__ void unset(float* a) {
    __shared__ float s[32];
    a[threadIdx.x] = s[threadIdx.x];
}
extern "C" __global__ void no_barrier(float* a) {
    __shared__ float s[64];
    s[threadIdx.x] = threadIdx.x;
    a[threadIdx.x] = s[63 - threadIdx.x];
    __syncthreads();
}
