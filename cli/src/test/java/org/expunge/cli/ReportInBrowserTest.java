package org.expunge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.expunge.influence.io.Json;
import org.junit.jupiter.api.Assumptions;
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

    private static Optional<String> browser() {
        String path = System.getenv("PATH");
        return Stream.of("chromium", "chromium-browser", "google-chrome")
                .flatMap(name -> Arrays.stream((path == null ? "" : path).split(File.pathSeparator, -1))
                        .map(place -> Path.of(place, name)))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }

    @BeforeAll
    static void delete() throws IOException {
        Assumptions.assumeTrue(
                browser().isPresent(), "no Chromium or Chrome in PATH: install Debian's package 'chromium'");
        Deletion deletion = new Deletion(folder);
        deletion.train();
        deletion.apply("after", 24);
        page = folder.resolve("page.html");
        deletion.page("batch-000001", page);
    }

    /** Runs the browser and returns what it printed. */
    private static String open(String url, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                browser().orElseThrow(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
                "--user-data-dir=" + folder.resolve("profile")));
        command.addAll(List.of(options));
        command.add(url);
        Path out = folder.resolve("out.txt");
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(folder.resolve("err.txt").toFile())
                .start();
        boolean isDone = process.waitFor(120, TimeUnit.SECONDS);
        process.destroyForcibly();
        assertThat(isDone).as("the browser ends by itself").isTrue();
        return Files.readString(out, StandardCharsets.UTF_8);
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

        String dom = open(origin + "/page.html", "--dump-dom", "--log-net-log=" + log);

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
        Path picture = folder.resolve("page.png");

        open(page.toUri().toString(), "--screenshot=" + picture, "--window-size=1000,6000", "--hide-scrollbars");

        BufferedImage image = ImageIO.read(picture.toFile());
        Set<Integer> seen = new HashSet<>();
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                seen.add(image.getRGB(x, y) & 0xffffff);
            }
        }
        assertThat(seen).containsAll(COLOURS);
    }

    @Test
    void prints() throws IOException, InterruptedException {
        Path paper = folder.resolve("page.pdf");

        open(page.toUri().toString(), "--print-to-pdf=" + paper, "--no-pdf-header-footer");

        String pdf = Files.readString(paper, StandardCharsets.ISO_8859_1);
        assertThat(pdf).startsWith("%PDF-").contains("/Type /Page");
        assertThat(pdf.split("/Type /Page\\b", -1).length - 1).isBetween(2, 12);
    }
}
