package org.expunge.unlearning.verify;

import java.util.List;
import java.util.stream.Stream;

/**
 * The evidence on one removal.
 *
 * @param options the limits that were set
 * @param before the model before: what doing nothing gives
 * @param after the model after
 * @param retrained models retrained on R, as many as were given
 * @param closeness distances to the first of them, of the model before, the model after and the second retrained one;
 *     empty without a retrained model
 * @param classes accuracy by class; empty for regression
 * @param attacks what attacks beyond the population found, as many as were asked for
 * @param gates every gate's answer, those of the attacks last
 * @param verdict fail if a gate fails; pass if none does, utility passes, a gate on forgetting passes and so does every
 *     attack that was asked for
 * @param limits what this evidence cannot show, in words
 */
public record Verification(
        Verifier.Options options,
        ModelFigures before,
        ModelFigures after,
        List<ModelFigures> retrained,
        List<Closeness> closeness,
        List<ClassUtility> classes,
        List<AttackEvidence> attacks,
        List<GateResult> gates,
        Verdict verdict,
        List<String> limits) {
    /** Copies the lists. */
    public Verification {
        retrained = List.copyOf(retrained);
        closeness = List.copyOf(closeness);
        classes = List.copyOf(classes);
        attacks = List.copyOf(attacks);
        gates = List.copyOf(gates);
        limits = List.copyOf(limits);
    }

    /**
     * Adds what attacks found, which each must pass.
     *
     * @param found in the order in which they are to be shown
     * @return the same evidence with them and another verdict
     */
    public Verification with(List<AttackEvidence> found) {
        List<GateResult> asked = found.stream().map(AttackEvidence::gate).toList();
        return new Verification(
                options,
                before,
                after,
                retrained,
                closeness,
                classes,
                joined(attacks, found),
                joined(gates, asked),
                Verifier.verdict(gates, joined(attackGates(), asked)),
                joined(
                        limits,
                        found.stream()
                                .flatMap(attack -> attack.limits().stream())
                                .toList()));
    }

    private List<GateResult> attackGates() {
        return attacks.stream().map(AttackEvidence::gate).toList();
    }

    private static <T> List<T> joined(List<T> first, List<T> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    /** From the worst to the best. */
    static int rank(Verdict verdict) {
        return switch (verdict) {
            case FAIL -> 0;
            case INCONCLUSIVE -> 1;
            case PASS -> 2;
        };
    }
}
