package org.expunge.influence.compute.cuda;

import org.expunge.influence.compute.Replay;
import org.jspecify.annotations.Nullable;

/**
 * Kernels that are given to the device as one graph. The first run does them one by one, which compiles and allocates
 * what they need; the second records them.
 */
final class GraphReplay implements Replay {
    private final CudaDevice device;
    private final Runnable kernels;
    private boolean hasRun;
    private @Nullable Recording recording;

    GraphReplay(CudaDevice device, Runnable kernels) {
        this.device = device;
        this.kernels = kernels;
    }

    @Override
    public void run() {
        if (!hasRun) {
            kernels.run();
            hasRun = true;
            return;
        }
        CudaStream stream = device.stream();
        if (recording == null) {
            recording = stream.record(kernels);
        }
        recording.launch(stream);
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
