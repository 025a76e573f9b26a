package org.expunge.influence.testkit;

import static com.google.common.base.Preconditions.checkState;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * Calls of CUDA's libraries by their names in C, on an emulator of its own. Pointers and handles are {@code long};
 * sizes too. Closing it ends the context with all that it holds.
 */
final class EmulatedCuda implements AutoCloseable {
    private final NativeLibrary driver;
    private final Map<String, NativeLibrary> libraries;
    private final long context;

    EmulatedCuda(Path folder) {
        driver = open(folder, "libcuda.so.1");
        libraries = Map.of(
                "nvrtc", open(folder, "libnvrtc.so.12"),
                "cublas", open(folder, "libcublas.so.12"),
                "cusolver", open(folder, "libcusolver.so.11"));
        run("cuInit", 0);
        context = result("cuDevicePrimaryCtxRetain", 0);
        run("cuCtxSetCurrent", context);
    }

    /** Copies the emulator to a folder, where it has a state of its own; ends the test where there is none. */
    static void copyEmulator(Path folder) throws IOException {
        CudaEmulator.Answer answer = CudaEmulator.build();
        if (answer instanceof CudaEmulator.Unavailable unavailable) {
            Assumptions.abort(unavailable.reason());
        } else if (answer instanceof CudaEmulator.Built built) {
            try (Stream<Path> files = Files.list(built.folder())) {
                for (Path file : files.toList()) {
                    Files.copy(file, folder.resolve(file.getFileName()), LinkOption.NOFOLLOW_LINKS);
                }
            }
        }
    }

    private static NativeLibrary open(Path folder, String name) {
        return NativeLibrary.getInstance(folder.resolve(name).toString());
    }

    /** Calls a function and returns its result code. */
    int code(String function, Object... arguments) {
        NativeLibrary library = libraries.entrySet().stream()
                .filter(entry -> function.startsWith(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(driver);
        return library.getFunction(function).invokeInt(arguments);
    }

    /** Calls a function that must succeed. */
    void run(String function, Object... arguments) {
        int code = code(function, arguments);
        checkState(code == 0, "%s gives %s, %s", function, code, text(code));
    }

    /** Calls a function that must succeed and whose first parameter points to its result. */
    long result(String function, Object... arguments) {
        try (Memory result = new Memory(Long.BYTES)) {
            result.clear();
            List<Object> all = new ArrayList<>(List.of(result));
            all.addAll(List.of(arguments));
            run(function, all.toArray());
            return result.getLong(0);
        }
    }

    /** Calls a function that must succeed and whose last parameter points to its result. */
    long lastResult(String function, Object... arguments) {
        try (Memory result = new Memory(Long.BYTES)) {
            result.clear();
            List<Object> all = new ArrayList<>(List.of(arguments));
            all.add(result);
            run(function, all.toArray());
            return result.getLong(0);
        }
    }

    /** What the driver says of a result code. */
    String text(int code) {
        try (Memory text = new Memory(Long.BYTES)) {
            return driver.getFunction("cuGetErrorString").invokeInt(new Object[] {code, text}) == 0
                    ? text.getPointer(0).getString(0)
                    : "unknown";
        }
    }

    /** How often the emulator did something since it was loaded. */
    long count(String what) {
        return driver.getFunction("expunge_emulator_count").invokeLong(new Object[] {what});
    }

    long context() {
        return context;
    }

    long stream() {
        return result("cuStreamCreate", 1);
    }

    void synchronize(long stream) {
        run("cuStreamSynchronize", stream);
    }

    long allocate(long bytes) {
        return result("cuMemAlloc_v2", bytes);
    }

    /** Pinned host memory. */
    Pointer pinned(long bytes) {
        return new Pointer(result("cuMemHostAlloc", bytes, 0));
    }

    /** Device memory with these numbers. */
    long floats(float... values) {
        long address = allocate((long) values.length * Float.BYTES);
        try (Memory host = new Memory((long) values.length * Float.BYTES)) {
            host.write(0, values, 0, values.length);
            upload(address, host);
        }
        return address;
    }

    /** Device memory with these numbers. */
    long doubles(double... values) {
        long address = allocate((long) values.length * Double.BYTES);
        try (Memory host = new Memory((long) values.length * Double.BYTES)) {
            host.write(0, values, 0, values.length);
            upload(address, host);
        }
        return address;
    }

    private void upload(long address, Memory host) {
        long stream = stream();
        run("cuMemcpyHtoDAsync_v2", address, host, host.size(), stream);
        synchronize(stream);
        run("cuStreamDestroy_v2", stream);
    }

    /** Waits for the stream and reads. */
    float[] readFloats(long stream, long address, int count) {
        try (Memory host = download(stream, address, (long) count * Float.BYTES)) {
            return host.getFloatArray(0, count);
        }
    }

    /** Waits for the stream and reads. */
    double[] readDoubles(long stream, long address, int count) {
        try (Memory host = download(stream, address, (long) count * Double.BYTES)) {
            return host.getDoubleArray(0, count);
        }
    }

    /** Waits for the stream and reads one number. */
    int readInteger(long stream, long address) {
        try (Memory host = download(stream, address, Integer.BYTES)) {
            return host.getInt(0);
        }
    }

    private Memory download(long stream, long address, long bytes) {
        Memory host = new Memory(bytes);
        run("cuMemcpyDtoHAsync_v2", host, address, bytes, stream);
        synchronize(stream);
        return host;
    }

    /** What a compilation gave: its code, its log and the image, empty where there is none. */
    static final class Compiled {
        private final int code;
        private final String log;
        private final byte[] image;

        private Compiled(int code, String log, byte[] image) {
            this.code = code;
            this.log = log;
            this.image = image;
        }

        int code() {
            return code;
        }

        String log() {
            return log;
        }

        byte[] image() {
            return image;
        }
    }

    Compiled compile(String source, String... options) {
        long program = result("nvrtcCreateProgram", source, "test.cu", 0, 0L, 0L);
        int code = code("nvrtcCompileProgram", program, options.length, options);
        String log = new String(bytes(program, "nvrtcGetProgramLog"), UTF_8).replace("\0", "");
        return new Compiled(code, log, code == 0 ? bytes(program, "nvrtcGetCUBIN") : new byte[0]);
    }

    /** The image of {@code emulator-test.cu}. */
    byte[] compileTestKernels() throws IOException {
        try (InputStream file = Objects.requireNonNull(EmulatedCuda.class.getResourceAsStream("emulator-test.cu"))) {
            Compiled compiled = compile(new String(file.readAllBytes(), UTF_8), "--gpu-architecture=sm_90");
            checkState(compiled.code() == 0 && compiled.log().isEmpty(), "%s", compiled.log());
            return compiled.image();
        }
    }

    private byte[] bytes(long program, String function) {
        try (Memory size = new Memory(Long.BYTES)) {
            run(function + "Size", program, size);
            try (Memory content = new Memory(size.getLong(0))) {
                run(function, program, content);
                return content.getByteArray(0, (int) content.size());
            }
        }
    }

    /** A kernel of an image. */
    long kernel(byte[] image, String name) {
        try (Memory content = new Memory(image.length)) {
            content.write(0, image, 0, image.length);
            return result("cuModuleGetFunction", result("cuModuleLoadData", content), name);
        }
    }

    /**
     * Puts a launch on a stream; arguments are int, long, float and double. The memory they lie in is spoiled at once.
     */
    int launch(long kernel, int blocks, int threads, long stream, Object... arguments) {
        try (Memory values = new Memory((long) Long.BYTES * arguments.length);
                Memory pointers = new Memory((long) Long.BYTES * arguments.length)) {
            for (int i = 0; i < arguments.length; i++) {
                long at = (long) i * Long.BYTES;
                put(values, at, arguments[i]);
                pointers.setPointer(at, values.share(at));
            }
            int code = code("cuLaunchKernel", kernel, blocks, 1, 1, threads, 1, 1, 0, stream, pointers, 0L);
            values.setMemory(0, values.size(), (byte) -1);
            return code;
        }
    }

    private static void put(Memory values, long at, Object argument) {
        if (argument instanceof Integer value) {
            values.setInt(at, value);
        } else if (argument instanceof Long value) {
            values.setLong(at, value);
        } else if (argument instanceof Float value) {
            values.setFloat(at, value);
        } else {
            values.setDouble(at, (Double) argument);
        }
    }

    @Override
    public void close() {
        run("cuDevicePrimaryCtxRelease_v2", 0);
    }
}
