// What a compiled kernel module and the emulator know of each other; no symbol is shared, only these tables.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace expunge {

struct Index3 {
    unsigned x, y, z;
};

// threadIdx, blockIdx, blockDim and gridDim of the thread that runs now; set by the emulator.
struct Builtins {
    Index3 thread, block, block_size, grid_size;
};

// What device code asks of the emulator.
struct Runtime {
    // __syncthreads(): comes back when all threads of the block have arrived.
    void (*barrier)(int line);
    // Gives one value of this lane, comes back when the whole warp has given its own: the 32 values.
    const uint64_t* (*exchange)(int line, unsigned mask, uint64_t value);
    // Ends the launch with an error; does not return.
    [[noreturn]] void (*fail)(int line, const char* message);
};

struct Kernel {
    const char* name;
    void (*call)(void** arguments);
    unsigned parameters;
    const unsigned* sizes;
    const bool* pointers;
    // Pointers to what is not const.
    const bool* writes;
    // Most threads of a block by __launch_bounds__.
    unsigned most_threads;
};

struct ModuleTable {
    const Kernel* kernels;
    unsigned count;
    Builtins* builtins;
    // All __shared__ variables of the module.
    char* shared_begin;
    char* shared_end;
};

using BindModule = const ModuleTable* (*)(const Runtime*);

}  // namespace expunge
