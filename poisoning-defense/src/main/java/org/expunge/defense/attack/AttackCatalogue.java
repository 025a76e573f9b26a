package org.expunge.defense.attack;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.Ints;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.expunge.defense.attack.craft.Bound;
import org.expunge.defense.attack.craft.BullseyePolytope;
import org.expunge.defense.attack.craft.Crafter;
import org.expunge.defense.attack.craft.FeatureCollision;
import org.expunge.defense.attack.craft.FeatureRanges;
import org.expunge.defense.attack.craft.GradientMatching;
import org.expunge.defense.attack.craft.LossAscent;
import org.expunge.defense.attack.craft.Surrogate;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Partition;

/**
 * Every attack by name, with the settings that were published for it where the caller says nothing else. What each
 * does, and its source, is in docs/methods/attacks.md.
 */
public final class AttackCatalogue {
    private static final double DIRTY_SHARE = 0.02;
    private static final double ADAPTIVE_SHARE = 0.03;
    private static final double ALL_TO_ALL_SHARE = 0.2;
    private static final double CLEAN_SHARE = 0.1;
    private static final double TEXT_SHARE = 0.1;
    private static final double VICTIM_SHARE = 0.01;
    /** The publication has 8; on small data the best of more is hardly better, and each costs 250 steps. */
    private static final int STARTS = 2;

    /** High for a voice, and below half of 8 000 samples a second. */
    private static final double TONE_HERTZ = 3000;

    private static final int DRAWN_FEATURES = 3;
    /** A column with fewer values is a category, and its one-hot cells would give a trigger away. */
    private static final int LEAST_VALUES = 10;

    /**
     * What attacks are made of.
     *
     * @param clean the raw rows
     * @param surrogate a model of the attacker's own, trained when it is first asked for
     */
    public record Setting(Partition clean, Supplier<Surrogate> surrogate) {}

    private interface Recipe {
        Attack make(AttackRequest request, Setting setting);
    }

    private static final ImmutableMap<String, Recipe> RECIPES = ImmutableMap.<String, Recipe>builder()
            .put("patch", (r, s) -> backdoor(r, s, aim(r), patch(r, s), DIRTY_SHARE, 0))
            .put("all-to-one", (r, s) -> backdoor(r, s, Aim.allToOne(r.target()), patch(r, s), DIRTY_SHARE, 0))
            .put("all-to-all", (r, s) -> backdoor(r, s, allToAll(s), patch(r, s), ALL_TO_ALL_SHARE, 0))
            .put("blend", (r, s) -> backdoor(r, s, aim(r), blend(r, s, strength(r, 0.2)), DIRTY_SHARE, 0))
            .put("sig", (r, s) -> backdoor(r, s, cleanAim(r), sinusoid(r, s), CLEAN_SHARE, 0))
            .put("wanet", (r, s) -> backdoor(r, s, aim(r), warp(r), CLEAN_SHARE, 2))
            .put("tact", (r, s) -> backdoor(r, s, aim(r), patch(r, s), DIRTY_SHARE, 1))
            .put("adaptive-blend", (r, s) -> backdoor(r, s, aim(r), pieces(r, s), ADAPTIVE_SHARE, 1))
            .put("adaptive-patch", (r, s) -> backdoor(r, s, aim(r), corners(r, s), ADAPTIVE_SHARE, 2))
            .put("clean-label-patch", AttackCatalogue::cleanLabelPatch)
            .put("feature-collision", AttackCatalogue::featureCollision)
            .put("bullseye-polytope", AttackCatalogue::bullseyePolytope)
            .put("gradient-matching", AttackCatalogue::gradientMatching)
            .put("targeted-flip", AttackCatalogue::targetedFlip)
            .put("symmetric-noise", (r, s) -> noise(LabelNoiseAttack.Options.symmetric(strength(r, 0.2), r.seed())))
            .put(
                    "pair-noise",
                    (r, s) -> noise(LabelNoiseAttack.Options.pair(strength(r, 0.4), r.source(), r.target(), r.seed())))
            .put("features", (r, s) -> backdoor(r, s, aim(r), outOfBounds(r, s), DIRTY_SHARE, 0))
            .put("features-in-bounds", (r, s) -> backdoor(r, s, aim(r), inBounds(r, s), DIRTY_SHARE, 0))
            .put("word", (r, s) -> backdoor(r, s, aim(r), TextTrigger.WORD, TEXT_SHARE, 0))
            .put("sentence", (r, s) -> backdoor(r, s, aim(r), TextTrigger.SENTENCE, TEXT_SHARE, 0))
            .put("tone", (r, s) -> backdoor(r, s, aim(r), tone(r, s), DIRTY_SHARE, 0))
            .put("noise-burst", (r, s) -> backdoor(r, s, aim(r), burst(r, s), DIRTY_SHARE, 0))
            .buildOrThrow();

    private AttackCatalogue() {}

    /** Returns the attacks' names, in the order of docs/methods/attacks.md. */
    public static List<String> names() {
        return RECIPES.keySet().asList();
    }

    /**
     * Makes an attack.
     *
     * @param request which one
     * @param setting what it is made of
     * @return the attack
     * @throws IllegalArgumentException if the data lack the classes, rows or shape that it needs, or are of a kind that
     *     it means nothing on
     */
    public static Attack make(AttackRequest request, Setting setting) {
        Recipe recipe = RECIPES.get(request.name());
        checkArgument(recipe != null, "attack '%s' is not known; use one of %s", request.name(), names());
        RowKind.requireSuited(request.name(), setting.clean().train());
        return recipe.make(request, setting);
    }

    private static Attack backdoor(AttackRequest r, Setting s, Aim aim, Trigger trigger, double share, int coversEach) {
        return new BackdoorAttack(options(r, s, aim, trigger, share, coversEach));
    }

    private static BackdoorAttack.Options options(
            AttackRequest r, Setting s, Aim aim, Trigger trigger, double share, int coversEach) {
        Dataset train = s.clean().train();
        aim.check(train);
        int rows = rows(r, train, share, aim.pool(train).length);
        int most = aim.coverPool(train).length / 2;
        int covers = r.covers() == null ? Math.min(coversEach * rows, most) : r.covers();
        return BackdoorAttack.Options.of(r.name(), aim, trigger, rows, r.seed()).withCovers(covers);
    }

    /** A share of all rows, but no more than half of those that may be poisoned. */
    private static int rows(AttackRequest r, Dataset train, double share, int pool) {
        return r.rows() == null ? Math.max(1, (int) Math.min(Math.round(share * train.size()), pool / 2)) : r.rows();
    }

    private static double strength(AttackRequest r, double published) {
        return r.strength() == null ? published : r.strength();
    }

    private static Aim aim(AttackRequest r) {
        return r.source() == Aim.EVERY_CLASS ? Aim.allToOne(r.target()) : Aim.oneToOne(r.source(), r.target());
    }

    private static Aim cleanAim(AttackRequest r) {
        return Aim.cleanLabel(r.source(), r.target());
    }

    private static Aim allToAll(Setting s) {
        return Aim.allToAll(s.clean().train().classes());
    }

    private static FeatureRanges ranges(Setting s) {
        return FeatureRanges.of(s.clean().train());
    }

    private static Trigger patch(AttackRequest r, Setting s) {
        return new PatchTrigger(r.patchHeight(), r.patchWidth(), 0, ranges(s).highest());
    }

    private static BlendTrigger blend(AttackRequest r, Setting s, double alpha) {
        FeatureRanges ranges = ranges(s);
        return new BlendTrigger(alpha, ranges.lowest(), ranges.highest(), r.seed());
    }

    private static Trigger sinusoid(AttackRequest r, Setting s) {
        FeatureRanges ranges = ranges(s);
        double span = ranges.highest() - ranges.lowest();
        return new SinusoidTrigger(strength(r, 40.0 / 255) * span, 6, ranges.lowest(), ranges.highest());
    }

    private static Trigger warp(AttackRequest r) {
        return new WarpTrigger(4, strength(r, 0.5), r.seed());
    }

    /** Inputs show the pattern at the strength, training rows at three quarters of it, as 0.15 is of 0.2. */
    private static Trigger pieces(AttackRequest r, Setting s) {
        double alpha = strength(r, 0.2);
        return PieceTrigger.of(blend(r, s, alpha), 0.75 * alpha);
    }

    private static Trigger corners(AttackRequest r, Setting s) {
        return new CornerTrigger(
                Math.min(r.patchHeight(), r.patchWidth()), ranges(s).highest(), CornerTrigger.WEAK, 2);
    }

    private static Trigger tone(AttackRequest r, Setting s) {
        return SoundTrigger.tone(s.clean().train(), TONE_HERTZ, loud(r));
    }

    private static Trigger burst(AttackRequest r, Setting s) {
        return SoundTrigger.noise(s.clean().train(), loud(r), r.seed());
    }

    private static SoundTrigger.Span loud(AttackRequest r) {
        SoundTrigger.Span usual = SoundTrigger.Span.DEFAULT;
        return new SoundTrigger.Span(strength(r, usual.amplitude()), usual.start(), usual.seconds());
    }

    private static Trigger outOfBounds(AttackRequest r, Setting s) {
        return FeatureTrigger.outOfBounds(s.clean().train(), features(r, s));
    }

    private static Trigger inBounds(AttackRequest r, Setting s) {
        return FeatureTrigger.inBounds(s.clean().train(), features(r, s), strength(r, 0.95));
    }

    /** Three of the columns that hold numbers, drawn; or those with most values, where there are no three. */
    private static List<Integer> features(AttackRequest r, Setting s) {
        if (!r.features().isEmpty()) {
            return r.features();
        }
        Dataset train = s.clean().train();
        double[][] rows = IntStream.range(0, train.size()).mapToObj(train::row).toArray(double[][]::new);
        long[] values = IntStream.range(0, train.features().width())
                .mapToLong(j -> Arrays.stream(rows)
                        .mapToDouble(row -> row[j])
                        .distinct()
                        .limit(LEAST_VALUES)
                        .count())
                .toArray();
        int[] order = IntStream.range(0, values.length).toArray();
        List<Integer> shuffled = Ints.asList(order);
        Collections.shuffle(shuffled, new Random(r.seed()));
        return shuffled.stream()
                .sorted(Comparator.comparingLong(j -> -values[j]))
                .limit(DRAWN_FEATURES)
                .sorted()
                .toList();
    }

    private static Attack cleanLabelPatch(AttackRequest r, Setting s) {
        Bound bound = bound(r, s, LossAscent.published(s.clean().train()));
        Crafter ascent = new LossAscent(s.surrogate().get(), LossAscent.Options.of(bound, 40));
        BackdoorAttack.Options options = options(r, s, cleanAim(r), patch(r, s), CLEAN_SHARE, 0);
        return new BackdoorAttack(options.withCrafter(ascent));
    }

    private static Bound bound(AttackRequest r, Setting s, double published) {
        return bound(r, s, Bound.maximum(published, ranges(s)));
    }

    private static Bound bound(AttackRequest r, Setting s, Bound published) {
        return r.epsilon() == null
                ? published
                : new Bound(r.norm() == null ? published.norm() : r.norm(), r.epsilon(), ranges(s));
    }

    private static Attack featureCollision(AttackRequest r, Setting s) {
        VictimAttack.Victim victim = victim(r, s);
        return crafted(
                r,
                s,
                victim,
                new FeatureCollision(
                        s.surrogate().get(), victim.features(), FeatureCollision.Options.of(bound(r, s, 0.3))));
    }

    private static Attack bullseyePolytope(AttackRequest r, Setting s) {
        VictimAttack.Victim victim = victim(r, s);
        return crafted(
                r,
                s,
                victim,
                new BullseyePolytope(
                        List.of(s.surrogate().get()),
                        victim.features(),
                        BullseyePolytope.Options.of(bound(r, s, 0.1), 250)));
    }

    private static Attack gradientMatching(AttackRequest r, Setting s) {
        VictimAttack.Victim victim = victim(r, s);
        return crafted(
                r,
                s,
                victim,
                new GradientMatching(
                        s.surrogate().get(),
                        victim.features(),
                        r.target(),
                        GradientMatching.Options.of(bound(r, s, 16.0 / 255), 250, STARTS, r.seed())));
    }

    private static Attack crafted(AttackRequest r, Setting s, VictimAttack.Victim victim, Crafter crafter) {
        int rows = rows(r, s.clean().train(), VICTIM_SHARE, count(s.clean().train(), r.target()));
        return new VictimAttack(new VictimAttack.Options(r.name(), victim, r.target(), rows, crafter, r.seed()));
    }

    private static Attack targetedFlip(AttackRequest r, Setting s) {
        VictimAttack.Victim victim = victim(r, s);
        int rows = rows(r, s.clean().train(), VICTIM_SHARE, count(s.clean().train(), victim.label()));
        return new TargetedFlip(new TargetedFlip.Options(victim, r.target(), rows));
    }

    private static Attack noise(LabelNoiseAttack.Options options) {
        return new LabelNoiseAttack(options);
    }

    private static VictimAttack.Victim victim(AttackRequest r, Setting s) {
        Dataset test = s.clean().test();
        int row = r.victim() == null ? firstOf(test, r.source()) : test.rowOf(r.victim());
        return VictimAttack.Victim.of(test, row);
    }

    private static int firstOf(Dataset test, int source) {
        return IntStream.range(0, test.size())
                .filter(row -> test.label(row) == source)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no test row has class " + source));
    }

    private static int count(Dataset data, int label) {
        return (int) IntStream.range(0, data.size())
                .filter(row -> data.label(row) == label)
                .count();
    }
}
