package org.expunge.influence.testkit;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * One layer of a golden network.
 *
 * @param index where it stands, from 0
 * @param type {@code dense}, {@code conv}, {@code maxpool}, {@code batchnorm}, {@code activation}, {@code add},
 *     {@code globalavgpool} or {@code output}
 * @param settings everything else that the file says about it
 */
public record GoldenLayer(int index, String type, JsonNode settings) {

    /** Returns a whole number, or the default where the file is silent. */
    public int integer(String key, int otherwise) {
        JsonNode value = settings.get(key);
        return value == null ? otherwise : value.intValue();
    }

    /** Returns a whole number that the file must hold. */
    public int integer(String key) {
        return required(key).intValue();
    }

    /** Returns a number that the file must hold. */
    public double number(String key) {
        return required(key).doubleValue();
    }

    /** Returns numbers that the file must hold. */
    public double[] numbers(String key) {
        return GoldenArray.ofNested(required(key)).values();
    }

    /** Returns the activation's name, {@code identity} where the file is silent. */
    public String activation() {
        JsonNode value = settings.get("activation");
        return value == null ? "identity" : value.textValue();
    }

    private JsonNode required(String key) {
        @Nullable JsonNode value = settings.get(key);
        checkArgument(value != null, "layer %s (%s) has no '%s'", index, type, key);
        return value;
    }
}
