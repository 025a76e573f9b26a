package org.expunge.cli.forget;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.expunge.influence.io.BadInputException;
import org.expunge.unlearning.ledger.Ledger;
import org.jspecify.annotations.Nullable;

/**
 * Where a ledger is.
 *
 * @param keys the directory with its keys, and with its database unless that is elsewhere
 * @param url the database, where it is elsewhere
 */
public record LedgerPlace(Path keys, Optional<String> url) {
    private static final String FOLDER = "ledger";
    private static final String NAME = "expunge";
    private static final String JDBC = "jdbc:";

    /**
     * Reads what the user gave.
     *
     * @param place a directory or a JDBC URL; null for a folder beside the run
     * @param keys the directory with the keys; null for that folder or the directory given
     * @param run the run
     */
    public static LedgerPlace of(@Nullable String place, @Nullable Path keys, Path run) {
        Path beside = run.toAbsolutePath().normalize().resolveSibling(FOLDER);
        if (place == null) {
            return new LedgerPlace(keys == null ? beside : keys, Optional.empty());
        }
        return place.startsWith(JDBC)
                ? new LedgerPlace(keys == null ? beside : keys, Optional.of(place))
                : new LedgerPlace(Path.of(place), Optional.empty());
    }

    /** Returns whether there is a ledger. */
    public boolean isThere() {
        return Ledger.isIn(keys);
    }

    /** Opens the ledger, or starts it. */
    public Ledger open() throws IOException {
        return Ledger.resume(keys, url, NAME);
    }

    /**
     * Opens the ledger.
     *
     * @throws BadInputException if its directory holds no keys
     */
    public Ledger openExisting() throws IOException {
        if (!isThere()) {
            throw new BadInputException(keys, "holds no ledger; name its directory with --ledger or --ledger-keys");
        }
        return open();
    }

    /** Returns how reports call it: without what a URL may hold of secrets. */
    public String name() {
        return url.map(text -> text.replaceAll("[?;].*", "")).orElse(keys.toString());
    }
}
