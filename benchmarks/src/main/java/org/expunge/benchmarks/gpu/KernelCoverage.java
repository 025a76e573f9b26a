package org.expunge.benchmarks.gpu;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.expunge.influence.compute.Compute;
import org.jspecify.annotations.Nullable;

/**
 * Notes which kernels of a backend are called, so that a kernel that nobody compares is found. One that is told which
 * function to compute counts as a kernel for each: a device has them apart.
 */
final class KernelCoverage {
    private final Set<String> called = new TreeSet<>();

    /** Returns the same backend, whose calls of kernels are noted. */
    Compute watch(Compute compute) {
        return (Compute) proxy(Compute.class, (proxy, method, arguments) -> {
            note(method, arguments);
            Object result = invoke(method, compute, arguments);
            return isFamily(method) ? watch(method.getReturnType(), result) : result;
        });
    }

    /** Returns the kernels that no call was noted of, each with its family; sorted. */
    List<String> missing() {
        Stream<Method> ofFamilies = Arrays.stream(Compute.class.getMethods())
                .filter(KernelCoverage::isFamily)
                .flatMap(family -> Arrays.stream(family.getReturnType().getMethods()));
        Stream<Method> ofBuffers = Arrays.stream(Compute.class.getMethods()).filter(KernelCoverage::movesNumbers);
        return Stream.concat(ofFamilies, ofBuffers)
                .flatMap(KernelCoverage::names)
                .filter(name -> !called.contains(name))
                .distinct()
                .sorted()
                .toList();
    }

    private Object watch(Class<?> family, Object kernels) {
        return proxy(family, (proxy, method, arguments) -> {
            note(method, arguments);
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

    private static boolean movesNumbers(Method method) {
        return method.getReturnType() == void.class && method.getParameterCount() > 0;
    }

    private void note(Method method, @Nullable Object @Nullable [] arguments) {
        List<?> functions = arguments == null
                ? List.of()
                : Arrays.stream(arguments).filter(Enum.class::isInstance).toList();
        called.add(functions.isEmpty() ? name(method) : name(method, functions.get(0)));
    }

    /** Returns a kernel's name, or one for each function that it can be told to compute. */
    private static Stream<String> names(Method method) {
        return Arrays.stream(method.getParameterTypes())
                .filter(Class::isEnum)
                .findFirst()
                .map(functions -> Arrays.stream(functions.getEnumConstants()).map(each -> name(method, each)))
                .orElseGet(() -> Stream.of(name(method)));
    }

    private static String name(Method method, Object function) {
        return name(method) + " of " + function.toString().toLowerCase(Locale.ROOT);
    }

    /** Kernels of {@link Compute} itself are told apart by their arguments, too. */
    private static String name(Method method) {
        String name = method.getDeclaringClass().getSimpleName() + "." + method.getName();
        return movesNumbers(method) && method.getDeclaringClass() == Compute.class
                ? name + " with " + method.getParameterCount() + " arguments"
                : name;
    }
}
