package org.expunge.cli.forget;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.expunge.cli.work.ForgetReport;
import org.expunge.influence.training.RunRow;
import org.expunge.unlearning.Guarantee;
import org.expunge.unlearning.ledger.Statement;
import org.expunge.unlearning.request.DeletionPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A removal that was tried.
 *
 * @param method how
 * @param guarantee what that promises
 * @param failure why nothing is to be published; empty if the new run was written
 * @param written the new run; null if there is none
 * @param report says what was done, given the place of the new run or null
 */
record Attempt(
        String method,
        Guarantee guarantee,
        Optional<Failure> failure,
        @Nullable Written written,
        Function<@Nullable Path, ForgetReport> report) {

    /**
     * Why nothing is to be published.
     *
     * @param status how the batch ends
     * @param reason in a few words
     */
    record Failure(ApplyReport.Status status, String reason) {}

    /**
     * A new run under its working name, and what can be said of it.
     *
     * @param digest SHA-256 of its manifest
     * @param modelDigest digest of its model
     * @param rows every row that it lists
     * @param subjects its model and its manifest
     * @param byproducts what lies beside the model
     * @param versions of the program and of Java
     * @param figures of a proof; null where nothing is proved by figures
     * @param utility what the models before and after are worth
     * @param gates what each gate says
     * @param limits what the evidence cannot show
     */
    record Written(
            String digest,
            String modelDigest,
            List<RunRow> rows,
            List<Statement.Subject> subjects,
            List<DeletionPredicate.Resource> byproducts,
            Map<String, String> versions,
            @Nullable Map<String, Double> figures,
            DeletionPredicate.Utility utility,
            List<DeletionPredicate.GateLine> gates,
            List<String> limits) {}

    /** Nothing is to be published. */
    static Attempt failed(
            String method,
            Guarantee guarantee,
            ApplyReport.Status status,
            String reason,
            Function<@Nullable Path, ForgetReport> report) {
        return new Attempt(method, guarantee, Optional.of(new Failure(status, reason)), null, report);
    }
}
