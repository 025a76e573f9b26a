package org.expunge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.expunge.cli.render.ExitCodes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Audits look at no labels, and so inputs need none. */
final class UnlabelledInputsTest {
    private final Random random = new Random(1);

    @TempDir
    private Path folder;

    @Test
    void aTableNeedsNoColumnOfTheLabel() throws IOException {
        Path table =
                Files.writeString(folder.resolve("rows.csv"), rows(200, ",class", i -> i % 2 == 0 ? ",no" : ",yes"));
        Path without = Files.writeString(folder.resolve("without.csv"), rows(30, "", i -> ""));
        Path unknown = Files.writeString(folder.resolve("unknown.csv"), rows(20, ",class", i -> ",maybe"));
        Path run = TinyRun.train("csv:" + table + "?label=class", folder.resolve("run"));

        CommandRun audit = CommandRun.of("audit", "--run", run, "--inputs", "csv:" + without);

        assertThat(audit.code()).as(audit.err()).isLessThan(ExitCodes.USAGE);
        assertThat(audit.err()).contains("inputs: 30 rows of csv:" + without + ", all that it has");
        assertThat(CommandRun.of("audit", "--run", run, "--inputs", "csv:" + unknown)
                        .code())
                .isLessThan(ExitCodes.USAGE);
    }

    @Test
    void imagesNeedNoFoldersAndWhichPartIsReadIsSaid() throws IOException {
        Path images = folder.resolve("images");
        for (int i = 0; i < 320; i++) {
            write(images.resolve(i < 300 ? "train" : "test")
                    .resolve("c" + i % 2)
                    .resolve(i + ".png"));
        }
        for (int i = 0; i < 12; i++) {
            write(folder.resolve("flat").resolve(i + ".png"));
        }
        Path run = TinyRun.train("images:" + images + "?gray=true", folder.resolve("run"));

        CommandRun own = CommandRun.of("audit", "--run", run, "--inputs", "images:" + images + "?gray=true");
        CommandRun flat =
                CommandRun.of("audit", "--run", run, "--inputs", "images:" + folder.resolve("flat") + "?gray=true");

        assertThat(own.err()).contains("20 rows of images:", ", its test rows; its 300 training rows are left out");
        assertThat(flat.code()).as(flat.err()).isLessThan(ExitCodes.USAGE);
        assertThat(flat.err()).contains("12 rows of images:", "all that it has");
    }

    private String rows(int count, String header, IntFunction<String> label) {
        return IntStream.range(0, count)
                .mapToObj(i -> (random.nextGaussian() + i % 2) + "," + random.nextGaussian() + label.apply(i))
                .collect(Collectors.joining("\n", "a,b" + header + "\n", "\n"));
    }

    private void write(Path file) throws IOException {
        Files.createDirectories(file.resolveSibling("."));
        BufferedImage image = new BufferedImage(6, 6, BufferedImage.TYPE_BYTE_GRAY);
        for (int p = 0; p < 36; p++) {
            image.getRaster().setSample(p % 6, p / 6, 0, random.nextInt(200));
        }
        ImageIO.write(image, "png", file.toFile());
    }
}
