package org.expunge.influence.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.expunge.influence.io.BadInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFolderReaderTest {
    @TempDir
    Path folder;

    private static BufferedImage plain(int width, int height, int rgb) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, rgb);
            }
        }
        return image;
    }

    private Path write(String name, BufferedImage image) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(folder.resolve(name.substring(0, name.lastIndexOf('/'))));
        String format = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        Files.deleteIfExists(file);
        assertThat(ImageIO.write(image, format, file.toFile())).isTrue();
        return file;
    }

    private LoadedData load(String options) throws IOException {
        return DataSpec.parse("images:" + folder + options).load();
    }

    private static double[] row(Dataset data, int row) {
        double[] into = new double[data.shape().length()];
        data.features().read(row, into, 0);
        return into;
    }

    @Test
    void imagesWhoseLabelsNobodyLooksAtNeedNoFolders() throws IOException {
        write("own/cat/a.png", plain(2, 1, 0));
        write("own/dog/b.png", plain(2, 1, 0));
        write("flat/new.png", plain(2, 1, 0x010101));
        DataSpec own = DataSpec.parse("images:" + folder.resolve("own"));
        DataSpec flat = DataSpec.parse("images:" + folder.resolve("flat") + "?gray=true");

        Dataset rows = own.loadUnlabelled(flat, Optional.empty()).train();

        assertThat(rows.ids()).containsExactly("new.png");
        assertThat(row(rows, 0)).containsExactly(1, 1);
        assertThat(rows.classNames()).containsExactly("cat", "dog");
        assertThat(own.loadUnlabelled(own, Optional.empty()).train().size()).isEqualTo(2);
        assertThatThrownBy(() -> own.loadLikewise(flat, Optional.empty())).hasMessageContaining("holds no folders");
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "bmp"})
    void readsOneFolderAClassInTheOrderOfNames(String format) throws IOException {
        BufferedImage image = plain(2, 1, 0x102030);
        image.setRGB(1, 0, 0xff8001);
        write("dog/b." + format, plain(2, 1, 0));
        write("cat/z." + format, image);
        write("dog/a." + format, plain(2, 1, 0xffffff));
        Files.writeString(folder.resolve("dog/notes.txt"), "not an image");

        Dataset data = load("").train();

        assertThat(data.ids()).containsExactly("cat/z." + format, "dog/a." + format, "dog/b." + format);
        assertThat(data.classNames()).containsExactly("cat", "dog");
        assertThat(data.label(1)).isEqualTo(1);
        assertThat(data.shape()).isEqualTo(new Shape(3, 1, 2));
        assertThat(row(data, 0)).containsExactly(0x10, 0xff, 0x20, 0x80, 0x30, 0x01);
    }

    @Test
    void otherImagesAreReadAsTheTrainingOnesWereWhereTheyDoNotSayOtherwise() throws IOException {
        write("train/cat/a.png", plain(4, 4, 0x102030));
        write("new/any/b.png", plain(8, 6, 0xff0000));
        write("new/any/c.png", plain(8, 6, 0x00ff00));
        DataSpec training = DataSpec.parse("images:" + folder.resolve("train") + "?gray=true&size=4x4&limit=1");
        String other = "images:" + folder.resolve("new");

        Dataset rows = training.loadLikewise(DataSpec.parse(other), Optional.empty());
        Dataset coloured = training.loadLikewise(DataSpec.parse(other + "?gray=false&limit=1"), Optional.empty());

        assertThat(rows.shape()).isEqualTo(new Shape(1, 4, 4));
        assertThat(rows.ids()).containsExactly("any/b.png", "any/c.png");
        assertThat(coloured.shape()).isEqualTo(new Shape(3, 4, 4));
        assertThat(coloured.size()).isEqualTo(1);
    }

    @Test
    void readsStoredGreyAsItIs() throws IOException {
        BufferedImage gray = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_GRAY);
        gray.getRaster().setSample(0, 0, 0, 100);
        gray.getRaster().setSample(1, 0, 0, 255);
        write("a/gray.png", gray);

        assertThat(row(load("?gray=true").train(), 0)).containsExactly(100, 255);
        assertThat(row(load("").train(), 0)).containsExactly(100, 255, 100, 255, 100, 255);
    }

    @Test
    void turnsColourIntoLuma() throws IOException {
        write("a/red.png", plain(1, 1, 0xff0000));
        write("a/white.jpg", plain(1, 1, 0xffffff));

        Dataset data = load("?gray=true").train();

        assertThat(data.shape()).isEqualTo(new Shape(1, 1, 1));
        assertThat(row(data, 0)).containsExactly(76); // 0.299 · 255 = 76.2
        assertThat(row(data, 1)).containsExactly(255);
    }

    @Test
    void scalesImagesOfOtherSizes() throws IOException {
        write("a/one.png", plain(3, 5, 0x404040));
        BufferedImage ramp = plain(2, 1, 0);
        ramp.setRGB(1, 0, 0xffffff);
        write("a/two.png", ramp);

        Dataset data = load("?size=2x4&gray=true").train();

        assertThat(data.shape()).isEqualTo(new Shape(1, 2, 4));
        assertThat(row(data, 0)).containsOnly(0x40);
        assertThat(Arrays.copyOf(row(data, 1), 4)).containsExactly(0, 64, 191, 255); // ¼ and ¾ of 255
    }

    @Test
    void readsTrainAndTestFolders() throws IOException {
        write("train/a/1.png", plain(1, 1, 0));
        write("train/b/1.png", plain(1, 1, 0));
        write("test/b/1.png", plain(1, 1, 0));

        LoadedData data = load("");

        assertThat(data.train().ids()).containsExactly("train/a/1.png", "train/b/1.png");
        assertThat(data.test().orElseThrow().ids()).containsExactly("test/b/1.png");
        assertThat(data.test().orElseThrow().label(0)).isEqualTo(1);

        write("test/c/1.png", plain(1, 1, 0));
        assertThatThrownBy(() -> load("")).hasMessageContaining("has classes [b, c] but train has [a, b]");
    }

    @Test
    void namesAnImageOfAnotherSize() throws IOException {
        write("a/1.png", plain(2, 2, 0));
        write("a/2.png", plain(3, 2, 0));

        assertThatThrownBy(() -> load(""))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("2.png: is 3 × 2 × 3 where the images before it are 3 × 2 × 2; give size=");
    }

    @Test
    void namesAFileThatIsNoImage() throws IOException {
        Path file = write("a/1.png", plain(40, 40, 0x123456));
        byte[] whole = Files.readAllBytes(file);

        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        assertThatThrownBy(() -> load("")).isInstanceOf(BadInputException.class).hasMessageContaining("1.png");

        Files.write(file, "text".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> load(""))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("1.png: is no image that can be read");
    }

    @Test
    void refusesADeclaredSizeThatIsTooLargeBeforeDecoding() throws IOException {
        Path file = write("a/1.png", plain(1, 1, 0));
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        bytes.putInt(16, 100_000).putInt(20, 100_000); // width and height in the header chunk, bytes 12 to 28
        CRC32 checksum = new CRC32();
        checksum.update(bytes.slice(12, 17));
        bytes.putInt(29, (int) checksum.getValue());
        Files.write(file, bytes.array());

        assertThatThrownBy(() -> load(""))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("1.png: declares 10000000000 pixels");
    }

    @Test
    void namesFoldersWithoutImagesAndBadOptions() throws IOException {
        assertThatThrownBy(() -> load("")).hasMessageContaining("holds no folders");

        Files.createDirectory(folder.resolve("a"));
        assertThatThrownBy(() -> load("")).hasMessageContaining("holds no PNG, JPEG, BMP or GIF images");
        assertThatThrownBy(() -> load("?size=3")).hasMessageContaining("size must be HEIGHTxWIDTH");
        assertThatThrownBy(() -> load("?gray=yes")).hasMessageContaining("gray must be true or false");
    }
}
