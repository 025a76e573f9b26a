package org.expunge.cli.forget;

import org.expunge.cli.render.Document;
import org.expunge.cli.render.ExitCodes;
import org.expunge.cli.render.Result;
import org.expunge.cli.render.Table;

/**
 * What doing a batch again gave.
 *
 * @param batch its name
 * @param run the run before
 * @param method how rows were forgotten
 * @param isSame whether the model is the recorded one, bit for bit
 * @param recordedModel SHA-256 of the model's file, as the ledger has it
 * @param replayedModel SHA-256 of the model's file that came out now
 */
public record ReplayReport(
        String batch, String run, String method, boolean isSame, String recordedModel, String replayedModel)
        implements Result {
    @Override
    public int exitCode() {
        return isSame ? ExitCodes.OK : ExitCodes.GATE_MISSED;
    }

    @Override
    public Document document() {
        return Document.titled(batch
                        + (isSame ? " gives the recorded model again" : " does not give the recorded model again"))
                .table(Table.of()
                        .row("run before", run)
                        .row("method", method)
                        .row("model as recorded", recordedModel)
                        .row("model as replayed", replayedModel)
                        .build())
                .build();
    }
}
