// The subset of CUDA C that kernels may use, for g++. Put before every kernel source by the emulator's NVRTC.
#pragma once

#include <math.h>
#include <string.h>

#include <type_traits>
#include <utility>

#include "kernel_abi.h"

namespace expunge {

// Kept out of .bss, which holds the __shared__ variables and is filled with garbage before every block.
#define EXPUNGE_KEPT __attribute__((section(".data")))
static const Runtime* runtime EXPUNGE_KEPT = nullptr;
static Builtins builtins EXPUNGE_KEPT = {};

template <class T>
inline uint64_t bits(T value) {
    static_assert(sizeof(T) <= 8 && std::is_arithmetic_v<T>, "shuffles take numbers of at most 8 bytes");
    uint64_t result = 0;
    memcpy(&result, &value, sizeof value);
    return result;
}

template <class T>
inline T shuffled(int line, unsigned mask, T value, unsigned source, int width) {
    if (width != 32) runtime->fail(line, "a shuffle has a width other than 32");
    const uint64_t* values = runtime->exchange(line, mask, bits(value));
    T result;
    memcpy(&result, values + source % 32, sizeof result);
    return result;
}

inline unsigned lane() {
    const Index3 &t = builtins.thread, &n = builtins.block_size;
    return (t.x + n.x * (t.y + n.y * t.z)) % 32;
}

template <class T>
inline T shuffle(int line, unsigned mask, T value, int source, int width = 32) {
    return shuffled(line, mask, value, static_cast<unsigned>(source), width);
}

template <class T>
inline T shuffle_down(int line, unsigned mask, T value, unsigned delta, int width = 32) {
    return shuffled(line, mask, value, lane() + delta < 32 ? lane() + delta : lane(), width);
}

template <class T>
inline T shuffle_xor(int line, unsigned mask, T value, int bits, int width = 32) {
    return shuffled(line, mask, value, lane() ^ static_cast<unsigned>(bits), width);
}

// Calls one kernel with arguments given by address, as cuLaunchKernel has them.
template <auto function>
struct Thunk;

template <class... P, void (*function)(P...)>
struct Thunk<function> {
    static_assert((std::is_trivially_copyable_v<P> && ...), "parameters of a kernel are plain values");
    static constexpr unsigned count = sizeof...(P);
    static constexpr unsigned sizes[] = {sizeof(P)..., 0};
    static constexpr bool pointers[] = {std::is_pointer_v<P>..., false};
    static constexpr bool writes[] = {(std::is_pointer_v<P> && !std::is_const_v<std::remove_pointer_t<P>>)..., false};

    template <size_t... I>
    static void spread(void** arguments, std::index_sequence<I...>) {
        function(*static_cast<P*>(arguments[I])...);
    }

    static void call(void** arguments) { spread(arguments, std::index_sequence_for<P...>{}); }
};

}  // namespace expunge

// What the compiler's own checks of device code call: an index outside an array, an overflow, a division by zero.
struct expunge_check_place {
    const char* file;
    unsigned line, column;
};
#define EXPUNGE_CHECK(name, text)                                                                      \
    extern "C" __attribute__((visibility("hidden"))) void __ubsan_handle_##name(expunge_check_place* at) { \
        expunge::runtime->fail(static_cast<int>(at->line), text);                                      \
    }
EXPUNGE_CHECK(out_of_bounds, "an index is outside its array")
EXPUNGE_CHECK(add_overflow, "a sum of signed integers overflows")
EXPUNGE_CHECK(sub_overflow, "a difference of signed integers overflows")
EXPUNGE_CHECK(mul_overflow, "a product of signed integers overflows")
EXPUNGE_CHECK(negate_overflow, "a negated signed integer overflows")
EXPUNGE_CHECK(divrem_overflow, "an integer is divided by zero or overflows")
EXPUNGE_CHECK(shift_out_of_bounds, "an integer is shifted by more bits than it has")
EXPUNGE_CHECK(type_mismatch_v1, "an address is not aligned")

extern "C" __attribute__((visibility("hidden"))) char __bss_start[];
extern "C" __attribute__((visibility("hidden"))) char _end[];

#define __device__
#define __host__
#define __forceinline__ inline __attribute__((always_inline))
#define __noinline__ __attribute__((noinline))
// Used: the compiler must not take it for a constant where a kernel does not write it.
#define __shared__ static __attribute__((used))
#define __constant__ static const
#define __align__(bytes) alignas(bytes)

#define threadIdx (static_cast<const expunge::Index3&>(expunge::builtins.thread))
#define blockIdx (static_cast<const expunge::Index3&>(expunge::builtins.block))
#define blockDim (static_cast<const expunge::Index3&>(expunge::builtins.block_size))
#define gridDim (static_cast<const expunge::Index3&>(expunge::builtins.grid_size))
#define warpSize 32

#define __syncthreads() expunge::runtime->barrier(__LINE__)
#define __shfl_sync(...) expunge::shuffle(__LINE__, __VA_ARGS__)
#define __shfl_down_sync(...) expunge::shuffle_down(__LINE__, __VA_ARGS__)
#define __shfl_xor_sync(...) expunge::shuffle_xor(__LINE__, __VA_ARGS__)
#define __threadfence() ((void)0)

struct alignas(8) float2 {
    float x, y;
};
struct alignas(16) float4 {
    float x, y, z, w;
};
struct alignas(8) int2 {
    int x, y;
};
struct alignas(16) int4 {
    int x, y, z, w;
};
struct alignas(16) double2 {
    double x, y;
};
struct alignas(16) uint4 {
    unsigned x, y, z, w;
};
inline float2 make_float2(float x, float y) { return {x, y}; }
inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }
inline int2 make_int2(int x, int y) { return {x, y}; }
inline int4 make_int4(int x, int y, int z, int w) { return {x, y, z, w}; }
inline double2 make_double2(double x, double y) { return {x, y}; }
inline uint4 make_uint4(unsigned x, unsigned y, unsigned z, unsigned w) { return {x, y, z, w}; }

#define EXPUNGE_MIN_MAX(T)                              \
    inline T min(T a, T b) { return b < a ? b : a; }     \
    inline T max(T a, T b) { return a < b ? b : a; }
EXPUNGE_MIN_MAX(int)
EXPUNGE_MIN_MAX(unsigned)
EXPUNGE_MIN_MAX(long)
EXPUNGE_MIN_MAX(unsigned long)
EXPUNGE_MIN_MAX(long long)
EXPUNGE_MIN_MAX(unsigned long long)
inline float min(float a, float b) { return fminf(a, b); }
inline float max(float a, float b) { return fmaxf(a, b); }
inline double min(double a, double b) { return fmin(a, b); }
inline double max(double a, double b) { return fmax(a, b); }

template <class T>
inline T __ldg(const T* address) {
    return *address;
}

#define EXPUNGE_ATOMIC(name, expression)                \
    inline int name(int* address, int value) {          \
        int old = *address;                             \
        *address = (expression);                        \
        return old;                                     \
    }
EXPUNGE_ATOMIC(atomicAdd, old + value)
EXPUNGE_ATOMIC(atomicMax, old < value ? value : old)
EXPUNGE_ATOMIC(atomicMin, value < old ? value : old)
EXPUNGE_ATOMIC(atomicExch, value)
EXPUNGE_ATOMIC(atomicOr, old | value)
inline int atomicCAS(int* address, int compare, int value) {
    int old = *address;
    *address = old == compare ? value : old;
    return old;
}

template <class To, class From>
inline To expunge_as(From value) {
    static_assert(sizeof(To) == sizeof(From));
    To result;
    memcpy(&result, &value, sizeof result);
    return result;
}
inline int __float_as_int(float v) { return expunge_as<int>(v); }
inline unsigned __float_as_uint(float v) { return expunge_as<unsigned>(v); }
inline float __int_as_float(int v) { return expunge_as<float>(v); }
inline float __uint_as_float(unsigned v) { return expunge_as<float>(v); }
inline long long __double_as_longlong(double v) { return expunge_as<long long>(v); }
inline double __longlong_as_double(long long v) { return expunge_as<double>(v); }

inline float rsqrtf(float v) { return 1.0f / sqrtf(v); }
inline double rsqrt(double v) { return 1.0 / sqrt(v); }
inline float __expf(float v) { return expf(v); }
inline float __logf(float v) { return logf(v); }
inline float __fdividef(float a, float b) { return a / b; }
inline float __fdiv_rn(float a, float b) { return a / b; }
inline float __fadd_rn(float a, float b) { return a + b; }
inline float __fsub_rn(float a, float b) { return a - b; }
inline float __fmul_rn(float a, float b) { return a * b; }
inline float __fsqrt_rn(float v) { return sqrtf(v); }
inline float __frcp_rn(float v) { return 1.0f / v; }
inline float __fmaf_rn(float a, float b, float c) { return fmaf(a, b, c); }
inline double __dadd_rn(double a, double b) { return a + b; }
inline double __dsub_rn(double a, double b) { return a - b; }
inline double __dmul_rn(double a, double b) { return a * b; }
inline double __ddiv_rn(double a, double b) { return a / b; }
inline double __dsqrt_rn(double v) { return sqrt(v); }
inline double __fma_rn(double a, double b, double c) { return fma(a, b, c); }
inline float __double2float_rn(double v) { return static_cast<float>(v); }
inline unsigned __umulhi(unsigned a, unsigned b) {
    return static_cast<unsigned>((static_cast<unsigned long long>(a) * b) >> 32);
}
inline unsigned long long __umul64hi(unsigned long long a, unsigned long long b) {
    return static_cast<unsigned long long>((static_cast<unsigned __int128>(a) * b) >> 64);
}
