// Compiled modules, their kernels and launches.
#include <dlfcn.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

#include "blob.h"
#include "emulator.h"

namespace expunge {

Module::~Module() {
    if (library) dlclose(library);
}

namespace {

// Written under a name of its own: the loader takes one path for one library.
Result open_library(const char* bytes, size_t size, Module& module) {
    char path[] = "/tmp/expunge-kernels-XXXXXX";
    int file = mkstemp(path);
    if (file < 0) return OUT_OF_MEMORY;
    bool written = write(file, bytes, size) == static_cast<ssize_t>(size);
    close(file);
    module.library = written ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : nullptr;
    unlink(path);
    if (!module.library) {
        fprintf(stderr, "CUDA emulator: %s\n", written ? dlerror() : "cannot write a module to /tmp");
        return INVALID_IMAGE;
    }
    auto bind = reinterpret_cast<BindModule>(dlsym(module.library, "expunge_module"));
    if (!bind) return INVALID_IMAGE;
    module.table = bind(kernel_runtime());
    return SUCCESS;
}

bool valid_launch(const Kernel& kernel, Index3 grid, Index3 block) {
    bool grid_fits = grid.x > 0 && grid.x <= 0x7FFFFFFFu && grid.y > 0 && grid.y <= 65535 && grid.z > 0 && grid.z <= 65535;
    bool block_fits = block.x > 0 && block.x <= 1024 && block.y > 0 && block.y <= 1024 && block.z > 0 && block.z <= 64;
    if (grid_fits && block_fits && block.x * block.y * block.z <= kernel.most_threads) return true;
    fprintf(stderr, "CUDA emulator: kernel %s cannot run with grid %u,%u,%u and block %u,%u,%u (at most %u threads)\n",
            kernel.name, grid.x, grid.y, grid.z, block.x, block.y, block.z, kernel.most_threads);
    return false;
}

// A copy of the arguments at the time of the launch.
struct Arguments {
    std::vector<std::vector<char>> values;

    Arguments(const Kernel& kernel, void** arguments) {
        for (unsigned i = 0; i < kernel.parameters; i++) {
            auto value = static_cast<const char*>(arguments[i]);
            values.emplace_back(value, value + kernel.sizes[i]);
        }
    }

    std::vector<void*> addresses() {
        std::vector<void*> result;
        for (auto& value : values) result.push_back(value.data());
        return result;
    }

    Address pointer(unsigned i) const {
        Address result;
        memcpy(&result, values[i].data(), sizeof result);
        return result;
    }
};

void launch(const Function& function, Index3 grid, Index3 block, Arguments& arguments) {
    Device& device = Device::get();
    const Kernel& kernel = *function.kernel;
    std::string name = "kernel " + std::string(kernel.name);
    if (function.module->unloaded) throw DeviceError{LAUNCH_FAILED, name + " runs after its module was unloaded"};
    for (unsigned i = 0; i < kernel.parameters; i++)
        if (kernel.pointers[i] && !device.memory.usable(arguments.pointer(i)))
            throw DeviceError{
                    ILLEGAL_ADDRESS, name + ": pointer " + std::to_string(i) + " lies in no memory of the device"};
    device.counts["kernels_run"]++;
    run_kernel(*function.module, kernel, grid, block, arguments.addresses().data(), device.random);
    for (unsigned i = 0; i < kernel.parameters; i++)
        if (kernel.pointers[i]) device.memory.check_guards_of(arguments.pointer(i), name);
}

}  // namespace

EXPORT Result cuModuleLoadData(Module** module, const void* image) {
    Device& device = Device::get();
    Locked locked(device.lock);
    if (Result result = device.may_wait()) return result;
    if (!module || !image) return INVALID_VALUE;
    BlobHeader header;
    memcpy(&header, image, sizeof header);
    const char* content = static_cast<const char*>(image) + sizeof header;
    if (memcmp(header.magic, BLOB_MAGIC, sizeof header.magic) != 0) return INVALID_IMAGE;
    if (strncmp(header.build, BLOB_BUILD, BUILD_LENGTH) != 0) return INVALID_IMAGE;
    if (header.checksum != blob_checksum(content, header.size)) return INVALID_IMAGE;
    bool binary = header.kind == BLOB_BINARY;
    bool runs = binary ? header.architecture / 10 == ARCHITECTURE / 10 && header.architecture <= ARCHITECTURE
                       : header.architecture <= ARCHITECTURE;
    if (!runs) return binary ? NO_BINARY_FOR_GPU : INVALID_PTX;
    auto loaded = std::make_shared<Module>();
    if (Result result = open_library(content, header.size, *loaded)) return result;
    *module = device.modules.add(loaded);
    return SUCCESS;
}

EXPORT Result cuModuleUnload(Module* module) {
    Device& device = Device::get();
    Locked locked(device.lock);
    if (Result result = device.may_wait()) return result;
    auto known = device.modules.get(module);
    if (!known) return INVALID_HANDLE;
    known->unloaded = true;
    std::vector<void*> gone;
    for (const auto& entry : device.functions)
        if (entry.second->module == known) gone.push_back(entry.first);
    for (void* function : gone) device.functions.remove(function);
    device.modules.remove(module);
    return SUCCESS;
}

EXPORT Result cuModuleGetFunction(Function** function, Module* module, const char* name) {
    Device& device = Device::get();
    Locked locked(device.lock);
    if (Result result = device.usable()) return result;
    auto known = device.modules.get(module);
    if (!known) return INVALID_HANDLE;
    if (!function || !name) return INVALID_VALUE;
    for (unsigned i = 0; i < known->table->count; i++) {
        const Kernel& kernel = known->table->kernels[i];
        if (strcmp(kernel.name, name) == 0) {
            *function = device.functions.add(std::make_shared<Function>(Function{known, &kernel}));
            return SUCCESS;
        }
    }
    return NOT_FOUND;
}

EXPORT Result cuLaunchKernel(Function* function, unsigned grid_x, unsigned grid_y, unsigned grid_z, unsigned block_x,
        unsigned block_y, unsigned block_z, unsigned shared_bytes, Stream* stream, void** arguments, void** extra) {
    Device& device = Device::get();
    Locked locked(device.lock);
    if (Result result = device.usable()) return result;
    auto known = device.functions.get(function);
    if (!known) return INVALID_HANDLE;
    Index3 grid = {grid_x, grid_y, grid_z}, block = {block_x, block_y, block_z};
    if (!valid_launch(*known->kernel, grid, block) || shared_bytes != 0 || extra) return INVALID_VALUE;
    if (known->kernel->parameters > 0 && !arguments) return INVALID_VALUE;
    auto copied = std::make_shared<Arguments>(*known->kernel, arguments);
    device.counts["launches"]++;
    Operation operation = {[known, grid, block, copied] { launch(*known, grid, block, *copied); }};
    const Kernel& kernel = *known->kernel;
    operation.name = "kernel " + std::string(kernel.name);
    for (unsigned i = 0; i < kernel.parameters; i++)
        if (kernel.pointers[i]) (kernel.writes[i] ? operation.writes : operation.reads).push_back(copied->pointer(i));
    return device.enqueue(stream, operation);
}

}  // namespace expunge
