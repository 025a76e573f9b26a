package org.expunge.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.expunge.cli.forget.Applying;
import org.expunge.cli.forget.ForgetfulRun;
import org.expunge.cli.forget.LedgerPlace;
import org.expunge.cli.forget.Workshop;
import org.expunge.cli.render.Console;
import org.expunge.cli.render.ProgressStyle;
import org.expunge.cli.unlearn.RemovalOptions;
import org.expunge.cli.unlearn.UnlearningMethods;
import org.expunge.cli.work.Forgetting;
import org.expunge.influence.backend.Backends;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Workers;
import org.expunge.unlearning.ledger.Ledger;
import org.expunge.unlearning.request.AskedRequest;
import org.expunge.unlearning.request.DeletionPredicate;
import org.expunge.unlearning.request.DeletionRequest;
import org.expunge.unlearning.request.Purge;
import org.expunge.unlearning.request.Selector;

/** {@code forget apply} in a process that waits at one of its steps to be killed. */
final class KilledApply {
    /** The request, as the command line makes it of {@code --ids}. */
    static final List<String> IDS = List.of("digits-3", "digits-8");

    private KilledApply() {}

    /**
     * Applies and waits.
     *
     * @param words run, new run, the step to wait at, and what becomes of the run
     */
    public static void main(String[] words) throws IOException {
        Path run = Path.of(words[0]);
        var parameters = new DeletionPredicate.ExternalParameters("retrain", Map.of(), 0, false);
        var options = new Applying.Options(parameters, Purge.OldRun.valueOf(words[3]), List.of(), 1, "");
        LedgerPlace place = LedgerPlace.of(null, null, run);
        DeletionRequest request = new DeletionRequest(null, null, null, null, List.of(Selector.ofIds(IDS)));
        try (Ledger ledger = place.open();
                Engine engine = new Engine(Backends.create("reference"), new Workers(1), 32)) {
            Applying applying = new Applying(ledger, place.name(), options, step -> waitAt(step, words[2]));
            ForgetfulRun opened = ForgetfulRun.open(run);
            AskedRequest asked = opened.finder().find(request);
            var method = UnlearningMethods.named("retrain");
            Console console = new Console(
                    new PrintWriter(Writer.nullWriter()),
                    new PrintWriter(Writer.nullWriter()),
                    Console.Format.TEXT,
                    ProgressStyle.NONE);
            Workshop workshop = new Workshop(
                    engine,
                    console,
                    parameters,
                    "",
                    () -> new Forgetting(
                            engine, console, method, method.planner().apply(new RemovalOptions()), 0));
            applying.apply(List.of(asked), Set.of(), opened, Path.of(words[1]), workshop);
        }
    }

    private static void waitAt(String step, String wanted) {
        if (step.equals(wanted)) {
            System.out.println(step);
            System.out.flush();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
