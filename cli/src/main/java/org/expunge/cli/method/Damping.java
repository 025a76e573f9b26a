package org.expunge.cli.method;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.primitives.Doubles;
import java.util.Optional;
import org.expunge.influence.curvature.DampingRule;
import org.expunge.influence.curvature.GaussNewton;
import org.expunge.influence.curvature.damping.BatchNoise;
import org.expunge.influence.curvature.damping.LaplaceEvidence;
import org.expunge.influence.curvature.damping.TrainingLength;
import org.expunge.influence.curvature.kronecker.Ekfac;

/**
 * λ as it is written on the command line.
 *
 * @param text a number, {@code relative:SHARE}, {@code training-length}, {@code evidence}, {@code edge} or
 *     {@code shrinkage}
 * @param scope what it is for
 * @param policy finds it
 */
record Damping(String text, Scope scope, Policy policy) {
    private static final String RELATIVE = "relative:";

    /** What a λ can be for. */
    enum Scope {
        /** Any curvature: all parameters have the same. */
        WHOLE,
        /** Curvatures whose eigenvalues are known, layer by layer or of the whole. */
        EIGENVALUES,
        /** EK-FAC. */
        EKFAC
    }

    /** Finds λ at a run. */
    @FunctionalInterface
    interface Policy {
        DampingRule on(Bench bench, Optional<Ekfac> factors);
    }

    /**
     * Reads what a user wrote.
     *
     * @throws IllegalArgumentException if it means nothing
     */
    static Damping parse(String text) {
        return switch (text) {
            case "training-length" -> new Damping(text, Scope.WHOLE, (bench, factors) -> trainingLength(bench));
            case "evidence" -> new Damping(text, Scope.EKFAC, (bench, factors) -> evidence(bench, factors));
            case "edge" ->
                new Damping(
                        text,
                        Scope.WHOLE,
                        (bench, factors) ->
                                found(text, noise(bench, bench.train().size()).edgeDamping()));
            case "shrinkage" ->
                new Damping(
                        text,
                        Scope.WHOLE,
                        (bench, factors) -> found(
                                text,
                                noise(bench, bench.run().recipe().training().batchSize())
                                        .shrinkageDamping()));
            default -> numeric(text);
        };
    }

    private static Damping numeric(String text) {
        boolean isShare = text.startsWith(RELATIVE);
        Double number = Doubles.tryParse(isShare ? text.substring(RELATIVE.length()) : text);
        checkArgument(
                number != null && number > 0 && Double.isFinite(number),
                "--damping must be a number above 0, relative:SHARE, training-length, evidence, edge or shrinkage, got "
                        + "%s",
                text);
        DampingRule rule = isShare ? DampingRule.relativeToMean(number) : DampingRule.fixed(number);
        return new Damping(text, isShare ? Scope.EIGENVALUES : Scope.WHOLE, (bench, factors) -> rule);
    }

    /**
     * Returns the same.
     *
     * @throws IllegalArgumentException if it is not for this curvature
     */
    Damping fitting(Curvature curvature) {
        boolean fits = scope == Scope.WHOLE
                || (scope == Scope.EIGENVALUES && curvature.isFitted())
                || (scope == Scope.EKFAC && curvature == Curvature.EKFAC);
        checkArgument(
                fits,
                "--damping %s needs the eigenvalues of %s, which %s does not have; give a number or training-length",
                text,
                scope == Scope.EKFAC ? "EK-FAC" : "a fitted curvature",
                curvature);
        return this;
    }

    /**
     * Returns the same.
     *
     * @throws IllegalArgumentException if it is not for factors that were stored
     */
    Damping fittingStored() {
        checkArgument(scope != Scope.EKFAC, "--damping %s fits its factors itself; leave out --factors", text);
        return this;
    }

    /** Returns λ of a curvature that is not cut into layers. */
    double value(Bench bench) {
        return rule(bench).of("", new double[0]);
    }

    /** Returns λ of each layer, or of the whole, for curvatures other than EK-FAC. */
    DampingRule rule(Bench bench) {
        return bench.once("damping " + text, () -> policy.on(bench, Optional.empty()));
    }

    /** Returns the share, for a curvature whose λ is always a share of its mean eigenvalue. */
    double share() {
        checkArgument(text.startsWith(RELATIVE), "this method takes --damping relative:SHARE alone, got %s", text);
        return Double.parseDouble(text.substring(RELATIVE.length()));
    }

    private static DampingRule trainingLength(Bench bench) {
        return TrainingLength.of(bench.run())
                .orElseThrow(
                        () -> new IllegalArgumentException("--damping training-length adds up the learning rates of "
                                + "a training by gradient steps, which "
                                + bench.run().path() + " does not tell; give a "
                                + "number or relative:SHARE"));
    }

    private static DampingRule evidence(Bench bench, Optional<Ekfac> factors) {
        return LaplaceEvidence.of(bench.engine(), bench.model(), bench.train(), factors.orElseThrow())
                .maximise(LaplaceEvidence.Options.DEFAULT);
    }

    /** Returns the noise that so many rows leave. */
    private static BatchNoise noise(Bench bench, int rows) {
        int n = bench.train().size();
        checkArgument(n >= 2, "noise cannot be told from one training row; give a number for --damping");
        return BatchNoise.of(
                        bench.train(),
                        data -> new GaussNewton(bench.engine(), bench.model(), data),
                        BatchNoise.Options.forRows(n, 0))
                .ofRows(rows);
    }

    private static DampingRule found(String text, Optional<DampingRule> rule) {
        return rule.orElseThrow(() -> new IllegalArgumentException(
                "--damping " + text + " found no noise in the curvature of batches; give a number"));
    }
}
