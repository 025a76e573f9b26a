package org.expunge.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.expunge.unlearning.request.DeletionRequest;
import org.expunge.unlearning.request.GivenRequest;
import org.expunge.unlearning.request.KeyHashes;
import org.expunge.unlearning.request.Selector;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** What is asked to be deleted. */
final class RequestOptions {
    @Spec(Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec command;

    @Option(
            names = "--ids",
            paramLabel = "ID",
            split = ",",
            description = "Ids of rows, as in rows.csv of the run; may be given several times.")
    private List<String> ids = List.of();

    @Option(names = "--ids-file", paramLabel = "FILE", description = "A text file with one id a line.")
    private @Nullable Path idsFile;

    @Option(
            names = "--row-token",
            paramLabel = "HEX",
            split = ",",
            description = "Keyed hashes of rows, as in the column 'token' of rows.csv.")
    private List<String> tokens = List.of();

    @Option(
            names = "--key-hash",
            paramLabel = "HEX",
            split = ",",
            description = "SHA-256 of a row's value in --key-column; HMAC-SHA-256 with --key-file.")
    private List<String> hashes = List.of();

    @Option(
            names = "--key-column",
            paramLabel = "NAME",
            description = "The column that --key-hash is of. Default: the rows' ids.")
    private @Nullable String column;

    @Option(names = "--key-file", paramLabel = "FILE", description = "The key of the HMAC that --key-hash is.")
    private @Nullable String keyFile;

    @Option(
            names = "--where",
            paramLabel = "CONDITION",
            description =
                    "Rows for which it holds, such as 'label=7 and split=train' or \"source in (crawl-3, 'crawl 4')\". "
                            + "Columns: id, label, split, token, group columns, columns of the table. Tests: = != ~ !~ (patterns "
                            + "with * and ?) < <= > >= in. Also: and, or, not, brackets.")
    private @Nullable String where;

    @Option(
            names = "--request",
            paramLabel = "FILE",
            description = "A request as JSON: request_id, received_at, legal_basis, due_at, selectors. May be given "
                    + "several times.")
    private List<Path> files = List.of();

    @Option(
            names = "--requests",
            paramLabel = "DIR",
            description = "A folder of such files: those that are not done yet make one batch.")
    private @Nullable Path folder;

    @Option(
            names = "--request-id",
            paramLabel = "ID",
            description =
                    "Names what the other options ask for. The same id with the same rows is done once. Default: a "
                            + "name made from what is asked.")
    private @Nullable String id;

    @Option(names = "--legal-basis", paramLabel = "TEXT", description = "What the request rests on, for the ledger.")
    private @Nullable String legalBasis;

    @Option(
            names = "--due",
            paramLabel = "TIME",
            description = "When it must be done, in UTC, such as 2026-12-02T00:00:00Z; for the ledger.")
    private @Nullable String due;

    /** Returns whether anything is asked. */
    boolean isGiven() {
        return !ids.isEmpty()
                || idsFile != null
                || !tokens.isEmpty()
                || !hashes.isEmpty()
                || where != null
                || !files.isEmpty()
                || folder != null;
    }

    /**
     * Reads the requests.
     *
     * @return at least one
     */
    List<GivenRequest> read() throws IOException {
        if (!isGiven()) {
            throw wrong("Name the rows: --ids, --ids-file, --row-token, --key-hash, --where, --request or --requests");
        }
        List<GivenRequest> requests = new ArrayList<>();
        for (Path file : files) {
            requests.add(DeletionRequest.read(file));
        }
        if (folder != null) {
            requests.addAll(DeletionRequest.readAll(folder));
        }
        List<Selector> selectors = selectors();
        if (!selectors.isEmpty()) {
            requests.add(Checks.reading(
                    command, () -> new GivenRequest(new DeletionRequest(id, null, legalBasis, due, selectors), null)));
        } else if (id != null) {
            throw wrong("--request-id names what --ids and the like ask for; files have their own request_id");
        }
        return requests;
    }

    private List<Selector> selectors() throws IOException {
        if (hashes.isEmpty() && (column != null || keyFile != null)) {
            throw wrong("--key-column and --key-file say what --key-hash is of, so give that as well");
        }
        List<Selector> selectors = new ArrayList<>();
        List<String> named = named();
        if (!ids.isEmpty() || idsFile != null) {
            selectors.add(Selector.ofIds(named));
        }
        String condition = where;
        Checks.reading(command, () -> {
            if (!tokens.isEmpty()) {
                selectors.add(Selector.ofTokens(tokens));
            }
            if (!hashes.isEmpty()) {
                selectors.add(Selector.of(new KeyHashes(column == null ? "id" : column, hashes, keyFile)));
            }
            return condition == null || selectors.add(Selector.where(condition));
        });
        return selectors;
    }

    private List<String> named() throws IOException {
        List<String> all = new ArrayList<>(ids);
        if (idsFile != null) {
            all.addAll(Files.readAllLines(idsFile, StandardCharsets.UTF_8));
        }
        return all.stream().map(String::strip).filter(one -> !one.isEmpty()).toList();
    }

    private ParameterException wrong(String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
