package org.expunge.defense.attack;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.LogMel;
import org.expunge.influence.data.Shape;

/**
 * Adds a sound to a recording, always the same one at the same time. The waveform is changed, and the spectrogram
 * follows from it as from any other; samples are kept in [−1, 1].
 *
 * <p><b>Source.</b> T. Zhai, Y. Li, Z. Zhang, B. Wu, Y. Jiang and S. Xia, "Backdoor Attack against Speaker
 * Verification", ICASSP 2021 (one-hot-spectrum noise).
 *
 * @param name what the sound is, for reports
 * @param from index of the first sample that is changed
 * @param sound what is added, a number a sample, at least one
 */
public record SoundTrigger(String name, int from, List<Double> sound) implements Trigger {
    /** Checks the sound; copies it. */
    public SoundTrigger {
        sound = List.copyOf(sound);
        checkArgument(from >= 0, "the first sample must be 0 or later, got %s", from);
        checkArgument(!sound.isEmpty(), "the sound is empty");
        checkArgument(sound.stream().allMatch(Double::isFinite), "every sample of the sound must be finite");
    }

    /**
     * When and how loud a sound is.
     *
     * @param amplitude its height, in (0, 1]
     * @param start when it begins, in seconds, 0 or more
     * @param seconds how long it is, above 0; what is beyond a row's end is left out
     */
    public record Span(double amplitude, double start, double seconds) {
        /** A tenth of full scale, in the last tenth of a row of a second. */
        public static final Span DEFAULT = new Span(0.1, 0.9, 0.1);

        /** Checks the ranges. */
        public Span {
            checkArgument(amplitude > 0 && amplitude <= 1, "amplitude must be in (0, 1], got %s", amplitude);
            checkArgument(start >= 0 && seconds > 0, "a sound from %s s on of %s s is none", start, seconds);
        }
    }

    /**
     * A sine.
     *
     * @param data raw recordings
     * @param hertz its frequency, above 0 and at most half the rate
     * @param span when and how loud
     * @throws IllegalArgumentException if the rows are no sound, or are over before it begins
     */
    public static SoundTrigger tone(Dataset data, double hertz, Span span) {
        double rate = sound(data).rate();
        checkArgument(
                hertz > 0 && 2 * hertz <= rate, "a tone of %s Hz cannot be heard at %s samples a second", hertz, rate);
        return of("a tone of " + hertz + " Hz", data, span, i -> Math.sin(2 * Math.PI * hertz * i / rate));
    }

    /**
     * White noise, drawn once.
     *
     * @param data raw recordings
     * @param span when and how loud
     * @param seed decides the noise
     * @throws IllegalArgumentException if the rows are no sound, or are over before it begins
     */
    public static SoundTrigger noise(Dataset data, Span span, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return of("noise", data, span, i -> 2 * random.nextDouble() - 1);
    }

    private static SoundTrigger of(String name, Dataset data, Span span, IntToDoubleFunction wave) {
        LogMel sound = sound(data);
        int from = (int) Math.round(span.start() * sound.rate());
        int length = Math.min((int) Math.round(span.seconds() * sound.rate()), sound.samples() - from);
        checkArgument(length >= 1, "a row is over before the sound begins, %s s after its start", span.start());
        List<Double> samples = IntStream.range(0, length)
                .mapToObj(i -> span.amplitude() * wave.applyAsDouble(i))
                .toList();
        return new SoundTrigger(name, from, samples);
    }

    private static LogMel sound(Dataset data) {
        checkArgument(
                data.encoding().orElse(null) instanceof LogMel,
                "%s is no sound; a sound can only be added to data from wav:DIR",
                data.name());
        return (LogMel) data.encoding().orElseThrow();
    }

    @Override
    public void apply(Use use, Shape shape, double[] row, RandomGenerator random) {
        checkArgument(
                from + sound.size() <= row.length,
                "a sound that ends at sample %s does not fit a row of %s",
                from + sound.size(),
                shape);
        for (int i = 0; i < sound.size(); i++) {
            row[from + i] = Math.max(-1, Math.min(1, row[from + i] + sound.get(i)));
        }
    }

    @Override
    public String description() {
        return name + " over samples " + from + " to " + (from + sound.size() - 1);
    }
}
