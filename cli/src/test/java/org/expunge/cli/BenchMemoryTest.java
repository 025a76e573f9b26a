package org.expunge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import org.expunge.cli.method.Bench;
import org.expunge.cli.render.Console;
import org.expunge.cli.render.ProgressStyle;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.EngineGroup;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.compute.reference.ReferenceCompute;
import org.expunge.influence.training.TrainingRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BenchMemoryTest {
    private static final long LIMIT = 5_000_000;

    /** A backend whose buffers may take {@link #LIMIT} bytes. */
    private static Compute limited() {
        Compute compute = new ReferenceCompute();
        Object proxy = Proxy.newProxyInstance(
                Compute.class.getClassLoader(),
                new Class<?>[] {Compute.class},
                (self, method, arguments) ->
                        method.getName().equals("memoryLimit") ? LIMIT : method.invoke(compute, arguments));
        return (Compute) proxy;
    }

    @Test
    void plansAreMadeForWhatTheDeviceHasAtMost(@TempDir Path folder) throws Exception {
        List<TrainingRun> runs = List.of(TrainingRun.open(TinyRun.train(folder.resolve("run"))));
        PrintWriter nowhere = new PrintWriter(new StringWriter());
        Console console = new Console(nowhere, nowhere, Console.Format.TEXT, ProgressStyle.NONE);

        try (Engine engine = new Engine(limited(), new Workers(1), 4);
                Bench ample = new Bench(EngineGroup.of(engine), console, runs, 1L << 30);
                Bench asked = new Bench(EngineGroup.of(engine), console, runs, LIMIT / 2)) {
            assertThat(ample.maxBytes()).isEqualTo(LIMIT);
            assertThat(asked.maxBytes()).isEqualTo(LIMIT / 2);
        }
    }
}
