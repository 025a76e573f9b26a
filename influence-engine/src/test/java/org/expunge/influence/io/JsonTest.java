package org.expunge.influence.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    @TempDir
    Path folder;

    enum Colour {
        RED
    }

    record Sample(String zebra, int apple, double mango, Map<String, Integer> map, List<String> list, Colour colour) {}

    private static final Sample SAMPLE = new Sample("z", 3, 0.1, Map.of("b", 2, "a", 1), List.of("x", "y"), Colour.RED);

    @Test
    void sortsKeysAndEndsWithANewline() {
        String text = Json.text(SAMPLE);

        assertThat(text).endsWith("}\n");
        assertThat(text.indexOf("apple")).isLessThan(text.indexOf("mango")).isPositive();
        assertThat(text.indexOf("\"a\"")).isLessThan(text.indexOf("\"b\""));
        assertThat(text.indexOf("mango")).isLessThan(text.indexOf("zebra"));
    }

    @Test
    void readsBackWhatItWrote() throws IOException {
        Path json = folder.resolve("sample.json");
        Path yaml = folder.resolve("sample.yaml");

        Json.write(json, SAMPLE);
        Yaml.write(yaml, SAMPLE);

        assertThat(Json.read(json, Sample.class)).isEqualTo(SAMPLE);
        assertThat(Yaml.read(yaml, Sample.class)).isEqualTo(SAMPLE);
        assertThat(Yaml.text(SAMPLE)).startsWith("apple: 3\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"zebra\": \"z\",\n\"unknown\": 1}",
                "{\"zebra\": \"z\",\n\"zebra\": \"y\"}",
                "{\"zebra\": \"z\",\n\"apple\": \"many\"}",
                "{\"zebra\":\n",
                "{} {}",
                "null",
                ""
            })
    void namesTheFileOfBadText(String text) throws IOException {
        Path json = Files.writeString(folder.resolve("bad.json"), text);

        assertThatThrownBy(() -> Json.read(json, Sample.class))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("bad.json");
    }

    @Test
    void namesAFileThatIsNoTextAndAFolder() throws IOException {
        Path bytes = Files.write(folder.resolve("image.bin"), new byte[] {0, (byte) 0xff, (byte) 0xfe});

        assertThatThrownBy(() -> Json.read(bytes, Sample.class))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("image.bin: is no JSON: it holds bytes that are no UTF-8");
        assertThatThrownBy(() -> Json.read(folder, Sample.class))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("is a folder, where a file of JSON is expected");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "apple: 1; mango: 2; melon: 3|recipe.yaml: line 3: key 'melon' is not known; known are",
                "mango: 2|key 'apple': a value is missing",
                "apple: 1; mango: 2; map: {a: many}|recipe.yaml: line 3: key 'map.a': must be a whole number, got 'many'",
                "apple: 1; mango: 2; list: [[1]]|recipe.yaml: line 3: key 'list.[0]': must be text",
                "apple: 1; mango: 2; colour: blue|recipe.yaml: line 3: key 'colour': must be one of [RED], got 'blue'"
            })
    void namesTheLineAndTheKey(String text, String message) {
        assertThatThrownBy(() -> Yaml.parse(text.replace("; ", "\n"), Sample.class, "recipe.yaml"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(message);
    }

    @Test
    void refusesYamlThatIsNone() {
        assertThatThrownBy(() -> Yaml.parse("zebra: [", Sample.class, "recipe.yaml"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("recipe.yaml");
        assertThatThrownBy(() -> Yaml.parse("!!java.net.URL [\"x\"]", Sample.class, "recipe.yaml"))
                .isInstanceOf(BadInputException.class);
    }
}
