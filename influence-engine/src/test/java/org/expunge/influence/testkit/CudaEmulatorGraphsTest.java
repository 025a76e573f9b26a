package org.expunge.influence.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Memory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Captures and graphs of the emulator, right ones and wrong ones. */
@Tag("gpu")
class CudaEmulatorGraphsTest extends EmulatedKernels {
    private static final int CAPTURE_UNSUPPORTED = 900;
    private static final int CAPTURE_INVALIDATED = 901;
    private static final int CAPTURE_UNJOINED = 904;
    private static final int CAPTURE_ISOLATION = 905;

    private long capture(Runnable work) {
        cuda.run("cuStreamBeginCapture_v2", stream, 1);
        work.run();
        long graph = cuda.lastResult("cuStreamEndCapture", stream);
        long executable = cuda.result("cuGraphInstantiateWithFlags", graph, 0L);
        cuda.run("cuGraphDestroy", graph);
        return executable;
    }

    @Test
    void replaysGraphs() {
        long a = cuda.floats(1, 2);
        long b = cuda.floats(0, 0);
        long twice = kernel("scale");
        long executable = capture(() -> {
            cuda.launch(twice, 1, 32, stream, a, b, 2L, 2f);
            cuda.run("cuMemcpyDtoDAsync_v2", a, b, 2L * Float.BYTES, stream);
        });
        assertThat(cuda.readFloats(stream, a, 2)).as("recorded only").containsExactly(1, 2);
        long launches = cuda.count("graph_launches");
        long other = cuda.stream();
        cuda.run("cuGraphLaunch", executable, stream);
        cuda.run("cuGraphLaunch", executable, other);
        cuda.run("cuGraphLaunch", executable, stream);
        cuda.run("cuGraphExecDestroy", executable);
        assertThat(cuda.readFloats(stream, a, 2)).containsExactly(8, 16);
        assertThat(cuda.count("graph_launches") - launches).isEqualTo(3);
    }

    @Test
    void replaysGraphsOfSeveralStreams() {
        long a = cuda.floats(0);
        long set = kernel("set");
        long other = cuda.stream();
        long begun = cuda.result("cuEventCreate", 2);
        long joined = cuda.result("cuEventCreate", 2);
        long executable = capture(() -> {
            cuda.launch(set, 1, 1, stream, a, 0, 1f);
            cuda.run("cuEventRecord", begun, stream);
            cuda.run("cuStreamWaitEvent", other, begun, 0);
            cuda.launch(set, 1, 1, other, a, 0, 2f);
            cuda.run("cuEventRecord", joined, other);
            cuda.run("cuStreamWaitEvent", stream, joined, 0);
        });
        for (int i = 0; i < 20; i++) {
            cuda.run("cuMemsetD32Async", a, 0, 1L, stream);
            cuda.run("cuGraphLaunch", executable, stream);
            assertThat(cuda.readFloats(stream, a, 1)).containsExactly(2);
        }
    }

    private int endCapture() {
        try (Memory graph = new Memory(Long.BYTES)) {
            return cuda.code("cuStreamEndCapture", stream, graph);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cuStreamSynchronize", "cuEventSynchronize", "cuMemFree_v2", "cuMemFreeHost"})
    void refusesToWaitWhileItCaptures(String function) {
        long argument = function.equals("cuStreamSynchronize") ? stream : cuda.result("cuEventCreate", 0);
        cuda.run("cuStreamBeginCapture_v2", stream, 1);
        assertThat(cuda.code(function, argument)).isEqualTo(CAPTURE_UNSUPPORTED);
        assertThat(endCapture()).isEqualTo(CAPTURE_INVALIDATED);
        cuda.synchronize(stream);
    }

    @Test
    void refusesEventsOfBeforeInACapture() {
        long event = cuda.result("cuEventCreate", 0);
        cuda.run("cuEventRecord", event, stream);
        cuda.run("cuStreamBeginCapture_v2", stream, 1);
        assertThat(cuda.code("cuStreamWaitEvent", stream, event, 0)).isEqualTo(CAPTURE_ISOLATION);
        assertThat(endCapture()).isEqualTo(CAPTURE_INVALIDATED);
    }

    @Test
    void refusesCapturesWhoseStreamsDoNotComeTogether() {
        long target = cuda.floats(0);
        long other = cuda.stream();
        long event = cuda.result("cuEventCreate", 0);
        cuda.run("cuStreamBeginCapture_v2", stream, 1);
        cuda.run("cuEventRecord", event, stream);
        cuda.run("cuStreamWaitEvent", other, event, 0);
        cuda.run("cuMemsetD32Async", target, 1, 1L, other);
        assertThat(endCapture()).isEqualTo(CAPTURE_UNJOINED);
    }
}
