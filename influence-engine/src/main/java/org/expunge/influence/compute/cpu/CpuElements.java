package org.expunge.influence.compute.cpu;

import static com.google.common.base.Preconditions.checkArgument;
import static org.expunge.influence.compute.KernelChecks.checkHolds;
import static org.expunge.influence.compute.cpu.CpuBuffer.overwrite;
import static org.expunge.influence.compute.cpu.CpuBuffer.read;
import static org.expunge.influence.compute.cpu.CpuBuffer.update;

import java.util.Arrays;
import org.expunge.influence.compute.Activation;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.ElementKernels;
import org.expunge.influence.compute.reference.DropoutDraw;
import org.expunge.influence.compute.reference.ScalarActivation;

/** Element-wise kernels on the heap sides. */
final class CpuElements implements ElementKernels {
    @Override
    public void activate(Activation activation, double parameter, int length, Buffer z, Buffer to) {
        checkHolds("z", z, length);
        checkHolds("the result", to, length);
        float[] from = read(z);
        float[] out = overwrite(to, length);
        switch (activation) {
            case IDENTITY -> System.arraycopy(from, 0, out, 0, length);
            case RELU -> FloatLoops.relu(from, out, length);
            case LEAKY_RELU -> FloatLoops.leakyRelu(from, (float) parameter, out, length);
            default -> new SmoothActivations().values(activation, parameter, from, out, length);
        }
    }

    @Override
    public void activateDerivative(Activation activation, double parameter, int length, Buffer z, Buffer v, Buffer to) {
        checkHolds("z", z, length);
        checkHolds("v", v, length);
        checkHolds("the result", to, length);
        float[] at = read(z);
        float[] from = read(v);
        float[] out = overwrite(to, length);
        switch (activation) {
            case IDENTITY -> System.arraycopy(from, 0, out, 0, length);
            case RELU -> FloatLoops.reluDerivative(at, from, out, length);
            case LEAKY_RELU -> FloatLoops.leakyReluDerivative(at, (float) parameter, from, out, length);
            default -> new SmoothActivations().derivatives(activation, parameter, at, from, out, length);
        }
    }

    @Override
    public void activateSecondDerivative(
            Activation activation, double parameter, int length, Buffer z, Buffer v, Buffer w, Buffer to) {
        checkHolds("z", z, length);
        checkHolds("v", v, length);
        checkHolds("w", w, length);
        checkHolds("the result", to, length);
        float[] at = read(z);
        float[] first = read(v);
        float[] second = read(w);
        float[] out = overwrite(to, length);
        switch (activation) {
            case IDENTITY, RELU, LEAKY_RELU -> Arrays.fill(out, 0, length, 0f);
            default -> {
                for (int i = 0; i < length; i++) {
                    double curvature = ScalarActivation.secondDerivative(activation, parameter, at[i]);
                    out[i] = (float) ((double) first[i] * second[i] * curvature);
                }
            }
        }
    }

    @Override
    public void add(int length, Buffer x, Buffer y, Buffer to) {
        checkHolds("x", x, length);
        checkHolds("y", y, length);
        checkHolds("the sum", to, length);
        FloatLoops.add(read(x), read(y), overwrite(to, length), length);
    }

    @Override
    public void multiply(int length, Buffer x, Buffer y, Buffer to) {
        checkHolds("x", x, length);
        checkHolds("y", y, length);
        checkHolds("the product", to, length);
        FloatLoops.multiply(read(x), read(y), overwrite(to, length), length);
    }

    @Override
    public void multiplyRows(int rows, int columns, Buffer x, Buffer y, Buffer to) {
        checkHolds("x", x, (long) rows * columns);
        checkHolds("y", y, columns);
        checkHolds("the product", to, (long) rows * columns);
        float[] from = read(x);
        float[] factors = read(y);
        float[] out = overwrite(to, rows * columns);
        FloatLoops.multiply(from, factors, out, rows == 0 ? 0 : columns);
        float[] row = Scratch.local().array(0, rows > 1 ? columns : 0);
        for (int r = 1; r < rows; r++) {
            System.arraycopy(from, r * columns, row, 0, columns);
            FloatLoops.multiply(row, factors, row, columns);
            System.arraycopy(row, 0, out, r * columns, columns);
        }
    }

    @Override
    public void scaleShift(int rows, int columns, Buffer scale, Buffer shift, Buffer x, Buffer to) {
        checkHolds("scale", scale, rows);
        checkHolds("shift", shift, rows);
        checkHolds("x", x, (long) rows * columns);
        checkHolds("the result", to, (long) rows * columns);
        float[] factors = read(scale);
        float[] offsets = read(shift);
        float[] from = read(x);
        float[] out = overwrite(to, rows * columns);
        for (int r = 0; r < rows; r++) {
            FloatLoops.scaleShift(factors[r], offsets[r], from, out, r * columns, (r + 1) * columns);
        }
    }

    @Override
    public void addBias(int rows, int columns, Buffer bias, Buffer inOut) {
        checkHolds("bias", bias, rows);
        checkHolds("the tile", inOut, (long) rows * columns);
        float[] offsets = read(bias);
        float[] out = update(inOut);
        for (int r = 0; r < rows; r++) {
            FloatLoops.addConstant(offsets[r], out, r * columns, (r + 1) * columns);
        }
    }

    @Override
    public void dropoutMask(int features, int batch, double keep, long seed, int firstExample, Buffer mask) {
        checkArgument(keep > 0 && keep <= 1, "keep must be in (0, 1], got %s", keep);
        checkHolds("the mask", mask, (long) features * batch);
        float[] out = overwrite(mask, features * batch);
        float kept = (float) (1 / keep);
        for (int f = 0; f < features; f++) {
            long key = DropoutDraw.rowKey(seed, f);
            for (int b = 0; b < batch; b++) {
                out[f * batch + b] = DropoutDraw.uniform(key, (long) firstExample + b) < keep ? kept : 0;
            }
        }
    }
}
