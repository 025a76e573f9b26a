package org.expunge.benchmarks.defense;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.expunge.benchmarks.study.StudyTable;
import org.expunge.influence.backend.Backends;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Workers;

/** Goes through the settings, seeds and attacks that the command of a study names, and keeps its table as it grows. */
final class StudyRuns {
    /**
     * Seeds below 700 were looked at while attacks, training and rules were chosen; none is reported. A run of Java
     * with {@code -Dfirst-seed=0} looks at them.
     */
    private static final long FIRST_SEED = Long.getLong("first-seed", 700);

    private StudyRuns() {}

    /** Adds the rows of one run to a study's table. */
    @FunctionalInterface
    interface Run {
        /** Runs one attack, which {@code maker} makes, on the rows of one seed. */
        void add(DefenseSetting setting, String attack, AttackMaker maker, long seed) throws IOException;
    }

    /**
     * Runs a study. The table is written after each run, so that one that is ended leaves what it has.
     *
     * @param study named in the table's command
     * @param columns of the table
     * @param args the file to write, the settings, a folder for data that are not embedded, the attacks ({@code all} or
     *     names), and the number of seeds
     * @param make makes what adds rows
     */
    static void all(Class<?> study, List<String> columns, String[] args, BiFunction<Engine, StudyTable, Run> make)
            throws IOException {
        StudyTable table = new StudyTable(
                "java -cp benchmarks/target/benchmarks.jar " + study.getName() + " " + String.join(" ", args), columns);
        try (Engine engine = new Engine(Backends.create("cpu"), Workers.perProcessor(), 32)) {
            Run run = make.apply(engine, table);
            for (DefenseSetting setting : DefenseSetting.of(args[1], args[2])) {
                Map<String, AttackMaker> attacks = Attacks.of(setting.name(), args[3]);
                for (long seed = FIRST_SEED; seed < FIRST_SEED + Integer.parseInt(args[4]); seed++) {
                    for (Map.Entry<String, AttackMaker> attack : attacks.entrySet()) {
                        run.add(setting, attack.getKey(), attack.getValue(), seed);
                        table.write(Path.of(args[0]));
                    }
                }
            }
        }
    }
}
