// Put before a preprocessed kernel source and the table of its kernels.
#pragma once

#define __global__
#define __launch_bounds__(...)

#define EXPUNGE_KERNEL(name, most)                                                                          \
    {#name,   &expunge::Thunk<&name>::call,     expunge::Thunk<&name>::count, expunge::Thunk<&name>::sizes, \
     expunge::Thunk<&name>::pointers, expunge::Thunk<&name>::writes, most}

#define EXPUNGE_MODULE(count)                                                                              \
    extern "C" __attribute__((visibility("default"))) const expunge::ModuleTable* expunge_module(          \
            const expunge::Runtime* runtime) {                                                             \
        static const expunge::ModuleTable table = {                                                   \
                expunge_kernels, count, &expunge::builtins, __bss_start, _end};                            \
        expunge::runtime = runtime;                                                                        \
        return &table;                                                                                     \
    }
