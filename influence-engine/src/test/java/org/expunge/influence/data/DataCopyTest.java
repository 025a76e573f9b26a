package org.expunge.influence.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataCopyTest {
    @TempDir
    private Path folder;

    @Test
    void imagesMoveToTheFolderOfTheirNewClass() throws IOException {
        Path images = folder.resolve("images");
        for (int i = 0; i < 4; i++) {
            Path file = images.resolve(i < 2 ? "cat" : "dog").resolve("p" + i % 2 + ".png");
            Files.createDirectories(images.resolve(i < 2 ? "cat" : "dog"));
            BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB);
            image.setRGB(0, 0, 0x102030 * (i + 1));
            ImageIO.write(image, "png", file.toFile());
        }
        DataSpec source = DataSpec.parse("images:" + images);
        Dataset before = source.load().train();
        Dataset changed = changed(before, "dog/p1.png", 0);

        DataCopy.Outcome outcome = DataCopy.write(source, changed, folder.resolve("copy"), folder.resolve("copy"));

        Dataset after = DataSpec.parse(String.valueOf(outcome.spec())).load().train();
        assertThat(outcome.renamed()).containsExactly(Map.entry("dog/p1.png", "cat/p2.png"));
        assertThat(after.ids()).containsExactly("cat/p0.png", "cat/p1.png", "cat/p2.png", "dog/p0.png");
        assertThat(after.row(2)).isEqualTo(changed.row(0));
        assertThat(after.label(2)).isZero();
        assertThat(after.row(1)).isEqualTo(before.row(before.rowOf("cat/p1.png")));
    }

    @Test
    void recordsOfCifarAreWrittenAnewAndTestRecordsStay() throws IOException {
        Path cifar = Files.createDirectory(folder.resolve("cifar"));
        byte[] records = new byte[3 * 3073];
        for (int i = 0; i < records.length; i++) {
            records[i] = (byte) (i % 3073 == 0 ? i / 3073 : i);
        }
        Files.write(cifar.resolve("data_batch_1.bin"), records);
        Files.write(cifar.resolve("test_batch.bin"), records);
        DataSpec source = DataSpec.parse("cifar:" + cifar + "?limit=2");
        Dataset changed = changed(source.load().train(), "train-1", 7);

        DataCopy.Outcome outcome = DataCopy.write(source, changed, folder.resolve("copy"), folder.resolve("copy"));

        byte[] written = Files.readAllBytes(folder.resolve("copy").resolve("data_batch_1.bin"));
        byte[] expected = records.clone();
        expected[3073] = 7;
        for (int j = 0; j < 3072; j++) {
            expected[3074 + j] = (byte) changed.row(0)[j];
        }
        assertThat(written).isEqualTo(expected);
        assertThat(folder.resolve("copy").resolve("test_batch.bin")).hasBinaryContent(records);
        assertThat(outcome.spec()).endsWith("?limit=2");
    }

    @Test
    void aTableWithTestRowsKeepsEveryOtherCellAsItStood() throws IOException {
        Path train = Files.writeString(folder.resolve("t.tsv"), "id\tx\tcolor\ty\nr1\t1.50\tred\t0\nr2\t2\tblue\t1\n");
        Path test = Files.writeString(folder.resolve("u.tsv"), "id\tx\tcolor\ty\ns1\t007\tred\t1\n");
        DataSpec source = DataSpec.parse("tsv:" + train + "?label=y&id=id&test=" + test);
        Dataset before = source.load().train();
        double[] row = before.row(before.rowOf("r1"));
        row[1] = 1 - row[1];
        row[2] = 1 - row[2];
        Dataset changed = before.select(new int[] {0}).withFeatures(Features.of(row, 3));

        DataCopy.Outcome outcome = DataCopy.write(source, changed, folder.resolve("copy"), folder.resolve("home"));

        assertThat(folder.resolve("copy").resolve("data.tsv"))
                .hasContent("id\tx\tcolor\ty\tstratum\nr1\t1.50\tblue\t0\t0\nr2\t2\tblue\t1\t1\n");
        assertThat(folder.resolve("copy").resolve("test.tsv"))
                .hasContent("id\tx\tcolor\ty\tstratum\ns1\t007\tred\t1\t1\n");
        assertThat(outcome.spec())
                .isEqualTo("tsv:" + folder.resolve("home").resolve("data.tsv")
                        + "?group=stratum&id=id&ignore=stratum&label=y&test="
                        + folder.resolve("home").resolve("test.tsv"));
    }

    @Test
    void whatCannotBeWrittenIsSaid() throws IOException {
        Path train = Files.writeString(folder.resolve("t.csv"), "x,color,y\n1,red,0\n2,blue,1\n");
        DataSpec source = DataSpec.parse("csv:" + train + "?label=y");
        Dataset between =
                source.load().train().select(new int[] {0}).withFeatures(Features.of(new double[] {1, 0.5, 0.5}, 3));

        assertThat(DataCopy.write(source, between, folder.resolve("copy"), folder.resolve("copy")))
                .returns(null, DataCopy.Outcome::spec)
                .returns("row row-0 lies between the categories of column 'color'", DataCopy.Outcome::reason);
        assertThat(folder.resolve("copy")).doesNotExist();
        Dataset digits = DataSpec.parse("digits").load().train().select(new int[] {0});
        assertThat(DataCopy.write(DataSpec.parse("digits"), digits, folder.resolve("d"), folder.resolve("d"))
                        .reason())
                .isEqualTo("digits is no file or folder of its own");
    }

    private static Dataset changed(Dataset before, String id, int label) {
        Dataset one = before.select(new int[] {before.rowOf(id)});
        double[] values = new double[one.features().width()];
        Arrays.setAll(values, j -> (3 * j) % 256);
        return one.withFeatures(Features.of(values, values.length))
                .withTargets(Targets.relabel(one.targets(), Map.of(0, label)));
    }
}
