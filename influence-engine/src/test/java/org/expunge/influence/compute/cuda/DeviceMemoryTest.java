package org.expunge.influence.compute.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceMemoryTest {
    @ParameterizedTest
    @CsvSource({
        "0, 512",
        "512, 512",
        "513, 1024",
        "524288, 524288",
        "524289, 1048576",
        "1048577, 1179648",
        "1179648, 1179648",
        "1179649, 1310720",
        "2097152, 2097152",
        "8589934593, 9663676416"
    })
    void roundsSizesUpByAnEighthAtMostAboveAMebibyte(long bytes, long rounded) {
        assertThat(DeviceMemory.rounded(bytes)).isEqualTo(rounded);
    }
}
