package org.expunge.cli.work;

import java.nio.file.Path;
import java.util.Optional;
import org.expunge.influence.training.Derivation;
import org.expunge.influence.training.TrainingRun;
import org.expunge.unlearning.ForgetRequest;
import org.expunge.unlearning.UnlearningResult;
import org.expunge.unlearning.verify.Verification;
import org.jspecify.annotations.Nullable;

/**
 * A removal that is made and measured, and not yet written.
 *
 * @param run the run before
 * @param request the training rows
 * @param heldRows validation and test rows that go with them
 * @param result what the method made
 * @param derivation what the new run differs in
 * @param verification the evidence; empty where no acceptable model was found
 */
public record Forgotten(
        TrainingRun run,
        ForgetRequest request,
        int heldRows,
        UnlearningResult result,
        Derivation derivation,
        Optional<Verification> verification) {

    /**
     * Says what became of the request.
     *
     * @param out the run that comes after; null if there is none
     */
    public ForgetReport report(@Nullable Path out) {
        return new ForgetReport(
                run.path().toString(),
                out == null || verification.isEmpty() ? null : out.toString(),
                request.ids(),
                heldRows,
                result.method(),
                result.guarantee(),
                result.outcome(),
                result.cost(),
                result.details(),
                verification.orElse(null),
                caution().orElse(null));
    }

    /** Returns what of the rows may be left in the layout of their table. */
    public Optional<String> caution() {
        return TableCaution.of(run.recipe().data().source(), run.rawTrain(), derivation.layout() != null);
    }
}
