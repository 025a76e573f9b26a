// cuSOLVER, dense: eigenvalues by Householder and implicit QL, Cholesky by its definition.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>

#include "emulator.h"

namespace expunge {

namespace {

// Values of cusolverStatus_t.
enum Solver {
    SOLVER_SUCCESS = 0,
    SOLVER_NOT_INITIALIZED = 1,
    SOLVER_INVALID_VALUE = 3,
    SOLVER_EXECUTION_FAILED = 6,
    SOLVER_INTERNAL_ERROR = 7,
};

enum Triangle { LOWER = 0, UPPER = 1 };
constexpr int NO_VECTORS = 0, VECTORS = 1;
constexpr double NAN64 = std::numeric_limits<double>::quiet_NaN();

bool known_triangle(int triangle) { return triangle == LOWER || triangle == UPPER; }

// A symmetric or triangular matrix of which one triangle is stored.
struct Half {
    double* values;
    long long leading;
    bool lower;

    // Element (i, j) with i >= j of the lower triangle, or its mirror image in the upper one.
    double& operator()(long long i, long long j) const {
        return lower ? values[j * leading + i] : values[i * leading + j];
    }
};

Solver status(Result result) {
    if (result == SUCCESS) return SOLVER_SUCCESS;
    return result == NOT_INITIALIZED || result == INVALID_CONTEXT ? SOLVER_NOT_INITIALIZED : SOLVER_EXECUTION_FAILED;
}

// Puts work on the handle's stream. The real routines wait inside and so cannot be captured.
template <class Work>
Solver enqueue(Library* handle, const char* name, std::vector<Address> reads, std::vector<Address> writes, Work work) {
    Device& device = Device::get();
    Locked locked(device.lock);
    if (Result result = device.usable()) return status(result);
    auto library = device.solvers.get(handle);
    if (!library) return SOLVER_NOT_INITIALIZED;
    auto stream = device.streams.get(library->stream);
    if (stream && stream->capture) {
        stream->capture->invalid = true;
        return SOLVER_INTERNAL_ERROR;
    }
    device.counts["library_calls"]++;
    return status(device.enqueue(library->stream, {work, nullptr, nullptr, 0, name, reads, writes}));
}

void check_memory(Address address, size_t bytes, const char* name) {
    if (bytes > 0 && !Device::get().memory.inside(address, bytes))
        throw DeviceError{ILLEGAL_ADDRESS, std::string(name) + ": a buffer does not lie in one allocation"};
}

void spoil(Address work, long long count) { std::fill_n(reinterpret_cast<double*>(work), count, NAN64); }

void give_info(Address info, int value) { memcpy(reinterpret_cast<void*>(info), &value, sizeof value); }

// Column-major square matrix of the host.
struct Square {
    long long n;
    std::vector<double> values;

    explicit Square(long long n) : n(n), values(n * n) {}
    double& operator()(long long i, long long j) { return values[j * n + i]; }
    double* column(long long j) { return values.data() + j * n; }
};

// a -> q' a q with a tridiagonal result, by reflections; q holds their product.
void tridiagonalize(Square& a, Square& q) {
    long long n = a.n;
    std::vector<double> v(n), w(n);
    for (long long i = 0; i < n; i++) q(i, i) = 1;
    for (long long k = 0; k + 2 < n; k++) {
        double norm = 0, length = 0, along = 0;
        for (long long i = k + 1; i < n; i++) norm = std::hypot(norm, a(i, k));
        if (norm == 0) continue;
        std::fill(v.begin(), v.end(), 0.0);
        std::fill(w.begin(), w.end(), 0.0);
        for (long long i = k + 1; i < n; i++) v[i] = a(i, k) / norm;
        v[k + 1] += std::copysign(1.0, v[k + 1]);
        for (long long i = k + 1; i < n; i++) length += v[i] * v[i];
        for (long long i = k + 1; i < n; i++) v[i] /= std::sqrt(length);
        for (long long j = k + 1; j < n; j++)
            for (long long i = k; i < n; i++) w[i] += 2 * a(i, j) * v[j];
        for (long long i = k + 1; i < n; i++) along += v[i] * w[i];
        for (long long i = k + 1; i < n; i++) w[i] -= along * v[i];
        for (long long j = k; j < n; j++)
            for (long long i = k; i < n; i++) a(i, j) -= v[i] * w[j] + w[i] * v[j];
        std::fill(w.begin(), w.end(), 0.0);
        for (long long j = k + 1; j < n; j++)
            for (long long i = 0; i < n; i++) w[i] += 2 * q(i, j) * v[j];
        for (long long j = k + 1; j < n; j++)
            for (long long i = 0; i < n; i++) q(i, j) -= w[i] * v[j];
    }
}

void rotate(double* left, double* right, double c, double s, long long n) {
    for (long long k = 0; k < n; k++) {
        double right_value = right[k];
        right[k] = s * left[k] + c * right_value;
        left[k] = c * left[k] - s * right_value;
    }
}

// One implicit QL step on rows first to last.
void ql_step(std::vector<double>& d, std::vector<double>& e, Square& q, long long first, long long last) {
    double g = (d[first + 1] - d[first]) / (2 * e[first]);
    g = d[last] - d[first] + e[first] / (g + std::copysign(std::hypot(g, 1.0), g));
    double s = 1, c = 1, p = 0;
    for (long long i = last - 1; i >= first; i--) {
        double f = s * e[i], b = c * e[i], r = std::hypot(f, g);
        e[i + 1] = r;
        if (r == 0) {
            d[i + 1] -= p;
            e[last] = 0;
            return;
        }
        s = f / r;
        c = g / r;
        g = d[i + 1] - p;
        r = (d[i] - g) * s + 2 * c * b;
        p = s * r;
        d[i + 1] = g + p;
        g = c * r - b;
        rotate(q.column(i), q.column(i + 1), c, s, q.n);
    }
    d[first] -= p;
    e[first] = g;
    e[last] = 0;
}

// Eigenvalues into d and eigenvectors into the columns of q, in no order; whether it converged.
bool diagonalize(Square& a, Square& q, std::vector<double>& d) {
    long long n = a.n;
    tridiagonalize(a, q);
    std::vector<double> e(n);
    for (long long i = 0; i < n; i++) d[i] = a(i, i);
    for (long long i = 0; i + 1 < n; i++) e[i] = a(i + 1, i);
    // Beside the whole matrix: between the rounded zeros of a matrix of low rank nothing would ever be negligible.
    double size = 0;
    for (long long i = 0; i < n; i++) size = std::max(size, std::abs(d[i]) + std::abs(e[i]));
    double negligible = std::numeric_limits<double>::epsilon() * size;
    for (long long first = 0; first < n; first++) {
        for (int steps = 0;; steps++) {
            long long last = first;
            while (last + 1 < n && std::abs(e[last]) > negligible) last++;
            if (last == first) break;
            if (steps == 50) return false;
            ql_step(d, e, q, first, last);
        }
    }
    return std::all_of(d.begin(), d.end(), [](double value) { return std::isfinite(value); });
}

long long syevd_work(long long n) { return 1 + 6 * n + 2 * n * n; }

void syevd(const DeviceMatrix& matrix, bool lower, Address eigenvalues, Address info) {
    long long n = matrix.rows;
    Half half = {reinterpret_cast<double*>(matrix.address), matrix.leading, lower};
    Square a(n), q(n);
    for (long long j = 0; j < n; j++)
        for (long long i = 0; i < n; i++) a(i, j) = half(std::max(i, j), std::min(i, j));
    std::vector<double> d(n);
    bool converged = diagonalize(a, q, d);
    std::vector<long long> order(n);
    std::iota(order.begin(), order.end(), 0);
    if (converged) std::sort(order.begin(), order.end(), [&d](long long i, long long j) { return d[i] < d[j]; });
    for (long long j = 0; j < n; j++) {
        reinterpret_cast<double*>(eigenvalues)[j] = converged ? d[order[j]] : NAN64;
        // Signs of eigenvectors are free: every other one is turned.
        for (long long i = 0; i < n; i++)
            half.values[j * half.leading + i] = converged ? (j % 2 ? -1 : 1) * q(i, order[j]) : NAN64;
    }
    give_info(info, converged ? 0 : 1);
}

int potrf(const Half& a, long long n) {
    for (long long j = 0; j < n; j++) {
        for (long long k = 0; k < j; k++)
            for (long long i = j; i < n; i++) a(i, j) -= a(i, k) * a(j, k);
        if (!(a(j, j) > 0)) return static_cast<int>(j) + 1;
        double pivot = std::sqrt(a(j, j));
        for (long long i = j; i < n; i++) a(i, j) = i == j ? pivot : a(i, j) / pivot;
    }
    return 0;
}

void potrs(const Half& a, double* b, long long n) {
    for (long long i = 0; i < n; i++) {
        for (long long k = 0; k < i; k++) b[i] -= a(i, k) * b[k];
        b[i] /= a(i, i);
    }
    for (long long i = n - 1; i >= 0; i--) {
        for (long long k = i + 1; k < n; k++) b[i] -= a(k, i) * b[k];
        b[i] /= a(i, i);
    }
}

}  // namespace

EXPORT Solver cusolverDnCreate(Library** handle) {
    Device& device = Device::get();
    Locked locked(device.lock);
    if (Result result = device.may_wait()) return status(result);
    if (!handle) return SOLVER_INVALID_VALUE;
    *handle = device.solvers.add(std::make_shared<Library>());
    return SOLVER_SUCCESS;
}

EXPORT Solver cusolverDnDestroy(Library* handle) {
    Locked locked(Device::get().lock);
    return Device::get().solvers.remove(handle) ? SOLVER_SUCCESS : SOLVER_NOT_INITIALIZED;
}

EXPORT Solver cusolverDnSetStream(Library* handle, Stream* stream) {
    Device& device = Device::get();
    Locked locked(device.lock);
    auto library = device.solvers.get(handle);
    if (!library) return SOLVER_NOT_INITIALIZED;
    if (!device.streams.get(stream)) return SOLVER_INVALID_VALUE;
    library->stream = stream;
    return SOLVER_SUCCESS;
}

EXPORT Solver cusolverDnDsyevd_bufferSize(
        Library* handle, int vectors, int triangle, int n, Address, int leading, Address, int* size) {
    Locked locked(Device::get().lock);
    if (!Device::get().solvers.get(handle)) return SOLVER_NOT_INITIALIZED;
    if (vectors < NO_VECTORS || vectors > VECTORS || !known_triangle(triangle) || n < 0) return SOLVER_INVALID_VALUE;
    if (leading < std::max(1, n) || !size || syevd_work(n) > 0x7FFFFFFF) return SOLVER_INVALID_VALUE;
    *size = static_cast<int>(syevd_work(n));
    return SOLVER_SUCCESS;
}

EXPORT Solver cusolverDnDsyevd(Library* handle, int vectors, int triangle, int n, Address matrix, int leading,
        Address eigenvalues, Address work, int work_size, Address info) {
    if (vectors < NO_VECTORS || vectors > VECTORS || !known_triangle(triangle) || n < 0) return SOLVER_INVALID_VALUE;
    if (leading < std::max(1, n) || work_size < syevd_work(n)) return SOLVER_INVALID_VALUE;
    DeviceMatrix a = {matrix, n, n, leading, sizeof(double)};
    return enqueue(handle, "cusolverDnDsyevd", {}, {matrix, eigenvalues, work, info}, [=] {
        a.check("cusolverDnDsyevd");
        check_memory(eigenvalues, sizeof(double) * n, "cusolverDnDsyevd");
        check_memory(work, sizeof(double) * work_size, "cusolverDnDsyevd");
        check_memory(info, sizeof(int), "cusolverDnDsyevd");
        syevd(a, triangle == LOWER, eigenvalues, info);
        spoil(work, work_size);
        auto values = reinterpret_cast<double*>(matrix);
        for (long long j = 0; vectors == NO_VECTORS && j < n; j++) std::fill_n(values + j * leading, n, NAN64);
    });
}

EXPORT Solver cusolverDnDpotrf_bufferSize(Library* handle, int triangle, int n, Address, int leading, int* size) {
    Locked locked(Device::get().lock);
    if (!Device::get().solvers.get(handle)) return SOLVER_NOT_INITIALIZED;
    if (!known_triangle(triangle) || n < 0 || leading < std::max(1, n) || !size) return SOLVER_INVALID_VALUE;
    *size = std::max(1, n);
    return SOLVER_SUCCESS;
}

EXPORT Solver cusolverDnDpotrf(
        Library* handle, int triangle, int n, Address matrix, int leading, Address work, int work_size, Address info) {
    if (!known_triangle(triangle) || n < 0 || leading < std::max(1, n)) return SOLVER_INVALID_VALUE;
    if (work_size < std::max(1, n)) return SOLVER_INVALID_VALUE;
    DeviceMatrix a = {matrix, n, n, leading, sizeof(double)};
    return enqueue(handle, "cusolverDnDpotrf", {}, {matrix, work, info}, [=] {
        a.check("cusolverDnDpotrf");
        check_memory(work, sizeof(double) * work_size, "cusolverDnDpotrf");
        check_memory(info, sizeof(int), "cusolverDnDpotrf");
        give_info(info, potrf({reinterpret_cast<double*>(matrix), leading, triangle == LOWER}, n));
        spoil(work, work_size);
    });
}

EXPORT Solver cusolverDnDpotrs(Library* handle, int triangle, int n, int columns, Address matrix, int leading,
        Address right, int right_leading, Address info) {
    if (!known_triangle(triangle) || n < 0 || columns < 0) return SOLVER_INVALID_VALUE;
    if (leading < std::max(1, n) || right_leading < std::max(1, n)) return SOLVER_INVALID_VALUE;
    DeviceMatrix a = {matrix, n, n, leading, sizeof(double)}, b = {right, n, columns, right_leading, sizeof(double)};
    return enqueue(handle, "cusolverDnDpotrs", {matrix}, {right, info}, [=] {
        a.check("cusolverDnDpotrs");
        b.check("cusolverDnDpotrs");
        check_memory(info, sizeof(int), "cusolverDnDpotrs");
        Half factor = {reinterpret_cast<double*>(matrix), leading, triangle == LOWER};
        for (int j = 0; j < columns; j++) potrs(factor, reinterpret_cast<double*>(right) + 1ll * j * right_leading, n);
        give_info(info, 0);
    });
}

}  // namespace expunge
