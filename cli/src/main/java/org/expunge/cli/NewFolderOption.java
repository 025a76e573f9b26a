package org.expunge.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The folder that a command makes. */
final class NewFolderOption {
    @Option(names = "--out", required = true, paramLabel = "DIR", description = "The folder to write; must not exist.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path path;

    Path path() {
        return path;
    }
}
