package org.expunge.cli;

import java.nio.file.Path;
import org.expunge.cli.forget.LedgerPlace;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where deletions are recorded. */
final class LedgerOptions {
    @Option(
            names = "--ledger",
            paramLabel = "PLACE",
            description =
                    "The ledger: a directory, or a database by its URL (jdbc:postgresql:...). It is started if it "
                            + "is not there. Default: the directory 'ledger' beside the run.")
    private @Nullable String place;

    @Option(
            names = "--ledger-keys",
            paramLabel = "DIR",
            description =
                    "The directory with the ledger's keys, where --ledger is a URL. Default: the directory 'ledger' "
                            + "beside the run.")
    private @Nullable Path keys;

    /** Says where the ledger of a run is. */
    LedgerPlace of(Path run) {
        return LedgerPlace.of(place, keys, run);
    }
}
