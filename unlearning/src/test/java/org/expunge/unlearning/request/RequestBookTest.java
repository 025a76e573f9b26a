package org.expunge.unlearning.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.expunge.influence.io.BadInputException;
import org.expunge.unlearning.ledger.EntryType;
import org.expunge.unlearning.ledger.Envelope;
import org.expunge.unlearning.ledger.Ledger;
import org.expunge.unlearning.ledger.Statement;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RequestBookTest {
    @TempDir
    private Path folder;

    private Ledger ledger;

    @BeforeEach
    void open() throws IOException {
        ledger = Ledger.open(folder.resolve("ledger"), "tests");
    }

    @AfterEach
    void close() throws IOException {
        ledger.close();
    }

    @Test
    void aRequestIsReceivedOnceAndKeepsItsName() throws IOException {
        RequestBook book = new RequestBook(ledger);
        ReceivedRequest unnamed = book.entryOf(asked(null, "a"));

        book.receive(unnamed);
        book.receive(book.entryOf(asked(null, "a")));

        assertThat(new RequestBook(ledger).received()).containsExactly(unnamed);
        assertThat(new RequestBook(ledger).entryOf(asked(null, "a"))).isEqualTo(unnamed);
        assertThat(book.entryOf(asked(null, "b")).request()).isNotEqualTo(unnamed.request());
    }

    @Test
    void otherSelectorsUnderTheSameIdAreRefusedUntilTheKeyIsShredded() throws IOException {
        RequestBook book = new RequestBook(ledger);
        book.receive(book.entryOf(asked("case-1", "a")));
        assertThatThrownBy(() -> book.entryOf(asked("case-1", "b")))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("came in before with other selectors");

        book.tokens("batch-1");
        apply("batch-1", "case-1", "0", "1");
        assertThat(new RequestBook(ledger).shred("batch-1")).isEqualTo(2);
        assertThat(new RequestBook(ledger).shred("batch-1")).isZero();
        assertThat(new RequestBook(ledger).entryOf(asked("case-1", "b")).request())
                .isEqualTo("case-1");
    }

    @Test
    void onceShreddedNothingThatStaysTellsTheRowsOfARequestWithoutAnId() throws IOException {
        RequestBook book = new RequestBook(ledger);
        ReceivedRequest unnamed = book.entryOf(asked(null, "a"));
        book.receive(unnamed);
        book.tokens("batch-1");
        apply("batch-1", unnamed.request(), "0", "1");
        assertThat(new RequestBook(ledger).find(asked(null, "a"))).contains(unnamed);

        assertThat(new RequestBook(ledger).shred("batch-1")).isEqualTo(2);

        try (Stream<Path> keys = Files.list(folder.resolve("ledger").resolve("token-keys"))) {
            assertThat(keys).isEmpty();
        }
        RequestBook after = new RequestBook(ledger);
        assertThat(after.find(asked(null, "a"))).isEmpty();
        assertThat(after.entryOf(asked(null, "a")).request()).isNotEqualTo(unnamed.request());
    }

    /** Run 0 became 1 and then 2; beside that, 0 became 3. */
    @Test
    void aRequestIsDoneForTheRunsInLineWithItsBatchAndNotForOthers() throws IOException {
        apply("batch-1", "r", "0", "1");
        apply("batch-2", "s", "1", "2");
        apply("batch-3", "t", "0", "3");
        RequestBook book = new RequestBook(ledger);

        assertThat(doneFor(book, "r", "0")).contains("batch-1");
        assertThat(doneFor(book, "r", "2")).contains("batch-1");
        assertThat(doneFor(book, "s", "0")).contains("batch-2");
        assertThat(doneFor(book, "r", "3")).isEmpty();
        assertThat(doneFor(book, "t", "2")).isEmpty();
        assertThat(doneFor(book, "r", "9")).isEmpty();
        assertThat(book.nextBatch()).isEqualTo("batch-000004");
    }

    private static Optional<String> doneFor(RequestBook book, String request, String run) throws IOException {
        return book.doneIn(book.entryOf(asked(request, request)), Optional.of(run.repeat(64)))
                .map(AppliedBatch::batch);
    }

    private void apply(String batch, String request, String parent, String run) throws IOException {
        Envelope envelope = Envelope.sign(
                Statement.ofUnlearning(List.of(Statement.Subject.of("m", "ab".repeat(32))), Map.of("rows", 1)),
                ledger.signingKey());
        ledger.append(
                EntryType.BATCH_APPLIED,
                new AppliedBatch(
                        batch,
                        List.of(request),
                        "run",
                        run.repeat(64),
                        parent.repeat(64),
                        "ab".repeat(32),
                        List.of(),
                        envelope));
    }

    private static AskedRequest asked(@Nullable String id, String row) {
        return new DeletionRequest(id, null, null, null, List.of(Selector.ofIds(List.of(row)))).asked();
    }
}
