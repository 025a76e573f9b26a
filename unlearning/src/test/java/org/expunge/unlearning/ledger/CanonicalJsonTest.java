package org.expunge.unlearning.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Json;
import org.junit.jupiter.api.Test;

class CanonicalJsonTest {
    @Test
    void theExampleOfTheStandardIsSpelledAsThere() throws Exception {
        JsonNode example = Json.mapper()
                .readTree("{\"numbers\": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],"
                        + " \"string\": \"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\","
                        + " \"literals\": [null, true, false]}");

        assertThat(CanonicalJson.text(example))
                .isEqualTo("{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
                        + "\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
    }

    @Test
    void anotherSpellingOfTheSameValueIsRefused() {
        assertThatCode(() -> CanonicalJson.requireCanonical("{\"a\":1,\"b\":2}", "it"))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> CanonicalJson.requireCanonical("{\"b\":2,\"a\":1}", "it"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("canonical");
        assertThatThrownBy(() -> CanonicalJson.requireCanonical("{\"a\":1.0}", "it"))
                .isInstanceOf(BadInputException.class);
        assertThatThrownBy(() -> CanonicalJson.requireCanonical("{\"a\":", "it"))
                .isInstanceOf(BadInputException.class);
    }
}
