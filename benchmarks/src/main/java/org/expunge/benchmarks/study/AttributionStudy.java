package org.expunge.benchmarks.study;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * How the methods do against what really happens, one protocol a call:
 *
 * <p>{@code java -cp benchmarks/target/benchmarks.jar org.expunge.benchmarks.study.AttributionStudy lds
 * docs/results/lds-digits.csv}, and so for {@code loo}, {@code pbrf}, {@code removal}, {@code mislabel} and
 * {@code sanity}.
 */
public final class AttributionStudy {
    /** Fills a table. */
    @FunctionalInterface
    interface Protocol {
        StudyTable run(String command) throws IOException;
    }

    private static final Map<String, Protocol> PROTOCOLS = Map.of(
            "lds", LdsStudy::run,
            "loo", LeaveOneOutStudy::run,
            "pbrf", PbrfStudy::run,
            "removal", TopRemovalStudy::run,
            "mislabel", MislabelStudy::run,
            "sanity", SanityStudy::run);

    private AttributionStudy() {}

    /**
     * Runs a protocol.
     *
     * @param args its name and the file to write
     */
    public static void main(String[] args) throws IOException {
        Protocol protocol = PROTOCOLS.get(args[0]);
        if (protocol == null) {
            throw new IllegalArgumentException("there is no protocol " + args[0] + ", only " + PROTOCOLS.keySet());
        }
        protocol.run("java -cp benchmarks/target/benchmarks.jar " + AttributionStudy.class.getName() + " "
                        + String.join(" ", args))
                .write(Path.of(args[1]));
    }
}
