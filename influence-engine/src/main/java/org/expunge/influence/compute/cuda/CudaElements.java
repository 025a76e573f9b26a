package org.expunge.influence.compute.cuda;

import static com.google.common.base.Preconditions.checkArgument;
import static org.expunge.influence.compute.KernelChecks.checkHolds;

import com.google.common.collect.Maps;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import org.expunge.influence.compute.Activation;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.ElementKernels;

/** Element-wise kernels: {@code elements.cu}. */
final class CudaElements implements ElementKernels {
    private static final String MODULE = "elements";
    private static final Map<Activation, String> ACTIVATE = kernels("activate_");
    private static final Map<Activation, String> ACTIVATE_DERIVATIVE = kernels("activateDerivative_");
    private static final Map<Activation, String> ACTIVATE_SECOND_DERIVATIVE = kernels("activateSecondDerivative_");
    private static final Map<Activation, String> ADD_BIAS_AND_ACTIVATE = kernels("addBiasAndActivate_");

    private final CudaDevice device;

    CudaElements(CudaDevice device) {
        this.device = device;
    }

    /** Returns the kernel for each activation; put together once, for it is asked for at each launch. */
    private static Map<Activation, String> kernels(String prefix) {
        return Maps.immutableEnumMap(Maps.toMap(EnumSet.allOf(Activation.class), type -> prefix + type.name()));
    }

    private Launch launch(Map<Activation, String> kernels, Activation activation) {
        return device.launch(MODULE, Objects.requireNonNull(kernels.get(activation)));
    }

    @Override
    public void activate(Activation activation, double parameter, int length, Buffer z, Buffer to) {
        checkHolds("z", z, length);
        checkHolds("the result", to, length);
        launch(ACTIVATE, activation)
                .value(length)
                .value((float) parameter)
                .read(z)
                .write(to)
                .overFours(length);
    }

    @Override
    public void activateDerivative(Activation activation, double parameter, int length, Buffer z, Buffer v, Buffer to) {
        checkHolds("z", z, length);
        checkHolds("v", v, length);
        checkHolds("the result", to, length);
        launch(ACTIVATE_DERIVATIVE, activation)
                .value(length)
                .value((float) parameter)
                .read(z)
                .read(v)
                .write(to)
                .overFours(length);
    }

    @Override
    public void activateSecondDerivative(
            Activation activation, double parameter, int length, Buffer z, Buffer v, Buffer w, Buffer to) {
        checkHolds("z", z, length);
        checkHolds("v", v, length);
        checkHolds("w", w, length);
        checkHolds("the result", to, length);
        launch(ACTIVATE_SECOND_DERIVATIVE, activation)
                .value(length)
                .value((float) parameter)
                .read(z)
                .read(v)
                .read(w)
                .write(to)
                .overFours(length);
    }

    @Override
    public void add(int length, Buffer x, Buffer y, Buffer to) {
        checkHolds("x", x, length);
        checkHolds("y", y, length);
        checkHolds("the sum", to, length);
        device.launch(MODULE, "add").value(length).read(x).read(y).write(to).overFours(length);
    }

    @Override
    public void multiply(int length, Buffer x, Buffer y, Buffer to) {
        checkHolds("x", x, length);
        checkHolds("y", y, length);
        checkHolds("the product", to, length);
        device.launch(MODULE, "multiply")
                .value(length)
                .read(x)
                .read(y)
                .write(to)
                .overFours(length);
    }

    @Override
    public void multiplyRows(int rows, int columns, Buffer x, Buffer y, Buffer to) {
        long length = (long) rows * columns;
        checkHolds("x", x, length);
        checkHolds("y", y, columns);
        checkHolds("the product", to, length);
        device.launch(MODULE, "multiplyRows")
                .value(rows)
                .value(columns)
                .read(x)
                .read(y)
                .write(to)
                .overFours(length);
    }

    @Override
    public void scaleShift(int rows, int columns, Buffer scale, Buffer shift, Buffer x, Buffer to) {
        long length = (long) rows * columns;
        checkHolds("scale", scale, rows);
        checkHolds("shift", shift, rows);
        checkHolds("x", x, length);
        checkHolds("the result", to, length);
        device.launch(MODULE, "scaleShift")
                .value(rows)
                .value(columns)
                .read(scale)
                .read(shift)
                .read(x)
                .write(to)
                .overFours(length);
    }

    @Override
    public void addBias(int rows, int columns, Buffer bias, Buffer inOut) {
        long length = (long) rows * columns;
        checkHolds("bias", bias, rows);
        checkHolds("the tile", inOut, length);
        device.launch(MODULE, "addBias")
                .value(rows)
                .value(columns)
                .read(bias)
                .write(inOut)
                .overFours(length);
    }

    @Override
    public void addBiasAndActivate(
            Activation activation, double parameter, int rows, int columns, Buffer bias, Buffer z, Buffer to) {
        long length = (long) rows * columns;
        checkHolds("bias", bias, rows);
        checkHolds("z", z, length);
        checkHolds("the result", to, length);
        launch(ADD_BIAS_AND_ACTIVATE, activation)
                .value(rows)
                .value(columns)
                .value((float) parameter)
                .read(bias)
                .write(z)
                .write(to)
                .overFours(length);
    }

    @Override
    public void dropoutMask(int features, int batch, double keep, long seed, int firstExample, Buffer mask) {
        checkArgument(keep > 0 && keep <= 1, "keep must be in (0, 1], got %s", keep);
        long length = (long) features * batch;
        checkHolds("the mask", mask, length);
        long threshold = (long) Math.ceil(keep * 0x1p53);
        device.launch(MODULE, "dropoutMask")
                .value(features)
                .value(batch)
                .value(threshold)
                .value((float) (1 / keep))
                .value(seed)
                .value(firstExample)
                .write(mask)
                .overFours(length);
    }
}
