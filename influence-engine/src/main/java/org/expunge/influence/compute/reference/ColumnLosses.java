package org.expunge.influence.compute.reference;

import static org.expunge.influence.compute.KernelChecks.checkHolds;
import static org.expunge.influence.compute.KernelChecks.checkRange;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.HostSums;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.compute.LossKernels;
import org.expunge.influence.compute.Sums;

/**
 * Loss kernels that take the tile apart into examples and hand each to {@link ScalarLoss}. One class serves every
 * backend whose memory Java can reach.
 *
 * <p><b>Cost.</b> About K exponentials an example; the dense layers before it cost thousands of times more.
 */
public final class ColumnLosses implements LossKernels {
    /** Access to one column of a {@code K × B} tile. */
    public interface Columns {
        /**
         * Copies column {@code b} out of a tile.
         *
         * @param tile {@code K × batch}
         * @param batch columns of the tile
         * @param b which column
         * @param column length K, written
         */
        void load(Buffer tile, int batch, int b, double[] column);

        /**
         * Copies a column into a tile.
         *
         * @param column length K
         * @param tile {@code K × batch}, column {@code b} written
         * @param batch columns of the tile
         * @param b which column
         */
        void store(double[] column, Buffer tile, int batch, int b);
    }

    private final Columns columns;

    /** Reads and writes tiles through {@code columns}. */
    public ColumnLosses(Columns columns) {
        this.columns = columns;
    }

    @Override
    public void losses(Loss loss, int outputs, int batch, Buffer z, Buffer targets, Sums losses, int offset) {
        check(outputs, batch, z, targets);
        checkRange("the losses", losses, offset, batch);
        double[] values = HostSums.valuesOf(losses);
        double[] logits = new double[outputs];
        double[] target = new double[outputs];
        for (int b = 0; b < batch; b++) {
            columns.load(z, batch, b, logits);
            columns.load(targets, batch, b, target);
            values[offset + b] = ScalarLoss.value(loss, logits, target);
        }
    }

    @Override
    public void delta(Loss loss, int outputs, int batch, Buffer z, Buffer targets, Buffer delta) {
        check(outputs, batch, z, targets);
        checkHolds("delta", delta, (long) outputs * batch);
        double[] logits = new double[outputs];
        double[] target = new double[outputs];
        double[] d = new double[outputs];
        for (int b = 0; b < batch; b++) {
            columns.load(z, batch, b, logits);
            columns.load(targets, batch, b, target);
            ScalarLoss.delta(loss, logits, target, d);
            columns.store(d, delta, batch, b);
        }
    }

    @Override
    public void unitDelta(
            Loss loss, int outputs, int batch, Buffer z, Buffer targets, Buffer delta, Sums norms, int offset) {
        check(outputs, batch, z, targets);
        checkHolds("delta", delta, (long) outputs * batch);
        checkRange("the norms", norms, offset, batch);
        double[] sizes = HostSums.valuesOf(norms);
        double[] logits = new double[outputs];
        double[] target = new double[outputs];
        double[] d = new double[outputs];
        for (int b = 0; b < batch; b++) {
            columns.load(z, batch, b, logits);
            columns.load(targets, batch, b, target);
            ScalarLoss.delta(loss, logits, target, d);
            sizes[offset + b] = normalise(d);
            columns.store(d, delta, batch, b);
        }
    }

    @Override
    public void hessianProduct(Loss loss, int outputs, int batch, Buffer z, Buffer targets, Buffer v, Buffer to) {
        check(outputs, batch, z, targets);
        checkHolds("v", v, (long) outputs * batch);
        checkHolds("the product", to, (long) outputs * batch);
        double[] logits = new double[outputs];
        double[] target = new double[outputs];
        double[] direction = new double[outputs];
        double[] product = new double[outputs];
        for (int b = 0; b < batch; b++) {
            columns.load(z, batch, b, logits);
            columns.load(targets, batch, b, target);
            columns.load(v, batch, b, direction);
            ScalarLoss.hessianProduct(loss, logits, target, direction, product);
            columns.store(product, to, batch, b);
        }
    }

    @Override
    public void predictions(Loss loss, int outputs, int batch, Buffer z, Buffer to) {
        checkHolds("z", z, (long) outputs * batch);
        checkHolds("the predictions", to, (long) outputs * batch);
        double[] logits = new double[outputs];
        double[] prediction = new double[outputs];
        for (int b = 0; b < batch; b++) {
            columns.load(z, batch, b, logits);
            ScalarLoss.prediction(loss, logits, prediction);
            columns.store(prediction, to, batch, b);
        }
    }

    private static void check(int outputs, int batch, Buffer z, Buffer targets) {
        checkHolds("z", z, (long) outputs * batch);
        checkHolds("the targets", targets, (long) outputs * batch);
    }

    /** Divides by the Euclidean norm and returns it; scaled by the largest entry, so that no square underflows. */
    private static double normalise(double[] d) {
        double largest = 0;
        for (double value : d) {
            largest = Math.max(largest, Math.abs(value));
        }
        if (largest == 0) {
            return 0;
        }
        double sum = 0;
        for (double value : d) {
            sum += value / largest * (value / largest);
        }
        double root = Math.sqrt(sum);
        for (int k = 0; k < d.length; k++) {
            d[k] = d[k] / largest / root;
        }
        return largest * root;
    }
}
