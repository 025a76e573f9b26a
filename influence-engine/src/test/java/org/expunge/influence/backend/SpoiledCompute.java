package org.expunge.influence.backend;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.function.Consumer;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.LinearKernels.Product;
import org.expunge.influence.compute.Matrix;
import org.jspecify.annotations.Nullable;

/** A backend of which one kernel is wrong: what it wrote last among its arguments is changed, or it does nothing. */
final class SpoiledCompute {
    /** What is done to the numbers that a kernel wrote. */
    @SuppressWarnings("ImmutableEnumChecker") // the functions hold nothing
    enum Damage {
        OFF_BY_A_THOUSANDTH(values -> {
            for (int i = 0; i < values.length; i++) {
                values[i] *= 1.001;
            }
        }),
        NAN_EARLY(values -> values[0] = Double.NaN),
        NAN_LATE(values -> values[values.length - 1] = Double.NaN),
        NOTHING_WRITTEN(values -> {});

        private final Consumer<double[]> change;

        Damage(Consumer<double[]> change) {
            this.change = change;
        }
    }

    private SpoiledCompute() {}

    /** Spoils the kernel {@code linear.square}, say, of a backend. */
    static Compute of(Compute compute, String kernel, Damage damage) {
        int dot = kernel.indexOf('.');
        return proxy(Compute.class, (method, arguments) -> {
            Object result = invoke(method, compute, arguments);
            return method.getName().equals(kernel.substring(0, dot)) && method.getParameterCount() == 0
                    ? spoiled(compute, method.getReturnType(), result, kernel.substring(dot + 1), damage)
                    : result;
        });
    }

    private static Object spoiled(Compute compute, Class<?> type, Object kernels, String kernel, Damage damage) {
        return proxy(type, (method, arguments) -> {
            boolean isSpoiled = method.getName().equals(kernel);
            if (isSpoiled && damage == Damage.NOTHING_WRITTEN) {
                return null;
            }
            Object result = invoke(method, kernels, arguments);
            if (isSpoiled) {
                change(compute, written(arguments), damage);
            }
            return result;
        });
    }

    private static Object written(Object[] arguments) {
        for (int i = arguments.length - 1; i >= 0; i--) {
            if (arguments[i] instanceof List<?> products) {
                return ((Product) products.get(products.size() - 1)).c().buffer();
            }
            if (arguments[i] instanceof Matrix matrix) {
                return matrix.buffer();
            }
            if (arguments[i] instanceof Buffer || arguments[i] instanceof double[]) {
                return arguments[i];
            }
        }
        throw new IllegalArgumentException("the kernel writes no buffer");
    }

    private static void change(Compute compute, Object written, Damage damage) {
        if (written instanceof double[] values) {
            damage.change.accept(values);
        } else {
            Buffer buffer = (Buffer) written;
            double[] values = compute.toArray(buffer);
            damage.change.accept(values);
            compute.write(values, 0, buffer, 0, values.length);
        }
    }

    private interface Call {
        @Nullable
        Object of(Method method, Object[] arguments) throws Throwable;
    }

    private static <T> T proxy(Class<T> type, Call call) {
        InvocationHandler handler =
                (self, method, arguments) -> call.of(method, arguments == null ? new Object[0] : arguments);
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static Object invoke(Method method, Object target, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
