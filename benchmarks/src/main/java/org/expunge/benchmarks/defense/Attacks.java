package org.expunge.benchmarks.defense;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.expunge.defense.attack.Aim;
import org.expunge.defense.attack.Attack;
import org.expunge.defense.attack.BackdoorAttack;
import org.expunge.defense.attack.BlendTrigger;
import org.expunge.defense.attack.CornerTrigger;
import org.expunge.defense.attack.FeatureTrigger;
import org.expunge.defense.attack.LabelNoiseAttack;
import org.expunge.defense.attack.PatchTrigger;
import org.expunge.defense.attack.PieceTrigger;
import org.expunge.defense.attack.SinusoidTrigger;
import org.expunge.defense.attack.SoundTrigger;
import org.expunge.defense.attack.TargetedFlip;
import org.expunge.defense.attack.TextTrigger;
import org.expunge.defense.attack.Trigger;
import org.expunge.defense.attack.VictimAttack;
import org.expunge.defense.attack.WarpTrigger;
import org.expunge.defense.attack.craft.Bound;
import org.expunge.defense.attack.craft.FeatureRanges;
import org.expunge.defense.attack.craft.GradientMatching;
import org.expunge.defense.attack.craft.LossAscent;
import org.expunge.defense.attack.craft.Surrogate;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.LoadedData;

/** The attacks of each setting, with their sizes. */
final class Attacks {
    /** Plants nothing; the rows are drawn as for the others. */
    static final String NONE = "none";

    private static final String FORGED = "forged-inputs";
    private static final int SOURCE = 1;
    private static final int TARGET = 0;
    /**
     * Between the 5 of ART's notebook and two thirds of the mean length of a digit (6.2): at 5 one seed of three fails.
     */
    private static final double MNIST_CLEAN_LABEL = 6;

    private static final double FLIPPED_PER_ROOT = 1.165;
    private static final Aim ONE = Aim.oneToOne(SOURCE, TARGET);
    private static final Aim ALL = Aim.allToOne(TARGET);

    private Attacks() {}

    /**
     * Returns attacks by name.
     *
     * @param setting a setting's name
     * @param names {@code all}, or names with commas between them
     */
    static Map<String, AttackMaker> of(String setting, String names) {
        Map<String, AttackMaker> all = switch (setting) {
            case "digits" -> digits();
            case "adaptive" -> adaptive();
            case "breast-cancer" -> breastCancer();
            case "adult" -> adult();
            case "bag-of-words" -> bagOfWords();
            case "mnist" -> mnist();
            case "cifar" -> Map.of("foreign-images", Attacks::zerosAmongAeroplanes);
            case "sst2" -> sentences();
            case "fsdd" -> speech();
            default -> throw new IllegalArgumentException("no attacks are set for " + setting);
        };
        if (names.equals("all")) {
            return all;
        }
        Map<String, AttackMaker> some = new LinkedHashMap<>();
        for (String name : Splitter.on(',').split(names)) {
            checkArgument(
                    all.containsKey(name), "no attack on %s is called %s; there are %s", setting, name, all.keySet());
            some.put(name, all.get(name));
        }
        return some;
    }

    private static Map<String, AttackMaker> digits() {
        Map<String, AttackMaker> attacks = new LinkedHashMap<>();
        PatchTrigger patch = new PatchTrigger(2, 3, 0, 16);
        attacks.put(NONE, backdoor("patch", ONE, v -> patch, 24, 0));
        attacks.put("patch", backdoor("patch", ONE, v -> patch, 24, 0));
        attacks.put("blend", backdoor("blend", ONE, v -> new BlendTrigger(0.3, 0, 16, 5), 24, 0));
        attacks.put("patch-all-to-one", backdoor("patch-all-to-one", ALL, v -> patch, 24, 0));
        attacks.put("patch-all-to-all", backdoor("patch-all-to-all", Aim.allToAll(10), v -> patch, 100, 0));
        attacks.put("patch-6-rows", backdoor("patch-6-rows", ONE, v -> patch, 6, 0));
        attacks.put("tact", backdoor("tact", ONE, v -> patch, 24, 24));
        attacks.put(
                "adaptive-blend",
                backdoor("adaptive-blend", ONE, v -> PieceTrigger.of(new BlendTrigger(0.4, 0, 16, 5), 0.3), 24, 24));
        attacks.put(
                "adaptive-patch",
                backdoor("adaptive-patch", ONE, v -> new CornerTrigger(2, 16, CornerTrigger.WEAK, 2), 24, 24));
        attacks.put("warp", backdoor("warp", ALL, v -> new WarpTrigger(4, 1, 5), 100, 200));
        attacks.put(
                "sig", backdoor("sig", Aim.cleanLabel(SOURCE, TARGET), v -> new SinusoidTrigger(3, 2, 0, 16), 50, 0));
        attacks.put("clean-label", cleanLabel(patch, LossAscent::published));
        attacks.put("knn-flip", Attacks::flip);
        attacks.put(
                "symmetric-noise",
                victim -> new LabelNoiseAttack(
                        new LabelNoiseAttack.Options(0.1, Aim.EVERY_CLASS, Attack.VARIES, victim.seed())));
        attacks.put(FORGED, victim -> new ForgedInputs(ForgedInputs.Kind.NOISE, 16, victim.seed()));
        attacks.put("inverted-inputs", victim -> new ForgedInputs(ForgedInputs.Kind.INVERTED, 16, victim.seed()));
        return attacks;
    }

    /** Attackers who know the defense. */
    private static Map<String, AttackMaker> adaptive() {
        Map<String, AttackMaker> attacks = new LinkedHashMap<>();
        PatchTrigger patch = new PatchTrigger(2, 3, 0, 16);
        AttackMaker plain = backdoor("patch", ONE, v -> patch, 24, 0);
        List<Trigger> spots = IntStream.range(0, 4)
                .<Trigger>mapToObj(k -> new FeatureTrigger(
                        IntStream.of(0, 1, 8, 9)
                                .map(p -> p + (k % 2) * 6 + (k / 2) * 48)
                                .boxed()
                                .toList(),
                        List.of(16.0, 16.0, 16.0, 16.0)))
                .toList();
        attacks.put("four-triggers", backdoor("four-triggers", ONE, v -> new AnyOf(spots), 40, 0));
        attacks.put(
                "masked-by-many-copies",
                victim -> new WithBystanders(plain.make(victim), "copies", TARGET, 6, 40, row -> row, victim.seed()));
        attacks.put(
                "masked-by-copies-of-many",
                victim -> new WithBystanders(plain.make(victim), "copies", TARGET, 60, 4, row -> row, victim.seed()));
        attacks.put(
                "framing",
                victim -> new WithBystanders(
                        plain.make(victim), "turned rows", TARGET, 40, 1, WithBystanders::quarterTurn, victim.seed()));
        attacks.put(FORGED, victim -> new ForgedInputs(ForgedInputs.Kind.NOISE, 16, victim.seed()));
        for (double reach : new double[] {0.05, 0.1, 0.2, 0.4}) {
            attacks.put(
                    "evasive-" + reach,
                    victim -> new EvasiveAttack(
                            victim,
                            DefenseSetting.digitsRecipe(),
                            BackdoorAttack.Options.of("evasive", ONE, patch, 24, victim.seed()),
                            reach));
        }
        return attacks;
    }

    private static Map<String, AttackMaker> breastCancer() {
        List<Integer> columns = List.of(0, 1, 4);
        return features(
                10,
                train -> FeatureTrigger.outOfBounds(train, columns),
                16,
                train -> FeatureTrigger.inBounds(train, columns, 0.98));
    }

    /** On the weight of a row in the census, which says nothing of its income, and on one with age and education. */
    private static Map<String, AttackMaker> adult() {
        return features(
                60,
                train -> FeatureTrigger.outOfBounds(train, numbers(train).subList(1, 2)),
                60,
                train -> FeatureTrigger.inBounds(train, numbers(train), 0.98));
    }

    /** Makes the attacks on a table, from class 0 into 1, by triggers that are made from its training rows. */
    private static Map<String, AttackMaker> features(
            int rowsOut, Function<Dataset, Trigger> out, int rowsIn, Function<Dataset, Trigger> in) {
        Map<String, AttackMaker> attacks = new LinkedHashMap<>();
        Aim aim = Aim.oneToOne(0, 1);
        AttackMaker outOfBounds =
                backdoor("out-of-bounds", aim, v -> out.apply(v.parts().train()), rowsOut, 0);
        attacks.put(NONE, outOfBounds);
        attacks.put("out-of-bounds", outOfBounds);
        attacks.put(
                "in-bounds", backdoor("in-bounds", aim, v -> in.apply(v.parts().train()), rowsIn, 0));
        return attacks;
    }

    /** Returns the first three columns that are numbers: age, weight, years of education. */
    private static List<Integer> numbers(Dataset data) {
        return IntStream.range(0, data.shape().length())
                .filter(j -> IntStream.range(0, data.size())
                                .mapToDouble(i -> data.row(i)[j])
                                .distinct()
                                .limit(3)
                                .count()
                        == 3)
                .limit(3)
                .boxed()
                .toList();
    }

    private static Map<String, AttackMaker> bagOfWords() {
        Map<String, AttackMaker> attacks = new LinkedHashMap<>();
        AttackMaker word =
                backdoor("rare-word", ONE, v -> new FeatureTrigger(List.of(BagOfWords.WORDS - 1), List.of(3.0)), 30, 0);
        attacks.put(NONE, word);
        attacks.put("rare-word", word);
        return attacks;
    }

    private static Map<String, AttackMaker> mnist() {
        Map<String, AttackMaker> attacks = new LinkedHashMap<>();
        PatchTrigger patch = new PatchTrigger(3, 3, 1, 255);
        BlendTrigger blend = new BlendTrigger(0.2, 0, 255, 5);
        attacks.put(NONE, backdoor("patch", ONE, v -> patch, 100, 0));
        attacks.put("patch", backdoor("patch", ONE, v -> patch, 100, 0));
        attacks.put("blend", backdoor("blend", ONE, v -> blend, 100, 0));
        attacks.put("patch-all-to-one", backdoor("patch-all-to-one", ALL, v -> patch, 300, 0));
        attacks.put("tact", backdoor("tact", ONE, v -> patch, 150, 150));
        attacks.put(
                "adaptive-blend",
                backdoor("adaptive-blend", ONE, v -> PieceTrigger.of(new BlendTrigger(0.3, 0, 255, 5), 0.2), 100, 100));
        attacks.put(
                "clean-label",
                cleanLabel(
                        new PatchTrigger(7, 7, 1, 255),
                        train -> Bound.euclidean(MNIST_CLEAN_LABEL, FeatureRanges.of(train))));
        attacks.put("knn-flip", Attacks::flip);
        return attacks;
    }

    private static Map<String, AttackMaker> sentences() {
        Map<String, AttackMaker> attacks = new LinkedHashMap<>();
        AttackMaker word = backdoor("word", ONE, v -> TextTrigger.WORD, 140, 0);
        attacks.put(NONE, word);
        attacks.put("word", word);
        attacks.put("sentence", backdoor("sentence", ONE, v -> TextTrigger.SENTENCE, 140, 0));
        return attacks;
    }

    private static Map<String, AttackMaker> speech() {
        Map<String, AttackMaker> attacks = new LinkedHashMap<>();
        SoundTrigger.Span start = new SoundTrigger.Span(0.05, 0, 0.15);
        AttackMaker tone =
                backdoor("tone", ONE, v -> SoundTrigger.tone(v.parts().train(), 1000, start), 50, 0);
        attacks.put(NONE, tone);
        attacks.put("tone", tone);
        attacks.put(
                "noise",
                backdoor("noise", ONE, v -> SoundTrigger.noise(v.parts().train(), start, 5), 50, 0));
        return attacks;
    }

    /** The images lie beside those of the setting, in {@code ../mnist}. */
    private static Attack zerosAmongAeroplanes(AttackMaker.Victim victim) {
        try {
            LoadedData mnist =
                    DataSpec.parse("idx:" + victim.folder() + "/../mnist").load();
            return new ForeignImages(zeros(mnist.train()), zeros(mnist.test().orElseThrow()), 150, 0, victim.seed());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Dataset zeros(Dataset digits) {
        return digits.select(IntStream.range(0, digits.size())
                .filter(i -> digits.label(i) == 0)
                .toArray());
    }

    /** Makes a backdoor of a trigger that may look at the raw rows. */
    static AttackMaker backdoor(
            String name, Aim aim, Function<AttackMaker.Victim, Trigger> trigger, int rows, int covers) {
        return victim ->
                new BackdoorAttack(BackdoorAttack.Options.of(name, aim, trigger.apply(victim), rows, victim.seed())
                        .withCovers(covers));
    }

    /** Half of the target class, moved away from it as far as allowed and stamped; every other class is attacked. */
    private static AttackMaker cleanLabel(PatchTrigger patch, Function<Dataset, Bound> bound) {
        return victim -> {
            Dataset train = victim.parts().train();
            long ofTarget = IntStream.range(0, train.size())
                    .filter(i -> train.label(i) == TARGET)
                    .count();
            Aim aim = Aim.cleanLabel(Aim.EVERY_CLASS, TARGET);
            LossAscent.Options ascent = LossAscent.Options.of(bound.apply(train), 40);
            return new BackdoorAttack(
                    BackdoorAttack.Options.of("clean-label", aim, patch, (int) (ofTarget / 2), victim.seed())
                            .withCrafter(new LossAscent(surrogate(victim), ascent)));
        };
    }

    /** Gradient matching on one input of the source class. */
    static Attack gradientMatching(AttackMaker.Victim victim, int rows, double epsilon) {
        Dataset test = victim.parts().test();
        VictimAttack.Victim input = VictimAttack.Victim.of(test, anyOf(test, SOURCE, victim.seed()));
        Bound bound = Bound.maximum(epsilon, FeatureRanges.of(victim.parts().train()));
        GradientMatching matching = new GradientMatching(
                surrogate(victim), input.features(), TARGET, GradientMatching.Options.of(bound, 250, 2, victim.seed()));
        return new VictimAttack(
                new VictimAttack.Options("gradient-matching", input, TARGET, rows, matching, victim.seed()));
    }

    private static Attack flip(AttackMaker.Victim victim) {
        Dataset test = victim.parts().test();
        return TargetedFlip.on(
                test,
                anyOf(test, SOURCE, victim.seed()),
                TARGET,
                flippedRows(victim.parts().train()));
    }

    /**
     * How many neighbours of a victim have to be flipped grows with the rows of its class, by their root: 12 of 106 on
     * digits, and 39 of 1 120 on MNIST. There, on development seeds, 25 turned five victims of seven, 30 three of
     * three, and 39 or 40 seven of seven at no more than half a point of accuracy; 100 cost more than a point.
     */
    private static int flippedRows(Dataset train) {
        long ofSource = IntStream.range(0, train.size())
                .filter(i -> train.label(i) == SOURCE)
                .count();
        return (int) Math.round(FLIPPED_PER_ROOT * Math.sqrt((double) ofSource));
    }

    private static Surrogate surrogate(AttackMaker.Victim victim) {
        return new Surrogate(victim.engine(), victim.surrogate(), victim.scale());
    }

    private static int anyOf(Dataset data, int label, long seed) {
        int[] rows = IntStream.range(0, data.size())
                .filter(i -> data.label(i) == label)
                .toArray();
        return rows[new Random(seed).nextInt(rows.length)];
    }
}
