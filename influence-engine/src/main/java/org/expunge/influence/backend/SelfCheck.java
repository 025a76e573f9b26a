package org.expunge.influence.backend;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.cuda.CudaCompute;
import org.expunge.influence.compute.cuda.MathMode;
import org.expunge.influence.compute.reference.ReferenceCompute;

/**
 * What a few kernels of every family made on a backend, against the reference backend: random inputs, outputs full of
 * NaN before. It shows a device, driver or library that does not compute; that each kernel is right at every size is
 * for the tests. Takes some 10 ms of work in plain Java beside the backend's.
 *
 * @param outcomes of each family
 */
public record SelfCheck(List<Outcome> outcomes) {
    /** What rounding of sums of some 60 floats stays below by two orders. */
    private static final double BOUND = 1e-5;

    /** Factors of products rounded to 11 and to 8 bits, each with a relative error of at most 2⁻¹¹ and 2⁻⁸. */
    private static final double TF32_BOUND = 2e-3;

    private static final double BF16_BOUND = 1.5e-2;

    /** Copies the list. */
    public SelfCheck {
        outcomes = List.copyOf(outcomes);
    }

    /**
     * How a family of kernels did.
     *
     * @param family its name
     * @param error largest relative error of an output in the Frobenius norm; NaN if an output was not written, or the
     *     kernels did not run
     * @param bound what the error may be
     * @param failure what the backend said where the kernels did not run; else empty
     */
    public record Outcome(String family, double error, double bound, String failure) {
        /** Returns whether its outputs were right. */
        public boolean isRight() {
            return error <= bound;
        }

        @Override
        public String toString() {
            return family
                    + (failure.isEmpty()
                            ? String.format(Locale.ROOT, ": relative error %.1e, at most %.1e is right", error, bound)
                            : " did not run: " + failure);
        }
    }

    /**
     * Checks a backend.
     *
     * @param seed of the inputs
     */
    public static SelfCheck of(Compute compute, long seed) {
        return new SelfCheck(Arrays.stream(Family.values())
                .map(family -> outcome(family, compute, seed))
                .toList());
    }

    private static Outcome outcome(Family family, Compute compute, long seed) {
        double bound = family == Family.PRODUCTS ? productBound(compute) : BOUND;
        try (Compute reference = new ReferenceCompute();
                Trial expected = new Trial(reference, seed);
                Trial found = new Trial(compute, seed)) {
            family.run(expected);
            family.run(found);
            return new Outcome(family.title(), error(found.results(), expected.results()), bound, "");
        } catch (RuntimeException e) { // of any kind: what a broken device makes of its results is not known
            return new Outcome(family.title(), Double.NaN, bound, String.valueOf(e.getMessage()));
        }
    }

    private static double productBound(Compute compute) {
        if (compute.name().equals(CudaCompute.name(MathMode.TF32))) {
            return TF32_BOUND;
        }
        return compute.name().equals(CudaCompute.name(MathMode.BF16)) ? BF16_BOUND : BOUND;
    }

    private static double error(List<double[]> found, List<double[]> expected) {
        double largest = 0;
        for (int i = 0; i < found.size(); i++) {
            largest = Math.max(largest, error(found.get(i), expected.get(i)));
        }
        return largest;
    }

    private static double error(double[] found, double[] expected) {
        double errors = 0;
        double squares = 0;
        for (int i = 0; i < found.length; i++) {
            errors += (found[i] - expected[i]) * (found[i] - expected[i]);
            squares += expected[i] * expected[i];
        }
        return errors == 0 ? 0 : Math.sqrt(errors / squares);
    }

    /**
     * Returns which families failed and how, a line each, but one for all that did not run, with what the first of them
     * said; empty if none failed.
     */
    public Optional<String> obstacle() {
        List<Outcome> failed =
                outcomes.stream().filter(outcome -> !outcome.isRight()).toList();
        List<Outcome> idle =
                failed.stream().filter(outcome -> !outcome.failure().isEmpty()).toList();
        Stream<String> wrong =
                failed.stream().filter(outcome -> outcome.failure().isEmpty()).map(Outcome::toString);
        Stream<String> first = idle.stream().limit(1).map(Outcome::toString);
        Stream<String> others = Stream.of(
                        idle.stream().skip(1).map(Outcome::family).collect(Collectors.joining(", ")))
                .filter(names -> !names.isEmpty())
                .map(names -> "nor did: " + names);
        return Optional.of(
                        Stream.of(first, others, wrong).flatMap(lines -> lines).collect(Collectors.joining("\n")))
                .filter(text -> !text.isEmpty());
    }
}
