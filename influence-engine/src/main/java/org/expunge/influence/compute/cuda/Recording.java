package org.expunge.influence.compute.cuda;

import java.util.LinkedHashMap;
import java.util.Map;
import org.expunge.influence.compute.cuda.driver.Driver;
import org.expunge.influence.compute.cuda.driver.NativeBlock;
import org.jspecify.annotations.Nullable;

/** Work of a stream that was recorded as a CUDA graph, and the memory that it touches. */
final class Recording implements AutoCloseable {
    private final DeviceMemory memory;
    private final Map<Block, Boolean> isWritten = new LinkedHashMap<>();
    private @Nullable CudaStream last;
    private long number;
    private long executable;

    Recording(DeviceMemory memory) {
        this.memory = memory;
    }

    void add(Block block, boolean isWrite) {
        isWritten.merge(block, isWrite, Boolean::logicalOr);
    }

    /** Ends the recording; one that failed in the middle is thrown away. */
    void end(long stream, boolean isWhole) {
        NativeBlock out = new NativeBlock(Long.BYTES);
        int code = Driver.cuStreamEndCapture(stream, out.address());
        if (!isWhole) {
            if (code == Driver.SUCCESS && out.asLong() != 0) {
                Driver.check(Driver.cuGraphDestroy(out.asLong()), "cuGraphDestroy");
            }
            return; // what went wrong is on its way to the caller
        }
        Driver.check(code, "cuStreamEndCapture");
        long graph = out.asLong();
        try {
            Driver.check(Driver.cuGraphInstantiateWithFlags(out.address(), graph, 0), "cuGraphInstantiate");
            executable = out.asLong();
        } finally {
            Driver.check(Driver.cuGraphDestroy(graph), "cuGraphDestroy");
        }
    }

    /** Holds the memory until this is closed. */
    void hold() {
        memory.hold(isWritten.keySet());
    }

    /** Gives the recorded work to a stream. */
    void launch(CudaStream stream) {
        isWritten.forEach((block, isWrite) -> {
            if (isWrite) {
                stream.write(block);
            } else {
                stream.read(block);
            }
        });
        Driver.check(Driver.cuGraphLaunch(executable, stream.handle()), "cuGraphLaunch");
        last = stream;
        number = stream.countGraph();
    }

    /** Frees the graph, once its last launch is done: without waiting where its stream was waited for since. */
    @Override
    public void close() {
        if (last != null && !last.isDone(number)) {
            last.synchronize();
        }
        last = null;
        if (executable != 0) {
            Driver.check(Driver.cuGraphExecDestroy(executable), "cuGraphExecDestroy");
            executable = 0;
            memory.letGo(isWritten.keySet());
        }
    }
}
