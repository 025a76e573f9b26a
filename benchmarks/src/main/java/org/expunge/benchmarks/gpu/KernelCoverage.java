package org.expunge.benchmarks.gpu;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.expunge.influence.compute.Compute;

/** Notes which kernels of a backend are called, so that a kernel that nobody compares is found. */
final class KernelCoverage {
    private final Set<String> called = new TreeSet<>();

    /** Returns the same backend, whose calls of kernels are noted. */
    Compute watch(Compute compute) {
        return (Compute) proxy(Compute.class, (proxy, method, arguments) -> {
            Object result = invoke(method, compute, arguments);
            return isFamily(method) ? watch(method.getReturnType(), result) : result;
        });
    }

    /** Returns the kernels that no call was noted of, each with its family; sorted. */
    List<String> missing() {
        return Arrays.stream(Compute.class.getMethods())
                .filter(KernelCoverage::isFamily)
                .flatMap(family -> Arrays.stream(family.getReturnType().getMethods()))
                .map(KernelCoverage::name)
                .filter(name -> !called.contains(name))
                .distinct()
                .sorted()
                .toList();
    }

    private Object watch(Class<?> family, Object kernels) {
        return proxy(family, (proxy, method, arguments) -> {
            called.add(name(method));
            return invoke(method, kernels, arguments);
        });
    }

    private static Object proxy(Class<?> type, InvocationHandler handler) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler);
    }

    private static Object invoke(Method method, Object target, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static boolean isFamily(Method method) {
        return method.getReturnType().getSimpleName().endsWith("Kernels");
    }

    private static String name(Method method) {
        return method.getDeclaringClass().getSimpleName() + "." + method.getName();
    }
}
