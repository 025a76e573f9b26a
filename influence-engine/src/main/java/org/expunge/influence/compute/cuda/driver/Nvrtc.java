package org.expunge.influence.compute.cuda.driver;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.lang.ref.Reference;
import java.util.List;
import java.util.stream.Stream;

/** CUDA's run-time compiler. It needs no driver and no GPU. */
public final class Nvrtc {
    private static final int INVALID_OPTION = 5;

    private Nvrtc() {}

    /** What the compiler made of a source. */
    public static final class Compiled {
        private final byte[] image;
        private final String log;

        private Compiled(byte[] image, String log) {
            this.image = image;
            this.log = log;
        }

        /** Returns the machine code, or the PTX ended by a zero byte. */
        public byte[] image() {
            return image.clone();
        }

        /** Returns what the compiler said. */
        public String log() {
            return log;
        }
    }

    static void register(NativeLibrary library) {
        Native.register(Nvrtc.class, library);
    }

    /** Returns the version, major · 1000 + minor · 10. */
    public static int version() {
        NativeBlock numbers = new NativeBlock(2 * Integer.BYTES);
        check(nvrtcVersion(numbers.address(), numbers.address() + Integer.BYTES), "nvrtcVersion");
        return numbers.bytes().getInt(0) * 1000 + numbers.bytes().getInt(Integer.BYTES) * 10;
    }

    /**
     * Compiles CUDA C.
     *
     * @param source the text
     * @param name its file name, for messages
     * @param target {@code sm_XY} for machine code of that capability, {@code compute_XY} for PTX
     * @param options further options of the compiler
     * @return the machine code, or the PTX ended by a zero byte, and what the compiler said
     * @throws CudaException if it does not compile, with the compiler's words
     */
    public static Compiled compile(String source, String name, String target, List<String> options) {
        NativeBlock handle = new NativeBlock(Long.BYTES);
        NativeBlock text = NativeBlock.of(source);
        NativeBlock file = NativeBlock.of(name);
        List<NativeBlock> all = Stream.concat(Stream.of("--gpu-architecture=" + target), options.stream())
                .map(NativeBlock::of)
                .toList();
        NativeBlock pointers = new NativeBlock(all.size() * Long.BYTES);
        for (int i = 0; i < all.size(); i++) {
            pointers.bytes().putLong(i * Long.BYTES, all.get(i).address());
        }
        try {
            check(
                    nvrtcCreateProgram(handle.address(), text.address(), file.address(), 0, 0, 0),
                    "nvrtcCreateProgram of " + name);
            int code = nvrtcCompileProgram(handle.asLong(), all.size(), pointers.address());
            String log = log(handle.asLong());
            if (code != 0) {
                throw new CudaException(
                        "compiling " + name + " for " + target + " failed: " + describe(code) + "\n" + log, code);
            }
            return new Compiled(target.startsWith("sm_") ? machineCode(handle.asLong()) : ptx(handle.asLong()), log);
        } finally {
            if (handle.asLong() != 0) {
                nvrtcDestroyProgram(handle.address());
            }
            Stream.of(text, file, pointers, all).forEach(Reference::reachabilityFence);
        }
    }

    /** Returns whether a failure says that the compiler does not know the target or an option. */
    public static boolean isUnknownTarget(CudaException failure) {
        return failure.code() == INVALID_OPTION;
    }

    private static byte[] machineCode(long program) {
        NativeBlock size = new NativeBlock(Long.BYTES);
        check(nvrtcGetCUBINSize(program, size.address()), "nvrtcGetCUBINSize");
        NativeBlock image = new NativeBlock(Math.toIntExact(size.asLong()));
        check(nvrtcGetCUBIN(program, image.address()), "nvrtcGetCUBIN");
        return bytes(image);
    }

    private static byte[] ptx(long program) {
        NativeBlock size = new NativeBlock(Long.BYTES);
        check(nvrtcGetPTXSize(program, size.address()), "nvrtcGetPTXSize");
        NativeBlock image = new NativeBlock(Math.toIntExact(size.asLong()));
        check(nvrtcGetPTX(program, image.address()), "nvrtcGetPTX");
        return bytes(image);
    }

    private static byte[] bytes(NativeBlock block) {
        byte[] copy = new byte[block.bytes().capacity()];
        block.bytes().get(0, copy);
        return copy;
    }

    private static String log(long program) {
        NativeBlock size = new NativeBlock(Long.BYTES);
        check(nvrtcGetProgramLogSize(program, size.address()), "nvrtcGetProgramLogSize");
        NativeBlock text = new NativeBlock(Math.toIntExact(size.asLong()) + 1);
        check(nvrtcGetProgramLog(program, text.address()), "nvrtcGetProgramLog");
        return text.asText();
    }

    private static void check(int code, String call) {
        if (code != 0) {
            throw new CudaException(call + " failed: " + describe(code), code);
        }
    }

    private static String describe(int code) {
        return new Pointer(nvrtcGetErrorString(code)).getString(0);
    }

    private static native int nvrtcVersion(long major, long minor);

    private static native int nvrtcCreateProgram(
            long program, long source, long name, int headers, long headerTexts, long headerNames);

    private static native int nvrtcCompileProgram(long program, int options, long pointers);

    private static native int nvrtcGetProgramLogSize(long program, long size);

    private static native int nvrtcGetProgramLog(long program, long text);

    private static native int nvrtcGetPTXSize(long program, long size);

    private static native int nvrtcGetPTX(long program, long image);

    private static native int nvrtcGetCUBINSize(long program, long size);

    private static native int nvrtcGetCUBIN(long program, long image);

    private static native int nvrtcDestroyProgram(long program);

    private static native long nvrtcGetErrorString(int code);
}
