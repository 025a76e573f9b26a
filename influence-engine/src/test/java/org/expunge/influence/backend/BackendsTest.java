package org.expunge.influence.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.expunge.influence.compute.Compute;
import org.junit.jupiter.api.Test;

class BackendsTest {
    @Test
    void createsEveryBackendItNames() {
        for (String name : Backends.names()) {
            try (Compute compute = Backends.create(name)) {
                assertThat(compute.name()).isEqualTo(name.equals("auto") ? "cpu" : name);
            }
        }
    }

    @Test
    void saysWhatThereIsToChooseFrom() {
        assertThatThrownBy(() -> Backends.create("gpu"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'gpu'")
                .hasMessageContaining("auto, cpu, reference");
    }
}
