package org.expunge.influence.compute.cuda;

import java.lang.ref.Reference;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.expunge.influence.compute.cuda.driver.CudaException;
import org.expunge.influence.compute.cuda.driver.Driver;
import org.expunge.influence.compute.cuda.driver.NativeBlock;
import org.expunge.influence.compute.cuda.driver.Nvrtc;

/** The kernels of a device, compiled when they are first used and kept in a {@link KernelCache}. */
final class Kernels implements AutoCloseable {
    private final DeviceInfo device;
    private final KernelCache cache;
    private final Map<String, Map<String, Kernel>> found = new ConcurrentHashMap<>();
    private final Map<String, Long> modules = new HashMap<>();

    Kernels(DeviceInfo device, KernelCache cache) {
        this.device = device;
        this.cache = cache;
    }

    /**
     * Returns a kernel.
     *
     * @param module the file it is in
     * @param name its name there
     */
    Kernel find(String module, String name) {
        Map<String, Kernel> ofModule = found.get(module);
        Kernel known = ofModule == null ? null : ofModule.get(name);
        return known == null ? load(module, name) : known;
    }

    private synchronized Kernel load(String module, String name) {
        long loaded = modules.computeIfAbsent(module, this::load);
        NativeBlock out = new NativeBlock(Long.BYTES);
        NativeBlock text = NativeBlock.of(name);
        try {
            Driver.check(
                    Driver.cuModuleGetFunction(out.address(), loaded, text.address()),
                    "cuModuleGetFunction",
                    "kernel %s of %s.cu",
                    name,
                    module);
        } finally {
            Reference.reachabilityFence(text);
        }
        Kernel kernel = new Kernel(name, out.asLong());
        found.computeIfAbsent(module, m -> new ConcurrentHashMap<>()).put(name, kernel);
        return kernel;
    }

    private long load(String module) {
        KernelSource source = KernelSource.of(module);
        String key = source.key(device, Nvrtc.version());
        byte[] kept = cache.find(key);
        if (kept != null) {
            try {
                return load(module, kept);
            } catch (CudaException e) {
                cache.forget(key); // damaged or of another driver: compiled anew below
            }
        }
        byte[] compiled = source.compile(device);
        cache.keep(key, compiled);
        return load(module, compiled);
    }

    private static long load(String module, byte[] image) {
        NativeBlock out = new NativeBlock(Long.BYTES);
        NativeBlock code = NativeBlock.of(image);
        try {
            Driver.check(
                    Driver.cuModuleLoadData(out.address(), code.address()),
                    "cuModuleLoadData",
                    "%s bytes of %s.cu",
                    image.length,
                    module);
        } finally {
            Reference.reachabilityFence(code);
        }
        return out.asLong();
    }

    @Override
    public void close() {
        modules.values().forEach(module -> Driver.check(Driver.cuModuleUnload(module), "cuModuleUnload"));
        modules.clear();
        found.clear();
    }
}
