package org.expunge.influence.compute.cuda;

import static org.expunge.influence.compute.KernelChecks.checkHolds;
import static org.expunge.influence.compute.KernelChecks.checkRange;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.compute.LossKernels;
import org.expunge.influence.compute.Sums;

/** Losses, one launch each: {@code losses.cu}. Nothing waits for the device. */
final class CudaLosses implements LossKernels {
    private static final String MODULE = "losses";

    /** Examples that a block handles. */
    private static final int EXAMPLES = 8;

    private final CudaDevice device;

    CudaLosses(CudaDevice device) {
        this.device = device;
    }

    @Override
    public void losses(Loss loss, int outputs, int batch, Buffer z, Buffer targets, Sums losses, int offset) {
        check(outputs, batch, z, targets);
        checkRange("the losses", losses, offset, batch);
        over(batch, launch("losses_", loss, outputs, batch, z, targets).write(losses, offset));
    }

    @Override
    public void delta(Loss loss, int outputs, int batch, Buffer z, Buffer targets, Buffer delta) {
        check(outputs, batch, z, targets);
        checkHolds("delta", delta, (long) outputs * batch);
        over(batch, launch("delta_", loss, outputs, batch, z, targets).write(delta));
    }

    @Override
    public void unitDelta(
            Loss loss, int outputs, int batch, Buffer z, Buffer targets, Buffer delta, Sums norms, int offset) {
        check(outputs, batch, z, targets);
        checkHolds("delta", delta, (long) outputs * batch);
        checkRange("the norms", norms, offset, batch);
        over(
                batch,
                launch("unitDelta_", loss, outputs, batch, z, targets)
                        .write(delta)
                        .write(norms, offset));
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
}
