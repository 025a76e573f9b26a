// cuBLAS: plain loops with sums in float64, inputs rounded as the compute type says.
#include <cmath>
#include <cstdio>
#include <cstring>

#include "emulator.h"

namespace expunge {

namespace {

// Values of cublasStatus_t.
enum Blas {
    BLAS_SUCCESS = 0,
    BLAS_NOT_INITIALIZED = 1,
    BLAS_ALLOC_FAILED = 3,
    BLAS_INVALID_VALUE = 7,
    BLAS_EXECUTION_FAILED = 13,
    BLAS_NOT_SUPPORTED = 15,
};

enum Operator { PLAIN = 0, TRANSPOSED = 1, CONJUGATED = 2 };
enum Triangle { LOWER = 0, UPPER = 1 };

constexpr int REAL_32 = 0, TF32 = 77, VERSION = 120900;
// Compute types of grouped products of float32.
const std::set<int> GROUPED = {68, 69, TF32};
// Bits of a float's mantissa that a compute type keeps, by value of cublasComputeType_t.
const std::map<int, int> KEPT_BITS = {{68, 23}, {69, 23}, {75, 7}, {TF32, 10}, {78, 23}};

float rounded(float value, int kept) {
    if (kept == 23 || !std::isfinite(value)) return value;
    uint32_t bits, unit = 1u << (23 - kept);
    memcpy(&bits, &value, sizeof bits);
    bits = (bits + (unit / 2 - 1) + (bits / unit & 1)) / unit * unit;
    memcpy(&value, &bits, sizeof bits);
    return value;
}

struct Operand {
    DeviceMatrix matrix;
    bool transposed;

    // An operand whose op() has this shape.
    Operand(Address address, int operation, long long rows, long long columns, long long leading)
        : matrix{address, operation ? columns : rows, operation ? rows : columns, leading, sizeof(float)},
          transposed(operation != PLAIN) {}

    bool valid() const { return matrix.leading >= std::max(1ll, matrix.rows); }

    float operator()(long long i, long long j) const {
        auto values = reinterpret_cast<const float*>(matrix.address);
        return transposed ? values[i * matrix.leading + j] : values[j * matrix.leading + i];
    }
};

void check_output(const DeviceMatrix& result, const Operand& input, const char* name) {
    input.matrix.check(name);
    if (result.overlaps(input.matrix))
        throw DeviceError{LAUNCH_FAILED, std::string(name) + ": the result overlaps an input"};
}

// One product: result = alpha * left * right + beta * result, where wanted(i, j).
template <class Wanted>
void multiply(const char* name, const Operand& left, const Operand& right, const DeviceMatrix& result, long long depth,
        float alpha, float beta, int kept, Wanted wanted) {
    result.check(name);
    bool used = alpha != 0 && depth > 0;
    if (used) {
        check_output(result, left, name);
        check_output(result, right, name);
    }
    std::vector<double> packed(used ? result.rows * depth : 0), sums(result.rows);
    for (long long l = 0; used && l < depth; l++)
        for (long long i = 0; i < result.rows; i++) packed[l * result.rows + i] = rounded(left(i, l), kept);
    auto values = reinterpret_cast<float*>(result.address);
    for (long long j = 0; j < result.columns; j++) {
        std::fill(sums.begin(), sums.end(), 0.0);
        for (long long l = 0; used && l < depth; l++) {
            double factor = rounded(right(l, j), kept);
            const double* column = packed.data() + l * result.rows;
            for (long long i = 0; i < result.rows; i++) sums[i] += factor * column[i];
        }
        for (long long i = 0; i < result.rows; i++) {
            float& value = values[j * result.leading + i];
            if (wanted(i, j)) value = static_cast<float>(alpha * sums[i] + (beta == 0 ? 0.0 : double{beta} * value));
        }
    }
}

bool everywhere(long long, long long) { return true; }

Blas status(Result result) {
    switch (result) {
        case SUCCESS: return BLAS_SUCCESS;
        case NOT_INITIALIZED:
        case INVALID_CONTEXT: return BLAS_NOT_INITIALIZED;
        case OUT_OF_MEMORY: return BLAS_ALLOC_FAILED;
        default: return BLAS_EXECUTION_FAILED;
    }
}

bool known_operation(int operation) { return operation >= PLAIN && operation <= CONJUGATED; }

// What a call uses.
struct Uses {
    const char* name;
    std::vector<Address> reads;
    Address result;
};

// Checks what all calls have in common, reads the factors and puts the work on the handle's stream.
template <class Work>
Blas enqueue(Library* handle, const Uses& uses, const void* alpha, const void* beta, Work work) {
    Device& device = Device::get();
    Locked locked(device.lock);
    if (Result result = device.usable()) return status(result);
    auto library = device.blas.get(handle);
    if (!library) return BLAS_NOT_INITIALIZED;
    if (!device.memory.host_range(alpha, sizeof(float)) || !device.memory.host_range(beta, sizeof(float))) {
        fprintf(stderr, "CUDA emulator: factors of cuBLAS must lie in host memory\n");
        return BLAS_INVALID_VALUE;
    }
    float a = *static_cast<const float*>(alpha), b = *static_cast<const float*>(beta);
    device.counts["library_calls"]++;
    std::vector<Address> writes = {uses.result};
    if (library->workspace) writes.push_back(library->workspace);
    return status(device.enqueue(library->stream, {[work, a, b] { work(a, b); }, nullptr, nullptr, 0, uses.name, uses.reads, writes}));
}

struct Batch {
    long long left, right, result;
    int count;
};

struct GroupedProduct {
    Operand left, right;
    DeviceMatrix result;
    long long depth;
    float alpha, beta;
};

Blas gemm(Library* handle, int left_operation, int right_operation, int m, int n, int k, const void* alpha,
        const Operand& left, const Operand& right, const void* beta, const DeviceMatrix& result, const Batch& batch,
        int compute_type) {
    if (!known_operation(left_operation) || !known_operation(right_operation)) return BLAS_INVALID_VALUE;
    if (m < 0 || n < 0 || k < 0 || batch.count < 0) return BLAS_INVALID_VALUE;
    if (!left.valid() || !right.valid() || result.leading < std::max(1, m)) return BLAS_INVALID_VALUE;
    bool apart = batch.result >= (n - 1ll) * result.leading + m
            || (batch.result >= m && batch.result * (batch.count - 1ll) + m <= result.leading);
    if (batch.count > 1 && m > 0 && n > 0 && !apart) return BLAS_INVALID_VALUE;
    auto kept = KEPT_BITS.find(compute_type);
    if (kept == KEPT_BITS.end()) return BLAS_NOT_SUPPORTED;
    int bits = kept->second;
    if (m == 0 || n == 0 || batch.count == 0) return BLAS_SUCCESS;
    Uses uses = {"cublasGemm", {left.matrix.address, right.matrix.address}, result.address};
    return enqueue(handle, uses, alpha, beta, [left, right, result, batch, k, bits](float a, float b) {
        for (int i = 0; i < batch.count; i++) {
            Operand l = left, r = right;
            DeviceMatrix c = result;
            l.matrix.address += i * batch.left * sizeof(float);
            r.matrix.address += i * batch.right * sizeof(float);
            c.address += i * batch.result * sizeof(float);
            multiply("cublasGemm", l, r, c, k, a, b, bits, everywhere);
        }
    });
}

}  // namespace

void DeviceMatrix::check(const char* name) const {
    if (rows == 0 || columns == 0) return;
    size_t elements = static_cast<size_t>(columns - 1) * leading + rows;
    if (address % element == 0 && Device::get().memory.inside(address, elements * element)) return;
    throw DeviceError{ILLEGAL_ADDRESS,
            std::string(name) + ": a matrix of " + std::to_string(rows) + " x " + std::to_string(columns)
                    + " with leading dimension " + std::to_string(leading) + " does not lie in one allocation"};
}

// Parts of the rows of one larger matrix do not overlap although their ranges do.
bool DeviceMatrix::overlaps(const DeviceMatrix& other) const {
    if (rows == 0 || columns == 0 || other.rows == 0 || other.columns == 0) return false;
    Address end = address + ((columns - 1) * leading + rows) * element;
    Address other_end = other.address + ((other.columns - 1) * other.leading + other.rows) * other.element;
    if (end <= other.address || other_end <= address) return false;
    if (leading != other.leading) return true;
    auto distance = static_cast<long long>(address - other.address) / static_cast<long long>(element);
    long long offset = (distance % leading + leading) % leading;
    return offset < other.rows || offset + rows > leading;
}

EXPORT Blas cublasCreate_v2(Library** handle) {
    Device& device = Device::get();
    Locked locked(device.lock);
    if (Result result = device.may_wait()) return status(result);
    if (!handle) return BLAS_INVALID_VALUE;
    *handle = device.blas.add(std::make_shared<Library>());
    return BLAS_SUCCESS;
}

EXPORT Blas cublasDestroy_v2(Library* handle) {
    Device& device = Device::get();
    Locked locked(device.lock);
    if (Result result = device.may_wait()) return status(result);
    return Device::get().blas.remove(handle) ? status(device.synchronize()) : BLAS_NOT_INITIALIZED;
}

EXPORT Blas cublasSetStream_v2(Library* handle, Stream* stream) {
    Device& device = Device::get();
    Locked locked(device.lock);
    auto library = device.blas.get(handle);
    if (!library) return BLAS_NOT_INITIALIZED;
    if (!device.streams.get(stream)) return BLAS_INVALID_VALUE;
    library->stream = stream;
    library->workspace = 0;
    return BLAS_SUCCESS;
}

EXPORT Blas cublasSetWorkspace_v2(Library* handle, Address workspace, size_t bytes) {
    Device& device = Device::get();
    Locked locked(device.lock);
    auto library = device.blas.get(handle);
    if (!library) return BLAS_NOT_INITIALIZED;
    if (workspace % 256 != 0 || !device.memory.inside(workspace, bytes)) return BLAS_INVALID_VALUE;
    library->workspace = workspace;
    return BLAS_SUCCESS;
}

EXPORT Blas cublasGetVersion_v2(Library* handle, int* version) {
    Locked locked(Device::get().lock);
    if (!Device::get().blas.get(handle)) return BLAS_NOT_INITIALIZED;
    if (!version) return BLAS_INVALID_VALUE;
    *version = VERSION;
    return BLAS_SUCCESS;
}

EXPORT Blas cublasGemmStridedBatchedEx(Library* handle, int left_operation, int right_operation, int m, int n, int k,
        const void* alpha, Address left, int left_type, int left_leading, long long left_stride, Address right,
        int right_type, int right_leading, long long right_stride, const void* beta, Address result, int result_type,
        int result_leading, long long result_stride, int count, int compute_type, int) {
    if (left_type != REAL_32 || right_type != REAL_32 || result_type != REAL_32) return BLAS_NOT_SUPPORTED;
    return gemm(handle, left_operation, right_operation, m, n, k, alpha, {left, left_operation, m, k, left_leading},
            {right, right_operation, k, n, right_leading}, beta, {result, m, n, result_leading, sizeof(float)},
            {left_stride, right_stride, result_stride, count}, compute_type);
}

EXPORT Blas cublasGemmGroupedBatchedEx(Library* handle, const int left_operations[], const int right_operations[],
        const int m[], const int n[], const int k[], const float* alphas, Address lefts, int left_type,
        const int left_leadings[], Address rights, int right_type, const int right_leadings[], const float* betas,
        Address results, int result_type, const int result_leadings[], int count, const int sizes[], int compute_type) {
    Device& device = Device::get();
    Locked locked(device.lock);
    if (left_type != REAL_32 || right_type != REAL_32 || result_type != REAL_32) return BLAS_NOT_SUPPORTED;
    auto kept = KEPT_BITS.find(compute_type);
    if (kept == KEPT_BITS.end() || !GROUPED.count(compute_type)) return BLAS_NOT_SUPPORTED;
    if (count < 0) return BLAS_INVALID_VALUE;
    for (const void* array : std::initializer_list<const void*>{left_operations, right_operations, m, n, k, alphas,
                 left_leadings, right_leadings, betas, result_leadings, sizes})
        if (!device.memory.host_range(array, count * sizeof(int))) return BLAS_INVALID_VALUE;
    auto library = device.blas.get(handle);
    if (!library) return BLAS_NOT_INITIALIZED;
    std::vector<GroupedProduct> products;
    for (int i = 0; i < count; i++) {
        if (!known_operation(left_operations[i]) || !known_operation(right_operations[i])) return BLAS_INVALID_VALUE;
        if (m[i] < 0 || n[i] < 0 || k[i] < 0 || sizes[i] < 0) return BLAS_INVALID_VALUE;
        GroupedProduct product = {{0, left_operations[i], m[i], k[i], left_leadings[i]},
                {0, right_operations[i], k[i], n[i], right_leadings[i]}, {0, m[i], n[i], result_leadings[i], sizeof(float)},
                k[i], alphas[i], betas[i]};
        if (!product.left.valid() || !product.right.valid() || result_leadings[i] < std::max(1, m[i])) return BLAS_INVALID_VALUE;
        products.insert(products.end(), sizes[i], product);
    }
    if (products.empty()) return BLAS_SUCCESS;
    size_t bytes = products.size() * sizeof(Address);
    if (!device.memory.inside(lefts, bytes) || !device.memory.inside(rights, bytes) || !device.memory.inside(results, bytes)) {
        fprintf(stderr, "CUDA emulator: arrays of matrices of grouped products must lie in device memory\n");
        return BLAS_INVALID_VALUE;
    }
    std::vector<Address> reads = {lefts, rights, results}, writes;
    for (size_t i = 0; i < products.size(); i++) {
        reads.push_back(device.arriving(library->stream, lefts + i * sizeof(Address)));
        reads.push_back(device.arriving(library->stream, rights + i * sizeof(Address)));
        writes.push_back(device.arriving(library->stream, results + i * sizeof(Address)));
    }
    if (library->workspace) writes.push_back(library->workspace);
    device.counts["library_calls"]++;
    device.counts["grouped_products"]++;
    bool aligned = compute_type == TF32;
    int bits = kept->second;
    auto run = [products, lefts, rights, results, bits, aligned] {
        for (size_t i = 0; i < products.size(); i++) {
            GroupedProduct product = products[i];
            product.left.matrix.address = reinterpret_cast<const Address*>(lefts)[i];
            product.right.matrix.address = reinterpret_cast<const Address*>(rights)[i];
            product.result.address = reinterpret_cast<const Address*>(results)[i];
            Address all = product.left.matrix.address | product.right.matrix.address | product.result.address;
            if (aligned && all % 16 != 0) throw DeviceError{LAUNCH_FAILED, "cublasGemmGrouped: a misaligned matrix"};
            multiply("cublasGemmGrouped", product.left, product.right, product.result, product.depth, product.alpha,
                    product.beta, bits, everywhere);
        }
    };
    return status(device.enqueue(library->stream, {run, nullptr, nullptr, 0, "cublasGemmGrouped", reads, writes}));
}

EXPORT Blas cublasGemmEx(Library* handle, int left_operation, int right_operation, int m, int n, int k,
        const void* alpha, Address left, int left_type, int left_leading, Address right, int right_type,
        int right_leading, const void* beta, Address result, int result_type, int result_leading, int compute_type,
        int algorithm) {
    return cublasGemmStridedBatchedEx(handle, left_operation, right_operation, m, n, k, alpha, left, left_type,
            left_leading, 0, right, right_type, right_leading, 0, beta, result, result_type, result_leading, 0, 1,
            compute_type, algorithm);
}

EXPORT Blas cublasSsyrk_v2(Library* handle, int triangle, int operation, int n, int k, const float* alpha, Address input,
        int input_leading, const float* beta, Address result, int result_leading) {
    Operand left(input, operation, n, k, input_leading), right(input, !operation, k, n, input_leading);
    if (!known_operation(operation) || (triangle != LOWER && triangle != UPPER) || n < 0 || k < 0) return BLAS_INVALID_VALUE;
    if (!left.valid() || result_leading < std::max(1, n)) return BLAS_INVALID_VALUE;
    if (n == 0) return BLAS_SUCCESS;
    DeviceMatrix c = {result, n, n, result_leading, sizeof(float)};
    return enqueue(handle, {"cublasSsyrk", {input}, result}, alpha, beta, [left, right, c, k, triangle](float a, float b) {
        auto wanted = [triangle](long long i, long long j) { return triangle == LOWER ? i >= j : i <= j; };
        multiply("cublasSsyrk", left, right, c, k, a, b, 23, wanted);
    });
}

EXPORT Blas cublasSgeam(Library* handle, int left_operation, int right_operation, int m, int n, const float* alpha,
        Address left_address, int left_leading, const float* beta, Address right_address, int right_leading,
        Address result, int result_leading) {
    Operand left(left_address, left_operation, m, n, left_leading);
    Operand right(right_address, right_operation, m, n, right_leading);
    if (!known_operation(left_operation) || !known_operation(right_operation) || m < 0 || n < 0) return BLAS_INVALID_VALUE;
    if (!left.valid() || !right.valid() || result_leading < std::max(1, m)) return BLAS_INVALID_VALUE;
    // In place only where the elements stay where they are.
    auto misplaced = [result, result_leading](const Operand& operand) {
        return operand.matrix.address == result && (operand.transposed || operand.matrix.leading != result_leading);
    };
    if (misplaced(left) || misplaced(right)) return BLAS_INVALID_VALUE;
    if (m == 0 || n == 0) return BLAS_SUCCESS;
    DeviceMatrix c = {result, m, n, result_leading, sizeof(float)};
    return enqueue(handle, {"cublasSgeam", {left_address, right_address}, result}, alpha, beta, [left, right, c](float a, float b) {
        c.check("cublasSgeam");
        if (a != 0 && left.matrix.address != c.address) check_output(c, left, "cublasSgeam");
        if (b != 0 && right.matrix.address != c.address) check_output(c, right, "cublasSgeam");
        auto values = reinterpret_cast<float*>(c.address);
        for (long long j = 0; j < c.columns; j++)
            for (long long i = 0; i < c.rows; i++)
                values[j * c.leading + i] = (a == 0 ? 0 : a * left(i, j)) + (b == 0 ? 0 : b * right(i, j));
    });
}

EXPORT const char* cublasGetStatusString(Blas code) {
    switch (code) {
        case BLAS_SUCCESS: return "CUBLAS_STATUS_SUCCESS";
        case BLAS_NOT_INITIALIZED: return "CUBLAS_STATUS_NOT_INITIALIZED";
        case BLAS_ALLOC_FAILED: return "CUBLAS_STATUS_ALLOC_FAILED";
        case BLAS_INVALID_VALUE: return "CUBLAS_STATUS_INVALID_VALUE";
        case BLAS_EXECUTION_FAILED: return "CUBLAS_STATUS_EXECUTION_FAILED";
        case BLAS_NOT_SUPPORTED: return "CUBLAS_STATUS_NOT_SUPPORTED";
    }
    return "CUBLAS_STATUS unknown";
}

}  // namespace expunge
