package org.expunge.unlearning.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.expunge.influence.io.BadInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeletionRequestTest {
    @TempDir
    private Path folder;

    @Test
    void aFileIsReadWithItsTimesAndSelectors() throws IOException {
        Path file = Files.writeString(
                folder.resolve("r.json"),
                "{\"request_id\": \"2026-0017\", \"received_at\": \"2026-11-02T09:30:00Z\", \"legal_basis\": \"Art. 17\","
                        + " \"due_at\": \"2026-12-02T00:00:00Z\", \"selectors\": [{\"ids\": [\"b\", \"a\", \"b\"]},"
                        + " {\"where\": \"label=7\"}, {\"key\": {\"column\": \"email\", \"hashes\": [\""
                        + "AB".repeat(32)
                        + "\"]}}]}");

        DeletionRequest request = DeletionRequest.read(file).request();

        assertThat(request.requestId()).isEqualTo("2026-0017");
        assertThat(request.selectors().get(0).ids()).containsExactly("a", "b");
        assertThat(request.asked().selectors())
                .containsExactly("row ids", "a condition on label", "hashes of column email");
    }

    @Test
    void theOrderOfSelectorsAndIdsSaysNothing() {
        Selector ids = Selector.ofIds(List.of("a", "b"));
        Selector again = Selector.ofIds(List.of("b", "a"));
        Selector where = Selector.where("label=7");

        assertThat(digest(ids, where)).isEqualTo(digest(where, again)).isNotEqualTo(digest(ids));
    }

    private static String digest(Selector... selectors) {
        return new DeletionRequest(null, null, null, null, List.of(selectors))
                .asked()
                .selectorDigest();
    }

    @Test
    void wrongFilesAreRefusedWithWhatIsWrong() throws IOException {
        assertRefused("{\"request_id\": \"a b\", \"selectors\": [{\"ids\": [\"a\"]}]}", "request_id must be letters");
        assertRefused("{\"selectors\": []}", "it has no selectors");
        assertRefused(
                "{\"due_at\": \"soon\", \"selectors\": [{\"ids\": [\"a\"]}]}",
                "wrong.json: line 1: due_at must be a time in UTC such as 2026-11-02T09:30:00Z, got 'soon'");
        assertRefused("{\"selectors\": [{\"ids\": [\"a\"], \"where\": \"b=1\"}]}", "this one has 2");
        assertRefused("{\"selectors\": [{\"where\": \"b=\"}]}", "character 3: expected a value");
        assertRefused("{\"selectors\": [{\"tokens\": [\"12\"]}]}", "64 hexadecimal digits");
        assertRefused("{\"selector\": []}", "selector");
    }

    private void assertRefused(String json, String message) throws IOException {
        Path file = Files.writeString(folder.resolve("wrong.json"), json);

        assertThatThrownBy(() -> DeletionRequest.read(file))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("wrong.json")
                .hasMessageContaining(message);
    }

    @Test
    void aFolderIsReadInOrderAndTwoOfOneIdAreRefused() throws IOException {
        assertThatThrownBy(() -> DeletionRequest.readAll(folder)).hasMessageContaining("holds no request");
        Files.writeString(folder.resolve("2.json"), "{\"request_id\": \"x\", \"selectors\": [{\"ids\": [\"a\"]}]}");
        Files.writeString(folder.resolve("1.json"), "{\"request_id\": \"y\", \"selectors\": [{\"ids\": [\"a\"]}]}");
        assertThat(DeletionRequest.readAll(folder))
                .extracting(given -> given.request().requestId())
                .containsExactly("y", "x");

        Files.writeString(folder.resolve("3.json"), "{\"request_id\": \"x\", \"selectors\": [{\"ids\": [\"b\"]}]}");
        assertThatThrownBy(() -> DeletionRequest.readAll(folder)).hasMessageContaining("as another file of the folder");
    }
}
