package org.expunge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.expunge.influence.io.Json;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Opens the page on a deletion in a browser, as its reader does. */
final class ReportInBrowserTest {
    /** Of the bars of the first three models in a figure. */
    private static final Set<Integer> COLOURS = Set.of(0x4477aa, 0xee6677, 0x228833);

    @TempDir
    private static Path folder;

    private static Path page = Path.of("page.html");

    @BeforeAll
    static void delete() throws IOException {
        HeadlessBrowser.assumePresent();
        Deletion deletion = new Deletion(folder);
        deletion.train();
        deletion.apply("after", 24);
        page = folder.resolve("page.html");
        deletion.page("batch-000001", page);
    }

    private static HeadlessBrowser browser() {
        return new HeadlessBrowser(folder);
    }

    @Test
    void readsAsItIsMeantAndLoadsNothing() throws IOException, InterruptedException {
        Path log = folder.resolve("net.json");
        byte[] content = Files.readAllBytes(page);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/page.html", exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content);
            exchange.close();
        });
        server.start();
        String origin = "http://localhost:" + server.getAddress().getPort();

        String dom = browser().open(origin + "/page.html", "--dump-dom", "--log-net-log=" + log);

        server.stop(0);
        assertThat(dom)
                .contains("<title>Deletion batch-000001</title>", "<h1>Deletion batch-000001</h1>")
                .contains("What was asked", "What was done", "What is proved", "What was measured", "The record")
                .contains("<title>Accuracy by part of the data</title>", "</svg>");
        assertThat(requested(log, "not an origin")).contains(origin + "/page.html");
        assertThat(requested(log, origin)).isSubsetOf(origin + "/favicon.ico"); // which every browser asks for
    }

    /** Reads from the browser's own log what was asked for by an origin; what the browser wants has none. */
    private static Set<String> requested(Path log, String initiator) throws IOException {
        Set<String> urls = new HashSet<>();
        for (JsonNode event : Json.read(log, JsonNode.class).path("events")) {
            JsonNode what = event.path("params");
            if (what.has("url") && what.path("initiator").asText().equals(initiator)) {
                urls.add(what.get("url").asText());
            }
        }
        return urls;
    }

    @Test
    void drawsItsFigures() throws IOException, InterruptedException {
        assertThat(browser().colours(page)).containsAll(COLOURS);
    }

    @Test
    void prints() throws IOException, InterruptedException {
        assertThat(browser().sheets(page)).isBetween(2, 12);
    }
}
