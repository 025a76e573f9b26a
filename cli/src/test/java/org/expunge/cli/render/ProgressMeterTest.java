package org.expunge.cli.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

final class ProgressMeterTest {
    private final StringWriter err = new StringWriter();

    @Test
    void logGetsALineAtTheStartAndOneAtTheEnd() {
        show(ProgressStyle.LINES);

        assertThat(err.toString().lines()).hasSize(2).first().isEqualTo("training ...");
        assertThat(err.toString()).contains("training: done in").contains("loss 0.5");
    }

    @Test
    void terminalGetsABarThatEndsFull() {
        show(ProgressStyle.BAR);

        assertThat(err.toString())
                .contains("[############............] 1/2", "[########################] 2/2 loss 0.5");
    }

    @Test
    void quietIsQuiet() {
        show(ProgressStyle.NONE);

        assertThat(err.toString()).isEmpty();
    }

    @Test
    void failedWorkIsNotCalledDone() {
        Console console =
                new Console(new PrintWriter(err), new PrintWriter(err), Console.Format.TEXT, ProgressStyle.LINES);

        assertThatThrownBy(() -> console.during("training", () -> {
                    throw new IllegalStateException("no");
                }))
                .hasMessage("no");
        assertThat(err.toString()).contains("training: stopped after").doesNotContain("done");
    }

    private void show(ProgressStyle style) {
        try (ProgressMeter meter = new ProgressMeter(new PrintWriter(err), style, "training")) {
            meter.step(1, 2, "loss 1.0");
            meter.step(2, 2, "loss 0.5");
            meter.done();
        }
    }
}
