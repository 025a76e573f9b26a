// Driver API: the device, its context, memory and copies.
#include <algorithm>
#include <cstdio>
#include <cstring>

#include "emulator.h"

namespace expunge {

namespace {

constexpr char NAME[] = "Expunge emulator (CPU)";
constexpr int DRIVER_VERSION = 12090;

// Values of CUdevice_attribute.
const std::map<int, int> ATTRIBUTES = {
        {1, 1024},        // threads of a block
        {2, 1024},        // block x
        {3, 1024},        // block y
        {4, 64},          // block z
        {5, 0x7FFFFFFF},  // grid x
        {6, 65535},       // grid y
        {7, 65535},       // grid z
        {8, 49152},       // shared memory of a block
        {10, 32},         // warp
        {12, 65536},      // registers of a block
        {13, 1000000},    // clock, kHz
        {16, 132},        // multiprocessors
        {17, 0},          // kernel timeout
        {18, 0},          // integrated
        {20, 0},          // compute mode
        {31, 1},          // concurrent kernels
        {36, 1000000},    // memory clock, kHz
        {37, 64},         // memory bus, bits
        {38, 4 << 20},    // level-2 cache
        {39, 2048},       // threads of a multiprocessor
        {41, 1},          // unified addressing
        {75, ARCHITECTURE / 10},
        {76, ARCHITECTURE % 10},
        {81, 233472},     // shared memory of a multiprocessor
        {97, 232448},     // shared memory of a block, opted in
        {115, 0},         // memory pools
};

const std::map<Result, const char*> ERRORS = {
        {SUCCESS, "no error"},
        {INVALID_VALUE, "invalid argument"},
        {OUT_OF_MEMORY, "out of memory"},
        {NOT_INITIALIZED, "initialization error"},
        {INVALID_DEVICE, "invalid device ordinal"},
        {INVALID_IMAGE, "device kernel image is invalid"},
        {INVALID_CONTEXT, "invalid device context"},
        {NO_BINARY_FOR_GPU, "no kernel image is available for execution on the device"},
        {INVALID_PTX, "a PTX JIT compilation failed"},
        {INVALID_HANDLE, "invalid resource handle"},
        {NOT_FOUND, "named symbol not found"},
        {NOT_READY, "device not ready"},
        {ILLEGAL_ADDRESS, "an illegal memory access was encountered"},
        {CONTEXT_IS_DESTROYED, "context is destroyed"},
        {LAUNCH_FAILED, "unspecified launch failure"},
        {CAPTURE_UNSUPPORTED, "operation not permitted when stream is capturing"},
        {CAPTURE_INVALIDATED, "operation failed due to a previous error during capture"},
        {CAPTURE_MERGE, "operation would result in a merge of separate capture sequences"},
        {CAPTURE_UNMATCHED, "capture was not ended in the same stream as it began"},
        {CAPTURE_UNJOINED, "capturing stream has unjoined work"},
        {CAPTURE_ISOLATION, "dependency created on uncaptured work in another stream"},
        {CAPTURED_EVENT, "operation not permitted on an event last recorded in a capturing stream"},
        {CAPTURE_WRONG_THREAD, "attempt to terminate a thread-local capture sequence from another thread"},
};

// The address that stands for the primary context with this number.
void* context_handle(long long context) { return reinterpret_cast<void*>(context * 4096); }

bool exists(int handle) { return handle >= 0 && handle < Device::count(); }

Result copy(Stream* stream, Address device_memory, const void* host, size_t bytes, bool to_device, const char* counter) {
    Device& device = Device::get();
    Locked locked(device.lock);
    if (Result result = device.usable()) return result;
    if (bytes == 0) return SUCCESS;
    auto check = [&device, device_memory, host, bytes] {
        return device.memory.inside(device_memory, bytes) && device.memory.host_range(host, bytes);
    };
    if (!check()) return INVALID_VALUE;
    device.counts[counter]++;
    device.counts[std::string("bytes_of_") + counter] += bytes;
    auto run = [check, device_memory, host, bytes, to_device] {
        if (!check()) throw DeviceError{ILLEGAL_ADDRESS, "a copy uses memory that was freed before it ran"};
        void* memory = reinterpret_cast<void*>(device_memory);
        if (to_device) memcpy(memory, host, bytes);
        else memcpy(const_cast<void*>(host), memory, bytes);
    };
    Operation operation = {run, nullptr, host, bytes, to_device ? "a copy to the device" : "a copy to the host"};
    (to_device ? operation.writes : operation.reads).push_back(device_memory);
    return device.enqueue(stream, operation);
}

}  // namespace

EXPORT Result cuInit(unsigned flags) {
    Locked locked(Device::get().lock);
    if (flags != 0) return INVALID_VALUE;
    Device::initialized = true;
    return SUCCESS;
}

EXPORT Result cuDriverGetVersion(int* version) {
    if (!version) return INVALID_VALUE;
    *version = DRIVER_VERSION;
    return SUCCESS;
}

EXPORT Result cuDeviceGetCount(int* count) {
    if (!Device::initialized) return NOT_INITIALIZED;
    if (!count) return INVALID_VALUE;
    *count = Device::count();
    return SUCCESS;
}

EXPORT Result cuDeviceGet(int* handle, int ordinal) {
    if (!Device::initialized) return NOT_INITIALIZED;
    if (!handle) return INVALID_VALUE;
    if (!exists(ordinal)) return INVALID_DEVICE;
    *handle = ordinal;
    return SUCCESS;
}

EXPORT Result cuDeviceGetName(char* name, int length, int handle) {
    if (!Device::initialized) return NOT_INITIALIZED;
    if (!name || length <= 0) return INVALID_VALUE;
    if (!exists(handle)) return INVALID_DEVICE;
    snprintf(name, static_cast<size_t>(length), "%s", NAME);
    return SUCCESS;
}

EXPORT Result cuDeviceGetAttribute(int* value, int attribute, int handle) {
    if (!Device::initialized) return NOT_INITIALIZED;
    if (!exists(handle)) return INVALID_DEVICE;
    auto found = ATTRIBUTES.find(attribute);
    if (!value || found == ATTRIBUTES.end()) return INVALID_VALUE;
    *value = found->second;
    return SUCCESS;
}

EXPORT Result cuDeviceTotalMem_v2(size_t* bytes, int handle) {
    if (!Device::initialized) return NOT_INITIALIZED;
    if (!exists(handle)) return INVALID_DEVICE;
    if (!bytes) return INVALID_VALUE;
    *bytes = Device::at(handle).memory.total();
    return SUCCESS;
}

EXPORT Result cuDevicePrimaryCtxRetain(void** context, int handle) {
    Locked locked(Device::get().lock);
    if (!Device::initialized) return NOT_INITIALIZED;
    if (!exists(handle)) return INVALID_DEVICE;
    if (!context) return INVALID_VALUE;
    Device& device = Device::at(handle);
    if (device.retained++ == 0) device.make_context();
    *context = context_handle(device.context);
    return SUCCESS;
}

EXPORT Result cuDevicePrimaryCtxRelease_v2(int handle) {
    Locked locked(Device::get().lock);
    if (!Device::initialized) return NOT_INITIALIZED;
    if (!exists(handle)) return INVALID_DEVICE;
    Device& device = Device::at(handle);
    if (device.retained == 0) return INVALID_CONTEXT;
    if (--device.retained == 0) device.destroy_context();
    return SUCCESS;
}

EXPORT Result cuCtxSetCurrent(void* context) {
    Locked locked(Device::get().lock);
    if (!Device::initialized) return NOT_INITIALIZED;
    long long number = static_cast<long long>(reinterpret_cast<Address>(context) / 4096);
    Device* device = Device::of_context(number);
    if (context && (!device || device->retained == 0 || context != context_handle(device->context))) return INVALID_CONTEXT;
    current_context() = context ? number : 0;
    return SUCCESS;
}

EXPORT Result cuCtxSynchronize() {
    Device& device = Device::get();
    Locked locked(device.lock);
    if (Result result = device.may_wait()) return result;
    device.counts["synchronizations"]++;
    return device.synchronize();
}

EXPORT Result cuMemGetInfo_v2(size_t* available, size_t* total) {
    Device& device = Device::get();
    Locked locked(device.lock);
    if (Result result = device.usable()) return result;
    if (!available || !total) return INVALID_VALUE;
    *available = device.memory.available();
    *total = device.memory.total();
    return SUCCESS;
}

EXPORT Result cuMemAlloc_v2(Address* address, size_t bytes) {
    Device& device = Device::get();
    Locked locked(device.lock);
    if (Result result = device.may_wait()) return result;
    device.counts["allocations"]++;
    return device.memory.allocate(bytes, address);
}

EXPORT Result cuMemFree_v2(Address address) {
    Device& device = Device::get();
    Locked locked(device.lock);
    if (Result result = device.may_wait()) return result;
    if (!address) return SUCCESS;
    if (Result result = device.synchronize()) return result;
    try {
        device.races.forget(address);
        return device.memory.release(address);
    } catch (const DeviceError& thrown) {
        device.fail(thrown);
        return device.error;
    }
}

EXPORT Result cuMemHostAlloc(void** address, size_t bytes, unsigned flags) {
    Device& device = Device::get();
    Locked locked(device.lock);
    if (Result result = device.may_wait()) return result;
    if (flags & ~7u) return INVALID_VALUE;
    return device.memory.allocate_host(bytes, address);
}

EXPORT Result cuMemFreeHost(void* address) {
    Device& device = Device::get();
    Locked locked(device.lock);
    if (Result result = device.may_wait()) return result;
    if (device.pending_host(address, device.memory.pinned_bytes(address))) {
        fprintf(stderr, "CUDA emulator: host memory is freed while a copy of it waits\n");
        return INVALID_VALUE;
    }
    return device.memory.release_host(address);
}

EXPORT Result cuMemcpyHtoDAsync_v2(Address to, const void* from, size_t bytes, Stream* stream) {
    return copy(stream, to, from, bytes, true, "copies_to_device");
}

EXPORT Result cuMemcpyDtoHAsync_v2(void* to, Address from, size_t bytes, Stream* stream) {
    return copy(stream, from, to, bytes, false, "copies_to_host");
}

EXPORT Result cuMemcpyDtoDAsync_v2(Address to, Address from, size_t bytes, Stream* stream) {
    Device& device = Device::get();
    Locked locked(device.lock);
    if (Result result = device.usable()) return result;
    if (bytes == 0) return SUCCESS;
    auto check = [&device, to, from, bytes] {
        return device.memory.inside(to, bytes) && device.memory.inside(from, bytes)
                && (to + bytes <= from || from + bytes <= to);
    };
    if (!check()) return INVALID_VALUE;
    device.counts["device_copies"]++;
    auto run = [check, to, from, bytes] {
        if (!check()) throw DeviceError{ILLEGAL_ADDRESS, "a copy uses memory that was freed before it ran"};
        memcpy(reinterpret_cast<void*>(to), reinterpret_cast<void*>(from), bytes);
    };
    return device.enqueue(stream, {run, nullptr, nullptr, 0, "a copy", {from}, {to}});
}

EXPORT Result cuMemsetD32Async(Address to, unsigned value, size_t count, Stream* stream) {
    Device& device = Device::get();
    Locked locked(device.lock);
    if (Result result = device.usable()) return result;
    if (count == 0) return SUCCESS;
    auto check = [&device, to, count] {
        return to % 4 == 0 && count <= device.memory.total() / 4 && device.memory.inside(to, 4 * count);
    };
    if (!check()) return INVALID_VALUE;
    device.counts["fills"]++;
    auto run = [check, to, value, count] {
        if (!check()) throw DeviceError{ILLEGAL_ADDRESS, "a fill uses memory that was freed before it ran"};
        std::fill_n(reinterpret_cast<unsigned*>(to), count, value);
    };
    return device.enqueue(stream, {run, nullptr, nullptr, 0, "a fill", {}, {to}});
}

EXPORT Result cuGetErrorString(Result error, const char** text) {
    Device& device = Device::get();
    Locked locked(device.lock);
    auto found = ERRORS.find(error);
    if (!text || found == ERRORS.end()) return INVALID_VALUE;
    *text = error && error == device.error ? device.message.c_str() : found->second;
    return SUCCESS;
}

// Not of the driver: how often something was done since the library was loaded, on all devices.
EXPORT long long expunge_emulator_count(const char* name) {
    Locked locked(Device::get().lock);
    long long sum = 0;
    for (int i = 0; i < Device::count(); i++) {
        auto found = Device::at(i).counts.find(name);
        if (found != Device::at(i).counts.end()) sum += found->second;
    }
    return sum;
}

}  // namespace expunge
