package org.expunge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
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
import org.junit.jupiter.api.Assumptions;

/**
 * Chromium or Chrome without a window.
 *
 * @param folder takes its profile and what it prints
 */
record HeadlessBrowser(Path folder) {
    private static Optional<String> program() {
        String path = System.getenv("PATH");
        return Stream.of("chromium", "chromium-browser", "google-chrome")
                .flatMap(name -> Arrays.stream((path == null ? "" : path).split(File.pathSeparator, -1))
                        .map(place -> Path.of(place, name)))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }

    /** Skips the tests where there is none. */
    static void assumePresent() {
        Assumptions.assumeTrue(
                program().isPresent(), "no Chromium or Chrome in PATH: install Debian's package 'chromium'");
    }

    /** Runs it and returns what it printed. */
    String open(String url, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                program().orElseThrow(),
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

    /** Returns the colours that a page shows, as 0xrrggbb. */
    Set<Integer> colours(Path page) throws IOException, InterruptedException {
        Path picture = folder.resolve("page.png");
        open(page.toUri().toString(), "--screenshot=" + picture, "--window-size=1000,6000", "--hide-scrollbars");
        BufferedImage image = ImageIO.read(picture.toFile());
        Set<Integer> seen = new HashSet<>();
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                seen.add(image.getRGB(x, y) & 0xffffff);
            }
        }
        return seen;
    }

    /** Prints a page and returns on how many sheets it stands. */
    int sheets(Path page) throws IOException, InterruptedException {
        Path paper = folder.resolve("page.pdf");
        open(page.toUri().toString(), "--print-to-pdf=" + paper, "--no-pdf-header-footer");
        String pdf = Files.readString(paper, StandardCharsets.ISO_8859_1);
        assertThat(pdf).startsWith("%PDF-");
        return pdf.split("/Type /Page\\b", -1).length - 1;
    }
}
