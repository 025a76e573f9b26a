package org.expunge.benchmarks.defense;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.expunge.benchmarks.study.StudyTable;
import org.expunge.defense.attack.AttackGate;
import org.expunge.defense.sanitize.SanitizeResult;
import org.expunge.defense.sanitize.Sanitizer;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.network.Model;

/**
 * Attacks planted in real data, found and removed without knowing how many rows were planted or where; and the same
 * seeds with nothing planted, for the rate of false actions.
 *
 * <p>{@code java -cp benchmarks/target/benchmarks.jar org.expunge.benchmarks.defense.DefenseStudy
 * docs/results/defense-digits.csv digits FOLDER all 5}
 */
public final class DefenseStudy {
    private static final List<String> MITIGATION = List.of(
            "setting",
            "attack",
            "seed",
            "planted rows",
            "rows prior",
            "class prior",
            "gate",
            "attack success clean model",
            "attack success before",
            "attack success after",
            "attack success without planted rows",
            "accuracy clean model",
            "accuracy before",
            "accuracy after",
            "adversarial removed %",
            "clean removed %",
            "covers removed %",
            "verdict",
            "trainings",
            "wall s");

    private final Engine engine;
    private final StudyTable table;

    private DefenseStudy(Engine engine, StudyTable table) {
        this.engine = engine;
        this.table = table;
    }

    /**
     * Runs the study.
     *
     * @param args the file to write, the settings, a folder for data that are not embedded, the attacks ({@code all},
     *     {@code none} or names), and the number of seeds
     */
    public static void main(String[] args) throws IOException {
        StudyRuns.all(
                DefenseStudy.class,
                Stream.of(MITIGATION, IncidentFigures.COLUMNS, RowFigures.COLUMNS)
                        .flatMap(List::stream)
                        .toList(),
                args,
                (engine, table) -> new DefenseStudy(engine, table)::run);
    }

    private void run(DefenseSetting setting, String name, AttackMaker maker, long seed) throws IOException {
        long start = System.nanoTime();
        boolean isPlanted = !name.equals(Attacks.NONE);
        DefenseWorld world = new DefenseWorld(engine, setting, maker, isPlanted, seed);
        AttackGate gate = world.gate();
        Sanitizer sanitizer = Sanitizer.of(engine, world, options());
        SanitizeResult result = sanitizer.sanitize(world.first(), world.train(), world.validation(), world.stream());
        double seconds = (System.nanoTime() - start) / 1e9;
        Model after = result.training().model();
        RowFigures rows = world.plantedRows() > 0 ? RowFigures.of(engine, world, seed) : RowFigures.none();
        Object[] mitigation = {
            setting.name(),
            name,
            seed,
            world.plantedRows(),
            world.plantedRows() / (double) world.train().size(),
            world.classPrior(),
            world.verdict(),
            gate.baseSuccess(),
            gate.attackSuccess(),
            world.attackSuccess(after),
            world.isPlanted() ? world.attackSuccess(withoutPlanted(world)) : Double.NaN,
            gate.baseAccuracy(),
            gate.cleanAccuracy(),
            world.accuracy(after),
            world.adversarialRemoved(result.removedIds()),
            world.cleanRemoved(result.removedIds()),
            world.coversRemoved(result.removedIds()),
            result.verdict(),
            result.trainings(),
            seconds
        };
        IncidentFigures incident = world.plantedRows() > 0 ? IncidentFigures.of(engine, world) : IncidentFigures.none();
        table.add(Stream.of(List.of(mitigation), incident.cells(), List.of(rows.cells()))
                .flatMap(List::stream)
                .toArray());
    }

    /**
     * Returns the defaults, but for the options of the command line of the same names that are given as properties, as
     * in {@code -Dleast-row-flips=0}.
     */
    private static Sanitizer.Options options() {
        Sanitizer.Options usual = Sanitizer.Options.DEFAULT;
        Sanitizer.Caps caps = usual.caps();
        double mostRows = share("most-rows", caps.mostRows());
        return usual.withCaps(new Sanitizer.Caps(
                        mostRows,
                        Math.min(1, 2 * mostRows),
                        share("most-of-class", caps.mostOfLabel()),
                        caps.mostRounds()))
                .withConfirming(usual.confirming()
                        .withRowFlipShare(
                                share("least-row-flips", usual.confirming().rowFlipShare())));
    }

    private static double share(String property, double usual) {
        return Double.parseDouble(System.getProperty(property, Double.toString(usual)));
    }

    /** What a defense can reach at best: a model trained without the planted rows. */
    private static Model withoutPlanted(DefenseWorld world) {
        boolean[] adversarial = world.adversarial();
        int[] gone = java.util.stream.IntStream.range(0, adversarial.length)
                .filter(i -> adversarial[i])
                .toArray();
        return world.train(world.train().without(gone)).model();
    }
}
