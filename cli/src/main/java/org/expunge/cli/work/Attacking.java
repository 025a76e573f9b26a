package org.expunge.cli.work;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.expunge.cli.render.Console;
import org.expunge.cli.unlearn.MethodEntry;
import org.expunge.cli.unlearn.RemovalBench;
import org.expunge.cli.unlearn.RemovalOptions;
import org.expunge.cli.unlearn.UnlearningMethods;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.training.Retrainer;
import org.expunge.influence.training.RunInfo;
import org.expunge.influence.training.TrainingRun;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.UnlearningMethod;
import org.expunge.unlearning.membership.ClassMatch;
import org.expunge.unlearning.shadow.CanaryAudit;
import org.expunge.unlearning.shadow.ShadowAudit;
import org.expunge.unlearning.shadow.ShadowBank;
import org.expunge.unlearning.shadow.ShadowSetting;
import org.expunge.unlearning.verify.AttackEvidence;
import org.expunge.unlearning.verify.CanaryEvidence;
import org.expunge.unlearning.verify.ReferenceEvidence;
import org.expunge.unlearning.verify.RelearnTime;
import org.expunge.unlearning.verify.ShadowEvidence;
import org.expunge.unlearning.verify.Subject;
import org.expunge.unlearning.verify.Verifier;
import org.jspecify.annotations.Nullable;

/** Makes the attacks that were asked for on a removal. */
public final class Attacking {
    /** Attacks by name. */
    public enum Attack {
        /** Single rows of the released model, with retrained models to compare with. */
        RMIA,
        /** How soon the rows come back. */
        RELEARN,
        /** Single rows, by shadow models of the method. */
        U_LIRA,
        /** Noise canaries, by shadow models of the method. */
        GUS
    }

    /**
     * Which attacks, and what they may cost.
     *
     * @param attacks in the order of the report
     * @param shadows the folder that keeps shadow runs; null where no attack needs any
     * @param runs shadow runs; null for each attack's default
     * @param candidates most candidate rows, at least 4
     * @param method the method that shadow models forget by; null for the one that made the run
     * @param seed decides what is drawn
     */
    public record Effort(
            List<Attack> attacks,
            @Nullable Path shadows,
            @Nullable Integer runs,
            int candidates,
            @Nullable String method,
            long seed) {
        /** No attacks. */
        public static final Effort NONE = new Effort(List.of(), null, null, 160, null, 0);

        /** Checks the ranges. */
        public Effort {
            attacks = attacks.stream().distinct().toList();
            checkArgument(candidates >= 4, "--candidates must be at least 4, got %s", candidates);
        }

        /** Returns whether an attack trains shadow models. */
        public boolean needsShadows() {
            return attacks.contains(Attack.U_LIRA) || attacks.contains(Attack.GUS);
        }

        ShadowAudit.Options audit() {
            ShadowAudit.Options usual = ShadowAudit.Options.DEFAULT;
            return new ShadowAudit.Options(runs == null ? usual.runs() : runs, seed, usual.attack(), usual.delta());
        }

        CanaryAudit.Options canaries() {
            CanaryAudit.Options usual = CanaryAudit.Options.DEFAULT;
            return new CanaryAudit.Options(runs == null ? usual.runs() : runs, seed, usual.noise());
        }

        Path folder(Attack attack) {
            checkArgument(shadows != null, "%s needs --shadows DIR", attack);
            return shadows.resolve(attack.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        }
    }

    private final Engine engine;
    private final Console console;
    private final Effort effort;

    /**
     * Makes the work.
     *
     * @param engine where it runs; stays the caller's to close
     * @param console takes progress, and the cost before it is spent
     * @param effort which attacks
     */
    public Attacking(Engine engine, Console console, Effort effort) {
        this.engine = engine;
        this.console = console;
        this.effort = effort;
    }

    /**
     * Attacks.
     *
     * @param run the run after the removal
     * @param parent the run before
     * @param before its model and rows
     * @param after the model of the run, and the rows as it wants them
     * @param retrained retrained models
     * @return what each attack found
     * @throws IOException if shadow runs cannot be read or kept
     */
    List<AttackEvidence> attack(
            TrainingRun run, TrainingRun parent, Subject before, Subject after, List<Subject> retrained)
            throws IOException {
        List<AttackEvidence> found = new ArrayList<>();
        for (Attack attack : effort.attacks()) {
            found.add(
                    switch (attack) {
                        case RMIA -> new ReferenceEvidence(engine).of(before, after, retrained, effort.seed());
                        case RELEARN ->
                            console.during(
                                    "relearning the rows",
                                    () -> new RelearnTime(
                                                    engine,
                                                    RelearnTime.Options.of(
                                                            parent.recipe().training()))
                                            .of(before, after, retrained));
                        case U_LIRA -> shadows(noting(run, parent), setting(run, parent, before));
                        case GUS -> canaries(noting(run, parent), setting(run, parent, before));
                    });
        }
        return found;
    }

    private AttackEvidence shadows(List<Path> noting, ShadowSetting setting) throws IOException {
        ShadowAudit.Options options = effort.audit();
        Path bank = bank(Attack.U_LIRA, noting, setting);
        long start = System.nanoTime();
        ShadowAudit.Findings found = console.during(
                work(setting, options.runs()), () -> new ShadowAudit(engine, options).audit(setting, bank));
        return ShadowEvidence.of(found, Verifier.Options.DEFAULT.maxAccuracyDrop(), seconds(start));
    }

    private AttackEvidence canaries(List<Path> noting, ShadowSetting setting) throws IOException {
        CanaryAudit.Options options = effort.canaries();
        Path bank = bank(Attack.GUS, noting, setting);
        long start = System.nanoTime();
        CanaryAudit.Findings found = console.during(
                work(setting, options.runs()), () -> new CanaryAudit(engine, options).audit(setting, bank));
        return CanaryEvidence.of(found, seconds(start));
    }

    /** Returns the runs that can be asked to delete rows which shadow models learn. */
    private static List<Path> noting(TrainingRun run, TrainingRun parent) {
        return Files.exists(parent.path().resolve("REVOKED"))
                ? List.of(run.path())
                : List.of(run.path(), parent.path());
    }

    /** Lets the runs remember where shadow models' answers are going to be. */
    private Path bank(Attack attack, List<Path> noting, ShadowSetting setting) throws IOException {
        Path folder = effort.folder(attack);
        for (Path run : noting) {
            ShadowBank.note(run, folder, setting);
        }
        return folder;
    }

    /** Says what it will cost. */
    private String work(ShadowSetting setting, int runs) {
        int half = setting.candidates().size() / 2;
        return String.format(
                Locale.ROOT,
                "%d trainings on %d to %d rows and %d removals of %d rows, %d at once",
                2 * runs,
                setting.base().size(),
                setting.base().size() + half,
                runs,
                half,
                engine.workers().count());
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) * 1e-9;
    }

    private ShadowSetting setting(TrainingRun run, TrainingRun parent, Subject before) throws BadInputException {
        MethodEntry method = UnlearningMethods.named(effort.method() == null ? methodOf(run) : effort.method());
        Dataset train = parent.train();
        int[] candidates = candidates(train, before.rows());
        return new ShadowSetting(
                train.without(candidates),
                train.select(candidates),
                parent.validation(),
                before.test(),
                (single, rows, held, seed) -> new Retrainer(single, parent.recipe()).retrain(rows, held, seed),
                (single, seed) -> unlearner(method, single, parent),
                parent.recipe().withSeed(0).toYaml() + Forgetting.BY + method.name());
    }

    private UnlearningMethod unlearner(MethodEntry method, Engine single, TrainingRun parent) {
        try {
            return method.planner().apply(new RemovalOptions()).on(RemovalBench.forShadows(single, console, parent));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String methodOf(TrainingRun run) throws BadInputException {
        RunInfo.Origin origin = run.info().origin();
        if (origin == null || !origin.method().startsWith(Forgetting.BY)) {
            throw new BadInputException(
                    run.path(), "does not say by which method it forgot; name it with --audit-method");
        }
        return origin.method().substring(Forgetting.BY.length());
    }

    /** Forgotten rows, at most half of the candidates, and as many that remain, of the same classes if there are. */
    private int[] candidates(Dataset train, ForgetSet rows) {
        int half = Math.min(
                effort.candidates() / 2,
                Math.min(rows.forget().size(), rows.retain().size() - 1));
        Dataset some = rows.forget().select(drawn(rows.forget().size(), half));
        int[] matched = ClassMatch.of(some, rows.retain(), effort.seed()).rows();
        Dataset pool = rows.retain().select(matched);
        Dataset others = pool.select(drawn(pool.size(), Math.min(half, pool.size())));
        List<String> ids = new ArrayList<>(some.ids());
        ids.addAll(others.ids());
        return train.rowsOf(Set.copyOf(ids));
    }

    private int[] drawn(int of, int count) {
        int[] all = IntStream.range(0, of).toArray();
        Random random = new Random(effort.seed());
        for (int i = 0; i < count; i++) {
            int j = i + random.nextInt(of - i);
            int swap = all[i];
            all[i] = all[j];
            all[j] = swap;
        }
        int[] some = Arrays.copyOf(all, count);
        Arrays.sort(some);
        return some;
    }
}
