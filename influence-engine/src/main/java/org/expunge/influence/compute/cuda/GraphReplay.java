package org.expunge.influence.compute.cuda;

import org.expunge.influence.compute.Replay;
import org.expunge.influence.compute.cuda.driver.CudaException;
import org.jspecify.annotations.Nullable;

/**
 * Kernels that are given to the device as one graph. A stream's first run does them one by one, which compiles and
 * allocates what they need; its second records them. What cannot be recorded is always done one by one, and so is what
 * runs as a part of another replay, which has it in its own graph.
 */
final class GraphReplay implements Replay {
    private final CudaDevice device;
    private final Runnable kernels;
    private @Nullable CudaStream prepared;
    private boolean isRefused;
    private @Nullable Recording recording;

    GraphReplay(CudaDevice device, Runnable kernels) {
        this.device = device;
        this.kernels = kernels;
    }

    @Override
    public void run() {
        CudaStream stream = device.stream();
        if (stream.isInReplay()) {
            kernels.run();
            return;
        }
        if (recording == null && prepared == stream && !isRefused) {
            recording = record(stream);
        }
        if (recording == null) {
            stream.inReplay(kernels);
            prepared = stream;
        } else {
            recording.launch(stream);
        }
    }

    /** Returns null if the libraries of this machine cannot record the kernels. */
    private @Nullable Recording record(CudaStream stream) {
        try {
            return stream.record(kernels);
        } catch (CudaException e) {
            isRefused = true;
            System.getLogger(GraphReplay.class.getName())
                    .log(System.Logger.Level.WARNING, "kernels cannot be recorded as a graph: more time is lost", e);
            return null;
        }
    }

    @Override
    public void close() {
        if (recording != null) {
            device.stream(); // its device becomes the current one
            recording.close();
            recording = null;
        }
    }
}
