package org.expunge.influence.compute.cuda;

import static com.google.common.base.Preconditions.checkArgument;
import static org.expunge.influence.compute.KernelChecks.checkHolds;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.compute.LossKernels;

/**
 * Losses, one launch each: {@code losses.cu}. {@link #losses} and {@link #unitDelta} wait for the device, because they
 * give numbers to the host.
 */
final class CudaLosses implements LossKernels {
    private static final String MODULE = "losses";

    /** Examples that a block handles. */
    private static final int EXAMPLES = 8;

    private final CudaDevice device;

    CudaLosses(CudaDevice device) {
        this.device = device;
    }

    @Override
    public void losses(Loss loss, int outputs, int batch, Buffer z, Buffer targets, double[] losses, int offset) {
        check(outputs, batch, z, targets);
        checkRoom(losses, offset, batch);
        HostResults results = device.results(batch);
        over(batch, launch("losses_", loss, outputs, batch, z, targets).results(results));
        results.copyTo(losses, offset);
    }

    @Override
    public void delta(Loss loss, int outputs, int batch, Buffer z, Buffer targets, Buffer delta) {
        check(outputs, batch, z, targets);
        checkHolds("delta", delta, (long) outputs * batch);
        over(batch, launch("delta_", loss, outputs, batch, z, targets).write(delta));
    }

    @Override
    public void unitDelta(
            Loss loss, int outputs, int batch, Buffer z, Buffer targets, Buffer delta, double[] norms, int offset) {
        check(outputs, batch, z, targets);
        checkHolds("delta", delta, (long) outputs * batch);
        checkRoom(norms, offset, batch);
        HostResults results = device.results(batch);
        over(
                batch,
                launch("unitDelta_", loss, outputs, batch, z, targets)
                        .write(delta)
                        .results(results));
        results.copyTo(norms, offset);
    }

    @Override
    public void hessianProduct(Loss loss, int outputs, int batch, Buffer z, Buffer targets, Buffer v, Buffer to) {
        check(outputs, batch, z, targets);
        checkHolds("v", v, (long) outputs * batch);
        checkHolds("the product", to, (long) outputs * batch);
        over(
                batch,
                launch("hessianProduct_", loss, outputs, batch, z, targets)
                        .read(v)
                        .write(to));
    }

    @Override
    public void predictions(Loss loss, int outputs, int batch, Buffer z, Buffer to) {
        checkHolds("z", z, (long) outputs * batch);
        checkHolds("the predictions", to, (long) outputs * batch);
        over(
                batch,
                device.launch(MODULE, "predictions_" + loss.name())
                        .value(outputs)
                        .value(batch)
                        .read(z)
                        .write(to));
    }

    private Launch launch(String kernel, Loss loss, int outputs, int batch, Buffer z, Buffer targets) {
        return device.launch(MODULE, kernel + loss.name())
                .value(outputs)
                .value(batch)
                .read(z)
                .read(targets);
    }

    private static void over(int batch, Launch launch) {
        if (batch > 0) {
            launch.grid((batch + EXAMPLES - 1) / EXAMPLES, 1, Launch.THREADS);
        }
    }

    private static void check(int outputs, int batch, Buffer z, Buffer targets) {
        checkHolds("z", z, (long) outputs * batch);
        checkHolds("the targets", targets, (long) outputs * batch);
    }

    /** Refuses before anything is computed. */
    private static void checkRoom(double[] results, int offset, int batch) {
        checkArgument(
                offset >= 0 && (long) offset + batch <= results.length,
                "results of %s examples from %s do not fit an array of %s",
                batch,
                offset,
                results.length);
    }
}
