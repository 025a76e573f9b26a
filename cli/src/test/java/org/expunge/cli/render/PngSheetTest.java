package org.expunge.cli.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PngSheetTest {
    private static final Dataset ROWS = Dataset.of(
            "images",
            new Shape(1, 2, 2),
            Features.of(new double[] {0, 1, 0, 0, 0, 0, 0, 1}, 4),
            Targets.classes(new int[2], 2));

    @TempDir
    private Path folder;

    @Test
    void framesThePixelsInWhichTheReasonLies() throws IOException {
        PngSheet sheet = new PngSheet(ROWS, new double[] {0, 8, 0, 1});

        sheet.write(folder.resolve("sheet.png"));

        BufferedImage image = ImageIO.read(folder.resolve("sheet.png").toFile());
        assertThat(sheet.marked()).containsExactly(false, true, false, false);
        assertThat(new Color(image.getRGB(8 + 48, 8))).isEqualTo(Color.RED);
        assertThat(new Color(image.getRGB(8 + 72, 8 + 24))).isEqualTo(Color.WHITE);
        assertThat(new Color(image.getRGB(8 + 24, 8 + 24))).isEqualTo(Color.BLACK);
        assertThat(new Color(image.getRGB(0, 0))).isEqualTo(Color.GRAY);
    }

    @Test
    void marksNothingWhereThereIsNoReason() {
        assertThat(new PngSheet(ROWS, new double[4]).marked()).doesNotContain(true);
        assertThatThrownBy(() -> new PngSheet(ROWS, new double[3])).hasMessageContaining("cannot mark");
    }
}
