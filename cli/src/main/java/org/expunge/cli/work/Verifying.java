package org.expunge.cli.work;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.training.RunInfo;
import org.expunge.influence.training.TrainingRun;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.verify.Subject;
import org.expunge.unlearning.verify.Verification;
import org.expunge.unlearning.verify.Verifier;
import org.jspecify.annotations.Nullable;

/** Verifies a removal from the two runs alone, whoever made it. */
public final class Verifying {
    private final Engine engine;
    private final Attacking attacking;

    /**
     * Makes the work.
     *
     * @param engine where it runs; stays the caller's to close
     * @param attacking the attacks to make beyond the population
     */
    public Verifying(Engine engine, Attacking attacking) {
        this.engine = engine;
        this.attacking = attacking;
    }

    /**
     * Finds the run that another was derived from.
     *
     * @param run the derived run
     * @param given where it is; null for the folder of that name beside the derived run
     * @return the run before
     * @throws BadInputException if the run was not derived, or the folder is not its parent
     * @throws IOException if it cannot be read
     */
    public static TrainingRun parent(TrainingRun run, @Nullable Path given) throws IOException {
        RunInfo.Origin origin = run.info().origin();
        if (origin == null || origin.parent().isEmpty()) {
            throw new BadInputException(run.path(), "was not derived from another run, so there is nothing to verify");
        }
        Path place =
                given != null ? given : run.path().toAbsolutePath().normalize().resolveSibling(origin.parent());
        if (!Files.isDirectory(place)) {
            throw new BadInputException(place, "is no directory; name the run before the removal with --before DIR");
        }
        TrainingRun parent = TrainingRun.openRevoked(place);
        if (!parent.digest().equals(origin.parentDigest())) {
            throw new BadInputException(
                    place, "is not the run that " + run.path() + " was made from; use --before DIR");
        }
        return parent;
    }

    /**
     * Verifies.
     *
     * @param run the run after the removal
     * @param parent the run before
     * @param against at most two runs retrained without the rows, with other seeds
     * @return the evidence
     * @throws IllegalArgumentException if the removal took out no training rows, or a run of {@code against} still has
     *     one of them
     * @throws IOException if an attack cannot read or keep what it needs
     */
    public VerifyReport verify(TrainingRun run, TrainingRun parent, List<TrainingRun> against) throws IOException {
        Set<String> removed = new HashSet<>(run.removedIds());
        removed.removeAll(parent.removedIds());
        List<String> forgotten =
                parent.raw().train().ids().stream().filter(removed::contains).toList();
        checkArgument(
                !forgotten.isEmpty(),
                "%s has every training row of %s; nothing was removed",
                run.path(),
                parent.path());
        List<Subject> retrained = new ArrayList<>();
        for (TrainingRun other : against) {
            Set<String> kept = new HashSet<>(other.raw().train().ids());
            checkArgument(
                    forgotten.stream().noneMatch(kept::contains),
                    "run %s was trained on rows that were to be forgotten, so it is no reference",
                    other.path());
            retrained.add(subject(other, parent, run, forgotten));
        }
        Subject before = subject(parent, parent, run, forgotten);
        Subject after = subject(run, parent, run, forgotten);
        Verification verification = new Verifier(engine, Verifier.Options.DEFAULT)
                .verify(before, after, retrained)
                .with(attacking.attack(run, parent, before, after, retrained));
        return new VerifyReport(run.path().toString(), parent.path().toString(), forgotten, verification);
    }

    /** Gives a run's model the rows of the removal, laid out and normalised as it was trained. */
    private static Subject subject(TrainingRun of, TrainingRun parent, TrainingRun run, List<String> forgotten) {
        Dataset rows = of.normalizer().apply(parent.raw(of.layout()).train());
        return new Subject(
                of.model(),
                ForgetSet.of(rows, rows.rowsOf(forgotten)),
                of.normalizer().apply(run.raw(of.layout()).test()));
    }
}
