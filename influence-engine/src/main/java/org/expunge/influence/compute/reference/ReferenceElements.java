package org.expunge.influence.compute.reference;

import static com.google.common.base.Preconditions.checkArgument;
import static org.expunge.influence.compute.KernelChecks.checkHolds;
import static org.expunge.influence.compute.reference.ReferenceBuffer.valuesOf;

import org.expunge.influence.compute.Activation;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.ElementKernels;

/** Element-wise kernels, one element at a time. */
final class ReferenceElements implements ElementKernels {
    @Override
    public void activate(Activation activation, double parameter, int length, Buffer z, Buffer to) {
        checkHolds("z", z, length);
        checkHolds("the result", to, length);
        double[] from = valuesOf(z);
        double[] out = valuesOf(to);
        for (int i = 0; i < length; i++) {
            out[i] = ScalarActivation.value(activation, parameter, from[i]);
        }
    }

    @Override
    public void activateDerivative(Activation activation, double parameter, int length, Buffer z, Buffer v, Buffer to) {
        checkHolds("z", z, length);
        checkHolds("v", v, length);
        checkHolds("the result", to, length);
        double[] at = valuesOf(z);
        double[] from = valuesOf(v);
        double[] out = valuesOf(to);
        for (int i = 0; i < length; i++) {
            out[i] = from[i] * ScalarActivation.derivative(activation, parameter, at[i]);
        }
    }

    @Override
    public void activateSecondDerivative(
            Activation activation, double parameter, int length, Buffer z, Buffer v, Buffer w, Buffer to) {
        checkHolds("z", z, length);
        checkHolds("v", v, length);
        checkHolds("w", w, length);
        checkHolds("the result", to, length);
        double[] at = valuesOf(z);
        double[] first = valuesOf(v);
        double[] second = valuesOf(w);
        double[] out = valuesOf(to);
        for (int i = 0; i < length; i++) {
            out[i] = first[i] * second[i] * ScalarActivation.secondDerivative(activation, parameter, at[i]);
        }
    }

    @Override
    public void add(int length, Buffer x, Buffer y, Buffer to) {
        checkHolds("x", x, length);
        checkHolds("y", y, length);
        checkHolds("the sum", to, length);
        double[] xs = valuesOf(x);
        double[] ys = valuesOf(y);
        double[] out = valuesOf(to);
        for (int i = 0; i < length; i++) {
            out[i] = xs[i] + ys[i];
        }
    }

    @Override
    public void multiply(int length, Buffer x, Buffer y, Buffer to) {
        checkHolds("x", x, length);
        checkHolds("y", y, length);
        checkHolds("the product", to, length);
        double[] xs = valuesOf(x);
        double[] ys = valuesOf(y);
        double[] out = valuesOf(to);
        for (int i = 0; i < length; i++) {
            out[i] = xs[i] * ys[i];
        }
    }

    @Override
    public void multiplyRows(int rows, int columns, Buffer x, Buffer y, Buffer to) {
        checkHolds("x", x, (long) rows * columns);
        checkHolds("y", y, columns);
        checkHolds("the product", to, (long) rows * columns);
        double[] xs = valuesOf(x);
        double[] ys = valuesOf(y);
        double[] out = valuesOf(to);
        for (int i = 0; i < rows * columns; i++) {
            out[i] = xs[i] * ys[i % columns];
        }
    }

    @Override
    public void scaleShift(int rows, int columns, Buffer scale, Buffer shift, Buffer x, Buffer to) {
        checkHolds("scale", scale, rows);
        checkHolds("shift", shift, rows);
        checkHolds("x", x, (long) rows * columns);
        checkHolds("the result", to, (long) rows * columns);
        double[] factors = valuesOf(scale);
        double[] offsets = valuesOf(shift);
        double[] from = valuesOf(x);
        double[] out = valuesOf(to);
        for (int r = 0; r < rows; r++) {
            for (int i = r * columns; i < (r + 1) * columns; i++) {
                out[i] = factors[r] * from[i] + offsets[r];
            }
        }
    }

    @Override
    public void addBias(int rows, int columns, Buffer bias, Buffer inOut) {
        checkHolds("bias", bias, rows);
        checkHolds("the tile", inOut, (long) rows * columns);
        double[] offsets = valuesOf(bias);
        double[] out = valuesOf(inOut);
        for (int r = 0; r < rows; r++) {
            for (int i = r * columns; i < (r + 1) * columns; i++) {
                out[i] += offsets[r];
            }
        }
    }

    @Override
    public void dropoutMask(int features, int batch, double keep, long seed, int firstExample, Buffer mask) {
        checkArgument(keep > 0 && keep <= 1, "keep must be in (0, 1], got %s", keep);
        checkHolds("the mask", mask, (long) features * batch);
        double[] out = valuesOf(mask);
        for (int f = 0; f < features; f++) {
            long key = DropoutDraw.rowKey(seed, f);
            for (int b = 0; b < batch; b++) {
                out[f * batch + b] = DropoutDraw.uniform(key, (long) firstExample + b) < keep ? 1 / keep : 0;
            }
        }
    }
}
