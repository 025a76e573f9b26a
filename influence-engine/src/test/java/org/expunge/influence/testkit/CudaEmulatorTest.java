package org.expunge.influence.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.expunge.influence.testkit.EmulatedCuda.Compiled;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that are wrong on a device must fail on the emulator, and those that are right must not. */
@Tag("gpu")
class CudaEmulatorTest extends EmulatedKernels {
    private static final String ARCHITECTURE = "--gpu-architecture=sm_90";
    private static final int INVALID_VALUE = 1;
    private static final int OUT_OF_MEMORY = 2;
    private static final int INVALID_CONTEXT = 201;
    private static final int NO_BINARY = 209;
    private static final int INVALID_HANDLE = 400;
    private static final int NOT_READY = 600;
    private static final int ILLEGAL_ADDRESS = 700;
    private static final int LAUNCH_FAILED = 719;

    private void launch(String name, int blocks, int threads, Object... arguments) {
        assertThat(cuda.launch(kernel(name), blocks, threads, stream, arguments))
                .isZero();
    }

    private void assertFailure(int code, String... texts) {
        assertThat(cuda.code("cuStreamSynchronize", stream)).isEqualTo(code);
        assertThat(cuda.text(code)).contains(texts);
        assertThat(cuda.code("cuStreamSynchronize", stream)).as("errors stay").isEqualTo(code);
    }

    private static float[] numbers(int count) {
        float[] numbers = new float[count];
        IntStream.range(0, count).forEach(i -> numbers[i] = i % 11 - 3);
        return numbers;
    }

    @ParameterizedTest
    @CsvSource({"1, 32, 5", "1, 256, 1000", "7, 64, 1000", "3, 1024, 20000"})
    void addsUpWithShufflesAndBarriers(int blocks, int threads, int count) {
        float[] numbers = numbers(count);
        long sums = cuda.doubles(new double[blocks]);
        launch("sum", blocks, threads, cuda.floats(numbers), sums, count);
        double expected = 0;
        for (float number : numbers) {
            expected += number;
        }
        assertThat(Arrays.stream(cuda.readDoubles(stream, sums, blocks)).sum()).isEqualTo(expected);
    }

    @Test
    void copiesArgumentsWhenAKernelIsLaunched() {
        long result = cuda.allocate(4 * Float.BYTES);
        launch("scale", 2, 64, cuda.floats(1, 2, 3, 4), result, 4L, 0.5f);
        assertThat(cuda.readFloats(stream, result, 4)).containsExactly(0.5f, 1, 1.5f, 2);
    }

    @Test
    void copiesWhatHostMemoryHoldsWhenTheStreamComesToIt() {
        Pointer host = cuda.pinned(Float.BYTES);
        long device = cuda.floats(0);
        host.setFloat(0, 1);
        cuda.run("cuMemcpyHtoDAsync_v2", device, host, (long) Float.BYTES, stream);
        host.setFloat(0, 2);
        assertThat(cuda.readFloats(stream, device, 1)).containsExactly(2);
    }

    @Test
    void writesHostMemoryNotBeforeItIsWaitedFor() {
        Pointer host = cuda.pinned(Float.BYTES);
        long event = cuda.result("cuEventCreate", 0);
        cuda.run("cuMemcpyDtoHAsync_v2", host, cuda.floats(5), (long) Float.BYTES, stream);
        cuda.run("cuEventRecord", event, stream);
        assertThat(host.getFloat(0)).isNaN();
        cuda.run("cuEventSynchronize", event);
        assertThat(host.getFloat(0)).isEqualTo(5);
    }

    @Test
    void finishesEventsThatAreAskedForAgainAndAgain() {
        long event = cuda.result("cuEventCreate", 0);
        long target = cuda.floats(0);
        for (int i = 0; i < 20; i++) {
            launch("set", 1, 1, target, 0, 1f);
        }
        cuda.run("cuEventRecord", event, stream);
        int asked = 1;
        while (cuda.code("cuEventQuery", event) == NOT_READY) {
            asked++;
        }
        assertThat(asked).isBetween(2, 10_000);
    }

    @Test
    void ordersStreamsThatWaitForAnEvent() {
        long set = kernel("set");
        long other = cuda.stream();
        long event = cuda.result("cuEventCreate", 2);
        for (int i = 0; i < 20; i++) {
            long target = cuda.floats(0);
            cuda.launch(set, 1, 32, stream, target, 0, 1f);
            cuda.run("cuEventRecord", event, stream);
            cuda.run("cuStreamWaitEvent", other, event, 0);
            cuda.launch(set, 1, 32, other, target, 0, 2f);
            assertThat(cuda.readFloats(other, target, 1)).containsExactly(2);
        }
    }

    @Test
    void mixesStreamsThatDoNotWait() {
        long other = cuda.stream();
        long one = cuda.floats(1);
        long two = cuda.floats(2);
        Pointer host = cuda.pinned(Float.BYTES);
        Set<Float> seen = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            cuda.run("cuMemcpyDtoHAsync_v2", host, one, (long) Float.BYTES, stream);
            cuda.run("cuMemcpyDtoHAsync_v2", host, two, (long) Float.BYTES, other);
            cuda.synchronize(stream);
            cuda.synchronize(other);
            seen.add(host.getFloat(0));
        }
        assertThat(seen).containsExactlyInAnyOrder(1f, 2f);
    }

    @ParameterizedTest
    @CsvSource({"set, sum", "sum, set", "set, set"})
    void reportsMemoryThatStreamsUseInNoOrder(String first, String second) {
        long target = cuda.floats(1, 2);
        long other = cuda.stream();
        cuda.launch(kernel(first), 1, 32, stream, argumentsOf(first, target));
        int code = cuda.launch(kernel(second), 1, 32, other, argumentsOf(second, target));
        assertThat(code).isEqualTo(LAUNCH_FAILED);
        assertThat(cuda.text(code)).startsWith("kernel " + second).contains("kernel " + first, "another stream");
    }

    private Object[] argumentsOf(String kernel, long target) {
        return kernel.equals("set") ? new Object[] {target, 0, 1f} : new Object[] {target, cuda.doubles(0), 2};
    }

    @Test
    void letsStreamsReadTheSameMemory() {
        long other = cuda.stream();
        long target = cuda.floats(1, 2);
        launch("sum", 1, 32, argumentsOf("sum", target));
        assertThat(cuda.launch(kernel("sum"), 1, 32, other, argumentsOf("sum", target)))
                .isZero();
        cuda.synchronize(stream);
        cuda.synchronize(other);
        launch("set", 1, 32, argumentsOf("set", target));
        assertThat(cuda.readFloats(stream, target, 2)).containsExactly(1, 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"some_wait", "others_wait", "wait_apart", "some_shuffle"})
    void reportsThreadsThatDoNotMeet(String kernel) {
        launch(kernel, 1, 64, cuda.allocate(64 * Float.BYTES), 16);
        assertFailure(LAUNCH_FAILED, "kernel " + kernel, "wait");
    }

    @ParameterizedTest
    @ValueSource(strings = {"some_wait", "others_wait", "wait_apart", "some_shuffle"})
    void letsKernelsRunWhoseThreadsAllMeet(String kernel) {
        int waiting = kernel.startsWith("some") ? 64 : 0;
        launch(kernel, 1, 64, cuda.allocate(64 * Float.BYTES), waiting);
        cuda.synchronize(stream);
    }

    @Test
    void findsValuesOfOtherThreadsMissingBeforeABarrier() {
        long result = cuda.allocate(64 * Float.BYTES);
        launch("no_barrier", 1, 64, result);
        assertThat(cuda.readFloats(stream, result, 64)).contains(Float.NaN);
    }

    @Test
    void fillsNewMemoryWithNaN() {
        long unset = cuda.allocate(32 * Float.BYTES);
        assertThat(cuda.readFloats(stream, unset, 32)).containsOnly(Float.NaN);
        cuda.run("cuMemsetD32Async", unset, 0, 32L, stream);
        assertThat(cuda.readFloats(stream, unset, 32)).containsOnly(0);
        launch("unset", 1, 32, unset);
        assertThat(cuda.readFloats(stream, unset, 32)).as("shared memory").containsOnly(Float.NaN);
    }

    @ParameterizedTest
    @CsvSource({"4, behind the end of", "-1, before", "600, behind the end of"})
    void reportsWritesBesideAnAllocation(int index, String side) {
        launch("set", 1, 1, cuda.allocate(4 * Float.BYTES), index, 1f);
        assertFailure(ILLEGAL_ADDRESS, "kernel set wrote", side, "16 bytes");
    }

    @Test
    void reportsWritesFarFromAllMemory() {
        launch("set", 1, 1, cuda.allocate(4 * Float.BYTES), 1 << 20, 1f);
        assertFailure(ILLEGAL_ADDRESS, "kernel set", "not allocated");
    }

    @Test
    void reportsIndexesOutsideSharedArrays() {
        launch("shared_index", 1, 1, cuda.allocate(4 * Float.BYTES), 4);
        assertFailure(LAUNCH_FAILED, "kernel shared_index: line", "outside its array");
    }

    @Test
    void reportsFreedMemoryGivenToAKernel() {
        long freed = cuda.floats(1, 2);
        cuda.run("cuMemFree_v2", freed);
        launch("set", 1, 1, freed, 0, 1f);
        assertFailure(ILLEGAL_ADDRESS, "kernel set", "pointer 0");
    }

    @Test
    void refusesWrongAddresses() {
        long device = cuda.floats(1, 2);
        Pointer host = cuda.pinned(16);
        assertThat(cuda.code("cuMemFree_v2", device + 4)).isEqualTo(INVALID_VALUE);
        assertThat(cuda.code("cuMemFreeHost", device)).isEqualTo(INVALID_VALUE);
        assertThat(cuda.code("cuMemcpyHtoDAsync_v2", device, host, 9L, stream)).isEqualTo(INVALID_VALUE);
        assertThat(cuda.code("cuMemcpyHtoDAsync_v2", device, host.share(12), 8L, stream))
                .isEqualTo(INVALID_VALUE);
        assertThat(cuda.code("cuMemcpyDtoHAsync_v2", device, device, 8L, stream))
                .isEqualTo(INVALID_VALUE);
        assertThat(cuda.code("cuMemcpyHtoDAsync_v2", device, host, 8L, 0L)).isEqualTo(INVALID_HANDLE);
        cuda.run("cuMemcpyHtoDAsync_v2", device, host, 8L, stream);
        assertThat(cuda.code("cuMemFreeHost", host)).as("in use").isEqualTo(INVALID_VALUE);
        cuda.synchronize(stream);
        cuda.run("cuMemFreeHost", host);
    }

    private long availableMemory() {
        try (Memory total = new Memory(Long.BYTES)) {
            return cuda.result("cuMemGetInfo_v2", total);
        }
    }

    @Test
    void runsOutOfMemoryAndGivesItBack() {
        long before = availableMemory();
        long some = cuda.allocate(1 << 20);
        assertThat(availableMemory()).isEqualTo(before - (1 << 20));
        try (Memory address = new Memory(Long.BYTES)) {
            assertThat(cuda.code("cuMemAlloc_v2", address, before)).isEqualTo(OUT_OF_MEMORY);
        }
        cuda.run("cuMemFree_v2", some);
        assertThat(availableMemory()).isEqualTo(before);
    }

    @Test
    void keepsDevicesApart() {
        long own = cuda.floats(7);
        long set = kernel("set");
        long second = cuda.result("cuDevicePrimaryCtxRetain", 1);
        cuda.run("cuCtxSetCurrent", second);
        long there = cuda.floats(1);
        long stream1 = cuda.stream();

        assertThat(cuda.launch(set, 1, 1, stream1, there, 0, 5f))
                .as("a kernel of the other device's module")
                .isEqualTo(INVALID_HANDLE);
        assertThat(cuda.code("cuStreamSynchronize", stream))
                .as("the other device's stream")
                .isEqualTo(INVALID_HANDLE);
        assertThat(cuda.code("cuMemsetD32Async", own, 0, 1L, stream1))
                .as("the other device's memory")
                .isEqualTo(INVALID_VALUE);
        cuda.run("cuMemsetD32Async", there, 0, 1L, stream1);
        assertThat(cuda.readFloats(stream1, there, 1)).containsExactly(0);
        cuda.run("cuDevicePrimaryCtxRelease_v2", 1);
        assertThat(cuda.code("cuCtxSetCurrent", second)).isEqualTo(INVALID_CONTEXT);

        cuda.run("cuCtxSetCurrent", cuda.context());
        assertThat(cuda.readFloats(stream, own, 1)).containsExactly(7);
    }

    @Test
    void stopsADeviceWhoseKernelIsGivenAnothersMemory() {
        long second = cuda.result("cuDevicePrimaryCtxRetain", 1);
        cuda.run("cuCtxSetCurrent", second);
        long there = cuda.floats(1);
        cuda.run("cuCtxSetCurrent", cuda.context());
        launch("set", 1, 1, there, 0, 5f);

        assertFailure(ILLEGAL_ADDRESS, "lies in no memory of the device");
        cuda.run("cuCtxSetCurrent", second);
        assertThat(cuda.readFloats(cuda.stream(), there, 1))
                .as("the other device goes on")
                .containsExactly(1);
        cuda.run("cuDevicePrimaryCtxRelease_v2", 1);
        cuda.run("cuCtxSetCurrent", cuda.context());
    }

    @Test
    void refusesThreadsWithoutAContext() throws InterruptedException {
        AtomicInteger before = new AtomicInteger();
        AtomicInteger after = new AtomicInteger();
        Thread thread = new Thread(() -> {
            before.set(cuda.code("cuStreamSynchronize", stream));
            cuda.run("cuCtxSetCurrent", cuda.context());
            after.set(cuda.code("cuStreamSynchronize", stream));
        });
        thread.start();
        thread.join();
        assertThat(before).hasValue(INVALID_CONTEXT);
        assertThat(after).hasValue(0);
    }

    @ParameterizedTest
    @CsvSource({"0, 32", "1, 0", "1, 1025", "1, 257"})
    void refusesBlocksThatAKernelCannotRun(int blocks, int threads) {
        int code = cuda.launch(kernel("scale"), blocks, threads, stream, 0L, 0L, 0L, 1f);
        assertThat(code).isEqualTo(INVALID_VALUE);
    }

    @Test
    void saysWhyASourceDoesNotCompile() {
        Compiled compiled =
                cuda.compile("extern \"C\" __global__ void f(float* a) {\n    a[0] = unknown;\n}", ARCHITECTURE);
        assertThat(compiled.code()).isEqualTo(6);
        assertThat(compiled.log()).contains("test.cu:2", "unknown");
        assertThat(cuda.compile("#include <cub/cub.cuh>", ARCHITECTURE).code()).isEqualTo(6);
        assertThat(cuda.compile("", "--gpu-architecture=sm_91").code()).isEqualTo(5);
        assertThat(cuda.compile("", ARCHITECTURE, "-O3").code()).isEqualTo(5);
    }

    @Test
    void refusesCodeOfAnotherDevice() {
        byte[] other = cuda.compile("", "--gpu-architecture=sm_80").image();
        Pointer host = cuda.pinned(other.length);
        host.write(0, other, 0, other.length);
        assertThat(cuda.code("cuModuleLoadData", cuda.pinned(Long.BYTES), host)).isEqualTo(NO_BINARY);
    }
}
