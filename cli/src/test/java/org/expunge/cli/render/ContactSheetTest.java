package org.expunge.cli.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import javax.imageio.ImageIO;
import org.expunge.influence.data.Shape;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ContactSheetTest {
    private static final String PNG = PngImage.base64(new Shape(1, 2, 4), new double[] {0, 1, 2, 3, 4, 5, 6, 7}, 0, 7);

    private static ContactSheet.Tile tile(String first, ContactSheet.@Nullable Region region) {
        return new ContactSheet.Tile(PNG, 2, 4, region, first, "second");
    }

    @Test
    void framesTheRegionOfEachImage() {
        String svg = new ContactSheet(
                        "rows", List.of(tile("one", new ContactSheet.Region(1, 3, 1, 1)), tile("<two>", null)))
                .svg();

        // 24 pixels for one; images of 96 pixels stand 108 apart, flat ones right above their text.
        assertThat(svg)
                .contains("<image x=\"2.0\" y=\"50.0\" width=\"96.0\" height=\"48.0\"")
                .contains("<rect x=\"74.0\" y=\"74.0\" width=\"24.0\" height=\"24.0\" fill=\"none\" stroke=\"#cc3311\"")
                .contains("<image x=\"110.0\" y=\"50.0\"", "data:image/png;base64," + PNG)
                .contains(">&lt;two&gt;</text>");
        assertThat(svg.split("#cc3311", -1)).hasSize(2);
    }

    @Test
    void goesOnInASecondRowAndShortensLongTexts() {
        String svg = new ContactSheet("rows", Collections.nCopies(7, tile("a very long name of a row 17", null))).svg();

        assertThat(svg).contains("width=\"648\" height=\"284\"", "<image x=\"2.0\" y=\"192.0\"", ">…me of a row 17<");
    }

    @Test
    void pixelsSurviveTheFile() throws IOException {
        BufferedImage grey = read(PNG);
        String coloured = PngImage.base64(new Shape(3, 1, 2), new double[] {0, 1, 0.2, 0, 2, -1}, 0, 1);
        BufferedImage colours = read(coloured);

        assertThat(grey.getRaster().getSample(3, 1, 0)).isEqualTo(255);
        assertThat(grey.getRaster().getSample(1, 0, 0)).isEqualTo(36); // 255 / 7
        assertThat(colours.getRGB(0, 0) & 0xffffff).isEqualTo(0x0033ff);
        assertThat(colours.getRGB(1, 0) & 0xffffff).isEqualTo(0xff0000);
    }

    private static BufferedImage read(String png) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(png)));
    }

    @Test
    void whatCannotBeShownIsRefused() {
        assertThatThrownBy(() -> tile("one", new ContactSheet.Region(1, 3, 2, 1)))
                .hasMessageContaining("lies outside of image 'one'");
        assertThatThrownBy(() -> new ContactSheet.Tile("\"/><script>", 2, 4, null, "one", "two"))
                .hasMessage("image 'one' is not in base 64");
        assertThatThrownBy(() -> new ContactSheet("t", List.of())).hasMessage("a contact sheet needs an image");
        assertThatThrownBy(() -> PngImage.base64(new Shape(1, 2, 4), new double[3], 0, 1))
                .hasMessage("3 pixels are no image of 1 × 2 × 4");
    }
}
