package org.expunge.unlearning.verify;

import java.util.List;

/**
 * The evidence on one removal.
 *
 * @param options the limits that were set
 * @param before the model before: what doing nothing gives
 * @param after the model after
 * @param retrained models retrained on R, as many as were given
 * @param closeness distances to the first of them, of the model before, the model after and the second retrained one;
 *     empty without a retrained model
 * @param gates every gate's answer
 * @param verdict fail if a gate fails; pass if none does, utility passes and a gate on forgetting passes
 * @param limits what this evidence cannot show, in words
 */
public record Verification(
        Verifier.Options options,
        ModelFigures before,
        ModelFigures after,
        List<ModelFigures> retrained,
        List<Closeness> closeness,
        List<GateResult> gates,
        Verdict verdict,
        List<String> limits) {
    /** Copies the lists. */
    public Verification {
        retrained = List.copyOf(retrained);
        closeness = List.copyOf(closeness);
        gates = List.copyOf(gates);
        limits = List.copyOf(limits);
    }
}
