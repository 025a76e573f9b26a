package org.expunge.defense.attack;

import static com.google.common.base.Preconditions.checkArgument;
import static org.expunge.defense.attack.AttackSetting.COVERS;
import static org.expunge.defense.attack.AttackSetting.EPSILON;
import static org.expunge.defense.attack.AttackSetting.FEATURES;
import static org.expunge.defense.attack.AttackSetting.PATCH;
import static org.expunge.defense.attack.AttackSetting.ROWS;
import static org.expunge.defense.attack.AttackSetting.SOURCE;
import static org.expunge.defense.attack.AttackSetting.STRENGTH;
import static org.expunge.defense.attack.AttackSetting.TARGET;
import static org.expunge.defense.attack.AttackSetting.VICTIM;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Sets;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.expunge.defense.attack.craft.Bound;
import org.expunge.defense.attack.craft.BullseyePolytope;
import org.expunge.defense.attack.craft.Crafter;
import org.expunge.defense.attack.craft.FeatureCollision;
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

    /**
     * All that is known of an attack by name.
     *
     * @param rows on which it means something
     * @param settings what can be chosen of it
     * @param recipe makes it
     */
    private record Entry(Set<RowKind> rows, Set<AttackSetting> settings, Recipe recipe) {}

    private static final Set<RowKind> ON_IMAGES = Sets.immutableEnumSet(RowKind.IMAGES);
    private static final Set<RowKind> ON_TABLES = Sets.immutableEnumSet(RowKind.TABLE, RowKind.IMAGES);
    private static final Set<RowKind> ON_SENTENCES = Sets.immutableEnumSet(RowKind.SENTENCES);
    private static final Set<RowKind> ON_RECORDINGS = Sets.immutableEnumSet(RowKind.RECORDINGS);
    private static final Set<RowKind> ON_NO_SENTENCES =
            Sets.immutableEnumSet(RowKind.RECORDINGS, RowKind.TABLE, RowKind.IMAGES);
    private static final Set<RowKind> ON_ALL = Sets.immutableEnumSet(EnumSet.allOf(RowKind.class));

    private static final ImmutableMap<String, Entry> ENTRIES = ImmutableMap.<String, Entry>builder()
            .put("patch", new Entry(ON_IMAGES, trigger(PATCH), (r, s) -> dirty(r, s, aim(r), Triggers.patch(r, s))))
            .put(
                    "all-to-one",
                    new Entry(
                            ON_IMAGES,
                            Set.of(TARGET, ROWS, COVERS, PATCH),
                            (r, s) -> dirty(r, s, Aim.allToOne(r.target()), Triggers.patch(r, s))))
            .put(
                    "all-to-all",
                    new Entry(
                            ON_IMAGES,
                            Set.of(ROWS, COVERS, PATCH),
                            (r, s) -> backdoor(r, s, allToAll(s), Triggers.patch(r, s), ALL_TO_ALL_SHARE, 0)))
            .put(
                    "blend",
                    new Entry(
                            ON_TABLES,
                            trigger(STRENGTH),
                            (r, s) -> dirty(r, s, aim(r), Triggers.blend(r, s, Triggers.strength(r, 0.2)))))
            .put(
                    "sig",
                    new Entry(
                            ON_IMAGES,
                            trigger(STRENGTH),
                            (r, s) -> backdoor(r, s, cleanAim(r), Triggers.sinusoid(r, s), CLEAN_SHARE, 0)))
            .put(
                    "wanet",
                    new Entry(
                            ON_IMAGES,
                            trigger(STRENGTH),
                            (r, s) -> backdoor(r, s, aim(r), Triggers.warp(r), CLEAN_SHARE, 2)))
            .put(
                    "tact",
                    new Entry(
                            ON_IMAGES,
                            trigger(PATCH),
                            (r, s) -> backdoor(r, s, aim(r), Triggers.patch(r, s), DIRTY_SHARE, 1)))
            .put(
                    "adaptive-blend",
                    new Entry(
                            ON_IMAGES,
                            trigger(STRENGTH),
                            (r, s) -> backdoor(r, s, aim(r), Triggers.pieces(r, s), ADAPTIVE_SHARE, 1)))
            .put(
                    "adaptive-patch",
                    new Entry(
                            ON_IMAGES,
                            trigger(PATCH),
                            (r, s) -> backdoor(r, s, aim(r), Triggers.corners(r, s), ADAPTIVE_SHARE, 2)))
            .put("clean-label-patch", new Entry(ON_IMAGES, trigger(PATCH, EPSILON), AttackCatalogue::cleanLabelPatch))
            .put("feature-collision", new Entry(ON_TABLES, victim(EPSILON), AttackCatalogue::featureCollision))
            .put("bullseye-polytope", new Entry(ON_TABLES, victim(EPSILON), AttackCatalogue::bullseyePolytope))
            .put("gradient-matching", new Entry(ON_TABLES, victim(EPSILON), AttackCatalogue::gradientMatching))
            .put("targeted-flip", new Entry(ON_NO_SENTENCES, victim(), AttackCatalogue::targetedFlip))
            .put(
                    "symmetric-noise",
                    new Entry(
                            ON_ALL,
                            Set.of(STRENGTH),
                            (r, s) -> noise(LabelNoiseAttack.Options.symmetric(Triggers.strength(r, 0.2), r.seed()))))
            .put(
                    "pair-noise",
                    new Entry(
                            ON_ALL,
                            Set.of(SOURCE, TARGET, STRENGTH),
                            (r, s) -> noise(LabelNoiseAttack.Options.pair(
                                    Triggers.strength(r, 0.4), r.source(), r.target(), r.seed()))))
            .put(
                    "features",
                    new Entry(ON_TABLES, trigger(FEATURES), (r, s) -> dirty(r, s, aim(r), Triggers.outOfBounds(r, s))))
            .put(
                    "features-in-bounds",
                    new Entry(
                            ON_TABLES,
                            trigger(FEATURES, STRENGTH),
                            (r, s) -> dirty(r, s, aim(r), Triggers.inBounds(r, s))))
            .put(
                    "word",
                    new Entry(
                            ON_SENTENCES, trigger(), (r, s) -> backdoor(r, s, aim(r), TextTrigger.WORD, TEXT_SHARE, 0)))
            .put(
                    "sentence",
                    new Entry(
                            ON_SENTENCES,
                            trigger(),
                            (r, s) -> backdoor(r, s, aim(r), TextTrigger.SENTENCE, TEXT_SHARE, 0)))
            .put(
                    "tone",
                    new Entry(ON_RECORDINGS, trigger(STRENGTH), (r, s) -> dirty(r, s, aim(r), Triggers.tone(r, s))))
            .put(
                    "noise-burst",
                    new Entry(ON_RECORDINGS, trigger(STRENGTH), (r, s) -> dirty(r, s, aim(r), Triggers.burst(r, s))))
            .buildOrThrow();

    /** What can be chosen of an attack with a trigger, beside what the trigger is made of. */
    private static Set<AttackSetting> trigger(AttackSetting... its) {
        return Stream.concat(Stream.of(SOURCE, TARGET, ROWS, COVERS), Stream.of(its))
                .collect(Sets.toImmutableEnumSet());
    }

    /** What can be chosen of an attack on one input, and more. */
    private static Set<AttackSetting> victim(AttackSetting... more) {
        return Stream.concat(Stream.of(SOURCE, TARGET, ROWS, VICTIM), Stream.of(more))
                .collect(Sets.toImmutableEnumSet());
    }

    private AttackCatalogue() {}

    /** Returns the attacks' names, in the order of docs/methods/attacks.md. */
    public static List<String> names() {
        return ENTRIES.keySet().asList();
    }

    /**
     * Returns what can be chosen of an attack.
     *
     * @param attack one of {@link #names}
     * @throws IllegalArgumentException if there is no such attack
     */
    public static Set<AttackSetting> settings(String attack) {
        return entry(attack).settings();
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
        Entry entry = entry(request.name());
        Dataset train = setting.clean().train();
        RowKind kind = RowKind.of(train);
        checkArgument(
                entry.rows().contains(kind),
                "%s is no attack on %s, which %s holds; there are %s",
                request.name(),
                kind.title(),
                train.name(),
                String.join(", ", on(kind)));
        return entry.recipe().make(request, setting);
    }

    private static Entry entry(String attack) {
        Entry entry = ENTRIES.get(attack);
        checkArgument(entry != null, "attack '%s' is not known; use one of %s", attack, String.join(", ", names()));
        return entry;
    }

    /** Returns the attacks that mean something on such rows. */
    static List<String> on(RowKind kind) {
        return names().stream()
                .filter(name -> entry(name).rows().contains(kind))
                .toList();
    }

    private static Attack dirty(AttackRequest r, Setting s, Aim aim, Trigger trigger) {
        return backdoor(r, s, aim, trigger, DIRTY_SHARE, 0);
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

    private static Aim aim(AttackRequest r) {
        return r.source() == Aim.EVERY_CLASS ? Aim.allToOne(r.target()) : Aim.oneToOne(r.source(), r.target());
    }

    private static Aim cleanAim(AttackRequest r) {
        return Aim.cleanLabel(r.source(), r.target());
    }

    private static Aim allToAll(Setting s) {
        return Aim.allToAll(s.clean().train().classes());
    }

    private static Attack cleanLabelPatch(AttackRequest r, Setting s) {
        Bound bound = bound(r, s, LossAscent.published(s.clean().train()));
        Crafter ascent = new LossAscent(s.surrogate().get(), LossAscent.Options.of(bound, 40));
        BackdoorAttack.Options options = options(r, s, cleanAim(r), Triggers.patch(r, s), CLEAN_SHARE, 0);
        return new BackdoorAttack(options.withCrafter(ascent));
    }

    private static Bound bound(AttackRequest r, Setting s, double published) {
        return bound(r, s, Bound.maximum(published, Triggers.ranges(s)));
    }

    private static Bound bound(AttackRequest r, Setting s, Bound published) {
        return r.epsilon() == null
                ? published
                : new Bound(r.norm() == null ? published.norm() : r.norm(), r.epsilon(), Triggers.ranges(s));
    }

    private static Attack featureCollision(AttackRequest r, Setting s) {
        VictimAttack.Victim victim = victimOf(r, s);
        return crafted(
                r,
                s,
                victim,
                new FeatureCollision(
                        s.surrogate().get(), victim.features(), FeatureCollision.Options.of(bound(r, s, 0.3))));
    }

    private static Attack bullseyePolytope(AttackRequest r, Setting s) {
        VictimAttack.Victim victim = victimOf(r, s);
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
        VictimAttack.Victim victim = victimOf(r, s);
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
        VictimAttack.Victim victim = victimOf(r, s);
        int rows = rows(r, s.clean().train(), VICTIM_SHARE, count(s.clean().train(), victim.label()));
        return new TargetedFlip(new TargetedFlip.Options(victim, r.target(), rows));
    }

    private static Attack noise(LabelNoiseAttack.Options options) {
        return new LabelNoiseAttack(options);
    }

    private static VictimAttack.Victim victimOf(AttackRequest r, Setting s) {
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
