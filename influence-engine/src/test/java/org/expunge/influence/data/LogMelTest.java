package org.expunge.influence.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LogMelTest {
    @Test
    void oneFrameIsWhatAHandComputes() {
        // Hann's window over four ones is 0, ½, 1, ½; its transform is 2, −1, 0 at 0, 2 and 4 Hz.
        LogMel one = new LogMel(8, 4, 4, 1, 1);

        double[] image = one.apply(new double[] {1, 1, 1, 1});

        double middle = 700 * (Math.sqrt(704.0 / 700) - 1); // half of the mel of 4 Hz
        double weight = (4 - 2) / (4 - middle);
        assertThat(one.shape()).isEqualTo(new Shape(1, 1, 1));
        assertThat(image).containsExactly(new double[] {Math.log(1e-6 + weight)}, within(1e-12));
    }

    @Test
    void framesArePaddedAndTransformedAsTheFormulaSays() {
        int rate = 1000;
        LogMel sound = new LogMel(rate, 40, 12, 5, 3);
        double[] wave = new Random(1).doubles(40, -1, 1).toArray();

        double[] image = sound.apply(wave);

        assertThat(sound.frames()).isEqualTo(6);
        for (int t = 0; t < 6; t++) {
            for (int m = 0; m < 3; m++) {
                double energy = 0;
                for (int k = 0; k <= 8; k++) {
                    energy += triangle(m, 3, k * rate / 16.0, rate) * power(wave, 5 * t, 12, k / 16.0);
                }
                assertThat(image[m * 6 + t]).isCloseTo(Math.log(1e-6 + energy), within(1e-10));
            }
        }
    }

    @Test
    void aToneIsLoudestInItsBandAndSilenceHasTheFloor() {
        LogMel sound = new LogMel(8000, 2000, 256, 160, 32);
        double[] tone = new double[2000];
        for (int i = 0; i < 1000; i++) {
            tone[i] = 0.5 * Math.sin(2 * Math.PI * 1000 * i / 8000);
        }

        double[] image = sound.apply(tone);

        int frames = sound.frames();
        double band = 2595 * Math.log10(1 + 1000 / 700.0) / (2595 * Math.log10(1 + 4000 / 700.0)) * 33 - 1;
        int loudest = 0;
        for (int m = 0; m < 32; m++) {
            loudest = image[m * frames] > image[loudest * frames] ? m : loudest;
            assertThat(image[m * frames + frames - 1]).isCloseTo(Math.log(1e-6), within(1e-12));
        }
        assertThat((double) loudest).isCloseTo(band, within(1.0));
    }

    @Test
    void sizesThatMakeNoSpectrogramAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LogMel(8000, 8000, 64, 32, 128))
                .withMessageContaining("128 mels are too many");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LogMel(8000, 100, 256, 80, 8))
                .withMessageContaining("less than a window");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LogMel(8000, 1000, 256, 80, 8).apply(new double[3]))
                .withMessageContaining("not 1000");
    }

    /** The power at a frequency in cycles a sample, by the sum that defines it. */
    private static double power(double[] wave, int from, int window, double frequency) {
        double real = 0;
        double imaginary = 0;
        for (int n = 0; n < window; n++) {
            double sine = Math.sin(Math.PI * n / window);
            double value = wave[from + n] * sine * sine;
            real += value * Math.cos(2 * Math.PI * frequency * n);
            imaginary -= value * Math.sin(2 * Math.PI * frequency * n);
        }
        return real * real + imaginary * imaginary;
    }

    /** Hand-made: corners in hertz, then straight lines between them. */
    private static double triangle(int m, int mels, double f, int rate) {
        double[] corners = new double[mels + 2];
        double top = Math.log1p(rate / 2.0 / 700);
        Arrays.setAll(corners, i -> 700 * Math.expm1(top * i / (mels + 1)));
        if (f <= corners[m] || f >= corners[m + 2]) {
            return 0;
        }
        return f < corners[m + 1]
                ? (f - corners[m]) / (corners[m + 1] - corners[m])
                : (corners[m + 2] - f) / (corners[m + 2] - corners[m + 1]);
    }
}
