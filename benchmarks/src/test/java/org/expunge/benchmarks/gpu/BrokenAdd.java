package org.expunge.benchmarks.gpu;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.ElementKernels;
import org.expunge.influence.compute.reference.ReferenceCompute;

/** The reference, whose {@link ElementKernels#add} sets a number of its result in some of its calls. */
final class BrokenAdd {
    private final Compute compute = new ReferenceCompute();
    private final double number;
    private final Set<Integer> calls;
    private int call;

    private BrokenAdd(double number, Set<Integer> calls) {
        this.number = number;
        this.calls = calls;
    }

    /** Returns a backend that is wrong in those calls, counted from 0. */
    static Compute setting(double number, Integer... calls) {
        BrokenAdd broken = new BrokenAdd(number, Set.of(calls));
        ElementKernels elements = broken.elements();
        return (Compute) Proxy.newProxyInstance(
                Compute.class.getClassLoader(),
                new Class<?>[] {Compute.class},
                (proxy, method, arguments) -> method.getName().equals("elements")
                        ? elements
                        : invoke(() -> method.invoke(broken.compute, arguments)));
    }

    private ElementKernels elements() {
        return (ElementKernels) Proxy.newProxyInstance(
                ElementKernels.class.getClassLoader(),
                new Class<?>[] {ElementKernels.class},
                (proxy, method, arguments) -> {
                    Object result = invoke(() -> method.invoke(compute.elements(), arguments));
                    if (method.getName().equals("add") && calls.contains(call++)) {
                        compute.fill((Buffer) arguments[3], 0, 1, number);
                    }
                    return result;
                });
    }

    /** A call by reflection. */
    private interface Call {
        Object run() throws ReflectiveOperationException;
    }

    private static Object invoke(Call call) throws Throwable {
        try {
            return call.run();
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
