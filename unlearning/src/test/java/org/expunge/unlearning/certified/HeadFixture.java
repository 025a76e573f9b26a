package org.expunge.unlearning.certified;

import java.io.IOException;
import java.nio.file.Path;
import org.expunge.influence.compute.Engine;
import org.expunge.unlearning.Problems;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A table of 90 rows of three classes in a folder of its own, and what trains heads on it with noise that repeats. */
abstract class HeadFixture {
    @TempDir
    Path folder;

    final Engine engine = Problems.engine();
    final HeadTraining training = new HeadTraining(engine, SecretNoise.reproducible(3));
    HeadTables tables = new HeadTables(engine, Path.of(""));
    Path own = Path.of("");

    @BeforeEach
    void writeRows() throws IOException {
        tables = new HeadTables(engine, folder);
        own = tables.write("own.csv", HeadProblems.rows(90, 4, 3, 21));
    }

    @AfterEach
    void closeEngine() {
        engine.close();
    }
}
