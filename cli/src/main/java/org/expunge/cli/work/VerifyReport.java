package org.expunge.cli.work;

import java.util.List;
import org.expunge.cli.render.Document;
import org.expunge.cli.render.ExitCodes;
import org.expunge.cli.render.Result;
import org.expunge.cli.render.Table;
import org.expunge.unlearning.verify.Verdict;
import org.expunge.unlearning.verify.Verification;

/**
 * What verification says of a removal.
 *
 * @param run the run after
 * @param before the run before
 * @param ids the removed training rows
 * @param verification the evidence
 */
public record VerifyReport(String run, String before, List<String> ids, Verification verification) implements Result {
    @Override
    public int exitCode() {
        return verification.verdict() == Verdict.PASS ? ExitCodes.OK : ExitCodes.GATE_MISSED;
    }

    @Override
    public Document document() {
        Document.Builder document = Document.titled("Verification of " + run)
                .table(Table.of()
                        .row("before", before)
                        .row("removed rows", ids.size())
                        .build());
        VerificationTables.append(document, verification);
        return document.build();
    }
}
