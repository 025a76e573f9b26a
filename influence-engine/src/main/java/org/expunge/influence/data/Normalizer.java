package org.expunge.influence.data;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Json;
import org.jspecify.annotations.Nullable;

/**
 * A shift and a scale for each feature, {@code (x − shift) · scale}, fitted on the training rows alone. Immutable.
 *
 * <p><b>Accuracy.</b> Means and population standard deviations in two passes of doubles. A feature that does not vary
 * keeps scale 1, so that it becomes 0 in the training rows and nothing is divided by 0.
 *
 * <p><b>Cost.</b> Fitting reads every row at most twice; applying makes a view.
 */
public final class Normalizer {

    /** What to do with the features. */
    public enum Kind {
        /** Leave them as they are. */
        NONE,
        /** Give each feature mean 0 and standard deviation 1. */
        STANDARDIZE,
        /** Give each channel, over all its pixels, mean 0 and standard deviation 1. */
        STANDARDIZE_CHANNEL,
        /** Bring each feature to the range 0 to 1. */
        MIN_MAX,
        /** Divide by a constant. */
        SCALE,
        /** Subtract each feature's mean, then divide by a constant. */
        CENTER,
        /** Turn the codes of words into token numbers; see {@link Words}. For text, and nothing else is. */
        VOCABULARY
    }

    /**
     * What to fit.
     *
     * @param kind what to do with the features
     * @param divisor what {@link Kind#SCALE} and {@link Kind#CENTER} divide by, above 0; others ignore it
     */
    public record Options(Kind kind, double divisor) {
        /** Standardize each feature. */
        public static final Options DEFAULT = new Options(Kind.STANDARDIZE, 1);

        public Options {
            checkArgument(divisor > 0 && Double.isFinite(divisor), "divisor must be above 0, but it is %s", divisor);
        }

        /**
         * Reads {@code none}, {@code standardize}, {@code standardize-channel}, {@code min-max}, {@code vocabulary},
         * {@code scale:255} or {@code center:16}.
         *
         * @param text the name of a kind, with a divisor after a colon where the kind takes one
         * @return the options
         * @throws IllegalArgumentException if the text is none of these
         */
        public static Options parse(String text) {
            int colon = text.indexOf(':');
            String name = colon < 0 ? text : text.substring(0, colon);
            try {
                double divisor = colon < 0 ? 1 : Double.parseDouble(text.substring(colon + 1));
                return new Options(Kind.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_')), divisor);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "normalisation '" + text
                                + "' is not known; use none, standardize, standardize-channel, min-max,"
                                + " vocabulary, scale:DIVISOR or center:DIVISOR with a divisor above 0",
                        e);
            }
        }

        /** Returns what {@link #parse} reads. */
        @Override
        public String toString() {
            String name = kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
            return divisor == 1 ? name : name + ":" + divisor;
        }
    }

    private final Kind kind;
    private final double[] shift;
    private final double[] scale;
    private final @Nullable Vocabulary vocabulary;
    private final @Nullable LogMel sound;

    @JsonCreator
    private Normalizer(
            @JsonProperty(value = "kind", required = true) Kind kind,
            @JsonProperty(value = "shift", required = true) double[] shift,
            @JsonProperty(value = "scale", required = true) double[] scale,
            @JsonProperty("codes") double @Nullable [] codes,
            @JsonProperty("sound") @Nullable LogMel sound) {
        checkArgument((kind == Kind.VOCABULARY) == (codes != null), "%s has codes of words or lacks them", kind);
        checkArgument(shift.length == scale.length, "there are %s shifts but %s scales", shift.length, scale.length);
        for (int j = 0; j < shift.length; j++) {
            boolean finite = Double.isFinite(shift[j]) && Double.isFinite(scale[j]);
            checkArgument(finite, "the shift or scale of feature %s is not finite", j);
        }
        this.kind = kind;
        this.shift = shift.clone();
        this.scale = scale.clone();
        this.vocabulary = codes == null ? null : new Vocabulary(codes);
        this.sound = sound;
    }

    /**
     * Fits on training rows.
     *
     * @param train the rows to learn from, at least 1 unless the kind is {@link Kind#NONE} or {@link Kind#SCALE}
     * @param options what to fit
     * @return the transformation
     * @throws IllegalArgumentException if there are no rows to fit on
     */
    public static Normalizer fit(Dataset train, Options options) {
        return train.encoding().orElse(null) instanceof LogMel sound
                ? fit(sound.apply(train), options, sound)
                : fit(train, options, null);
    }

    private static Normalizer fit(Dataset train, Options options, @Nullable LogMel sound) {
        int width = train.shape().length();
        double[] shift = new double[width];
        double[] scale = new double[width];
        Arrays.fill(scale, 1);
        if (train.words().isPresent()) {
            return new Normalizer(
                    Kind.VOCABULARY, shift, scale, codes(train, train.words().get(), options), null);
        }
        boolean needsRows = options.kind() != Kind.NONE && options.kind() != Kind.SCALE;
        checkArgument(!needsRows || train.size() > 0, "%s has no rows to fit a normalisation on", train.name());
        FeatureStatistics statistics = new FeatureStatistics(train.features());
        switch (options.kind()) {
            case NONE -> {}
            case VOCABULARY ->
                throw new IllegalArgumentException(
                        train.name() + " holds numbers; only text has a vocabulary, as with tsv:FILE?text=COLUMN");
            case SCALE -> Arrays.fill(scale, 1 / options.divisor());
            case CENTER -> {
                shift = statistics.means();
                Arrays.fill(scale, 1 / options.divisor());
            }
            case STANDARDIZE -> {
                shift = statistics.means();
                scale = invertAll(statistics.standardDeviations(shift));
            }
            case STANDARDIZE_CHANNEL -> {
                int area = train.shape().height() * train.shape().width();
                shift = statistics.channelMeans(area);
                scale = invertAll(statistics.channelStandardDeviations(shift, area));
            }
            case MIN_MAX -> {
                shift = statistics.minima();
                scale = invertAll(statistics.ranges());
            }
        }
        return new Normalizer(options.kind(), shift, scale, null, sound);
    }

    /** Text is numbered by a vocabulary whether that is asked for by name or nothing is. */
    private static double[] codes(Dataset train, Words words, Options options) {
        checkArgument(
                options.kind() == Kind.VOCABULARY || options.equals(Options.DEFAULT),
                "%s is text, which a vocabulary turns into numbers; leave out normalisation %s",
                train.name(),
                options);
        return Vocabulary.fit(train.features(), words).codes();
    }

    private static double[] invertAll(double[] values) {
        return Arrays.stream(values).map(value -> value > 0 ? 1 / value : 1).toArray();
    }

    /**
     * Reads what {@link #toJson} wrote.
     *
     * @param json the text
     * @param source what to call it in an error
     * @return the transformation
     * @throws BadInputException if it is not one
     */
    public static Normalizer fromJson(String json, String source) throws BadInputException {
        return Json.parse(json, Normalizer.class, source);
    }

    /**
     * Writes this transformation; reading it back gives the same bits.
     *
     * @return JSON
     */
    public String toJson() {
        return Json.text(this);
    }

    /**
     * Transforms rows as they are read.
     *
     * @param data rows of the width that was fitted
     * @return a view with the same ids and targets
     * @throws IllegalArgumentException if the width differs
     */
    public Dataset apply(Dataset data) {
        checkArgument(
                Objects.equals(sound, data.encoding().orElse(null) instanceof LogMel other ? other : null),
                "%s holds %s where the normalisation was fitted on %s",
                data.name(),
                data.encoding().map(Encoding::toString).orElse("no sound"),
                sound == null ? "no sound" : sound);
        return sound == null ? applyTo(data) : applyTo(sound.apply(data).withEncoding(null));
    }

    private Dataset applyTo(Dataset data) {
        checkArgument(
                data.shape().length() == shift.length,
                "the normalisation was fitted on %s features but %s has %s",
                shift.length,
                data.name(),
                data.shape().length());
        if (vocabulary != null) {
            checkArgument(
                    data.words().isPresent(),
                    "%s holds numbers where text is expected, as from tsv:FILE?text=COLUMN",
                    data.name());
            return data.withFeatures(vocabulary.number(data.features()));
        }
        return kind == Kind.NONE ? data : data.withFeatures(Features.affine(data.features(), shift, scale));
    }

    /**
     * Returns what was fitted.
     *
     * @return the kind
     */
    @JsonProperty
    public Kind kind() {
        return kind;
    }

    /**
     * Returns what is subtracted from each feature.
     *
     * @return one number a feature; a copy
     */
    @JsonProperty
    public double[] shift() {
        return shift.clone();
    }

    /**
     * Returns what each feature is multiplied by after the shift.
     *
     * @return one number a feature; a copy
     */
    @JsonProperty
    public double[] scale() {
        return scale.clone();
    }

    /**
     * Returns the codes of the words that have a token number.
     *
     * @return the code of token 2 and on; a copy, or null where the features are no text
     */
    @JsonProperty
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public double @Nullable [] codes() {
        return vocabulary == null ? null : vocabulary.codes();
    }

    /**
     * Returns how sound becomes what is shifted and scaled.
     *
     * @return null where the features are no sound
     */
    @JsonProperty
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public @Nullable LogMel sound() {
        return sound;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Normalizer that
                && kind == that.kind
                && Arrays.equals(shift, that.shift)
                && Arrays.equals(scale, that.scale)
                && Arrays.equals(codes(), that.codes())
                && Objects.equals(sound, that.sound);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * kind.hashCode() + Arrays.hashCode(shift))
                + Arrays.hashCode(scale)
                + Objects.hash(Arrays.hashCode(codes()), sound);
    }

    @Override
    public String toString() {
        return "Normalizer[" + kind + ", " + shift.length + " features]";
    }
}
