package org.expunge.influence.compute.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.function.BiConsumer;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.compute.Sums;
import org.expunge.influence.compute.reference.ReferenceCompute;
import org.expunge.influence.testkit.CudaTesting;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** More outputs than threads of an example, and batches that end within a block. */
@Tag("gpu")
class CudaLossesTest {
    private static final double ROUNDING = 0x1p-22;

    private final Compute cuda = CudaTesting.open();
    private final Compute reference = new ReferenceCompute();

    @AfterEach
    void close() {
        cuda.close();
        reference.close();
    }

    @ParameterizedTest
    @EnumSource(Loss.class)
    void agreesWithTheReferenceOnManyOutputs(Loss loss) {
        for (int outputs : new int[] {1, 31, 33, 1_000}) {
            for (int batch : new int[] {1, 8, 21}) {
                agrees(loss, outputs, batch);
            }
        }
    }

    private void agrees(Loss loss, int outputs, int batch) {
        assertNear(outputs * batch, (c, to) -> {
            c.losses().delta(loss, outputs, batch, logits(c, outputs * batch), targets(c, outputs, batch), to);
        });
        assertNear(outputs * batch, (c, to) -> {
            c.losses().predictions(loss, outputs, batch, logits(c, outputs * batch), to);
        });
        assertNear(outputs * batch, (c, to) -> {
            Buffer v = logits(c, outputs * batch + 1);
            c.losses()
                    .hessianProduct(
                            loss, outputs, batch, logits(c, outputs * batch), targets(c, outputs, batch), v, to);
        });
        double[][] numbers = new double[4][batch];
        assertNear(outputs * batch, (c, to) -> {
            int at = c == cuda ? 0 : 2;
            Buffer z = logits(c, outputs * batch);
            Buffer y = targets(c, outputs, batch);
            Sums norms = c.sums(batch);
            Sums losses = c.sums(batch);
            c.losses().unitDelta(loss, outputs, batch, z, y, to, norms, 0);
            c.losses().losses(loss, outputs, batch, z, y, losses, 0);
            numbers[at] = norms.toArray();
            numbers[at + 1] = losses.toArray();
        });
        for (int b = 0; b < batch; b++) {
            assertThat(numbers[0][b]).isCloseTo(numbers[2][b], within(1e-12 * (1 + numbers[2][b])));
            assertThat(numbers[1][b]).isCloseTo(numbers[3][b], within(1e-12 * (1 + numbers[3][b])));
        }
    }

    private void assertNear(int length, BiConsumer<Compute, Buffer> kernel) {
        double[] actual = run(cuda, length, kernel);
        double[] expected = run(reference, length, kernel);
        for (int i = 0; i < length; i++) {
            assertThat(actual[i]).isCloseTo(expected[i], within(ROUNDING * Math.abs(expected[i]) + Float.MIN_NORMAL));
        }
    }

    private static double[] run(Compute compute, int length, BiConsumer<Compute, Buffer> kernel) {
        try (Buffer to = compute.allocate(length)) {
            kernel.accept(compute, to);
            return compute.toArray(to);
        }
    }

    /** A few of them equal, so that some examples have two largest logits. */
    private static Buffer logits(Compute compute, int length) {
        Random random = new Random(length);
        return compute.of(random.doubles(length, -4, 4).map(Math::rint).toArray());
    }

    private static Buffer targets(Compute compute, int outputs, int batch) {
        double[] y = new double[outputs * batch];
        for (int b = 0; b < batch; b++) {
            y[b % outputs * batch + b] += 0.75;
            y[(7 * b + 1) % outputs * batch + b] += 0.25;
        }
        return compute.of(y);
    }

    @ParameterizedTest
    @CsvSource({"0, 3", "4, 0"})
    void takesNothing(int outputs, int batch) {
        Sums losses = cuda.sumsOf(7, 7, 7);
        try (Buffer empty = cuda.allocate(0)) {
            cuda.losses().losses(Loss.SQUARED_ERROR, outputs, batch, empty, empty, losses, 0);
            cuda.losses().delta(Loss.SOFTMAX_CROSS_ENTROPY, outputs, batch, empty, empty, empty);
        }
        assertThat(losses.toArray()).containsOnly(batch == 0 ? 7 : 0);
    }

    @Test
    void refusesSumsThatAreTooFew() {
        try (Buffer z = cuda.allocate(3)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> cuda.losses().losses(Loss.SQUARED_ERROR, 1, 3, z, z, cuda.sums(3), 1))
                    .withMessageContaining("of 3 numbers");
        }
    }
}
