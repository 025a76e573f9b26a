package org.expunge.influence.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.util.concurrent.TimeUnit.MINUTES;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Builds the CUDA emulator of {@code src/test/cuda-emulator}: one shared library under the names of CUDA's own, which
 * runs the same CUDA C as a device does, on the CPU and late.
 *
 * <p>A build takes g++ and up to a minute; it is done once and again where a source has changed. Processes that build
 * at the same time wait for each other.
 */
public final class CudaEmulator {
    private static final String SOURCES = "src/test/cuda-emulator";
    private static final String LIBRARY = "libexpunge_emulator.so";
    private static final List<String> NAMES =
            List.of("libcuda.so.1", "libnvrtc.so.12", "libcublas.so.12", "libcusolver.so.11");
    private static final List<String> KERNEL_HEADERS = List.of("kernel_abi.h", "kernel_table.h", "shim.h");
    private static final List<String> COMPILER = List.of(
            "g++",
            "-std=c++17",
            "-O1",
            "-fPIC",
            "-shared",
            "-fvisibility=hidden",
            "-U_FORTIFY_SOURCE",
            "-pthread",
            "-Wl,-Bsymbolic",
            // JNA closes a library that nobody refers to, and the process would keep its signal handler
            "-Wl,-z,nodelete");
    private static final Set<String> MACHINES = Set.of("amd64", "aarch64");
    private static final int BUILD_MINUTES = 10;

    private CudaEmulator() {}

    /** What a build gives. */
    public sealed interface Answer permits Built, Unavailable {}

    /**
     * The emulator is there.
     *
     * @param folder a folder for the system property {@code expunge.cuda.libraries}
     */
    public record Built(Path folder) implements Answer {}

    /**
     * The emulator cannot be built here.
     *
     * @param reason why, for a person
     */
    public record Unavailable(String reason) implements Answer {}

    /**
     * The emulator in {@code target/cuda-emulator} of its module, or in a temporary folder where there is no
     * {@code target}.
     *
     * @throws UncheckedIOException if a file cannot be read or written
     * @throws IllegalStateException if g++ refuses the sources
     */
    public static Answer build() {
        Path sources = sources();
        Path target = sources.resolve("../../../target").normalize();
        Path parent = Files.isDirectory(target) ? target : Path.of(System.getProperty("java.io.tmpdir"));
        return buildIn(parent.resolve("cuda-emulator"));
    }

    /**
     * The emulator in this folder, which is made where it does not exist. Processes that load it from different
     * folders, and one process that does, have emulators that know nothing of each other.
     *
     * @throws UncheckedIOException if a file cannot be read or written
     * @throws IllegalStateException if g++ refuses the sources
     */
    public static synchronized Answer buildIn(Path folder) {
        if (!System.getProperty("os.name").equals("Linux") || !MACHINES.contains(System.getProperty("os.arch"))) {
            return new Unavailable("the CUDA emulator needs Linux on x86-64 or aarch64");
        }
        if (run(List.of("g++", "--version"), Path.of(".")) instanceof Failed failed) {
            return new Unavailable("the CUDA emulator needs g++ 12 or newer: " + failed.output());
        }
        try {
            Files.createDirectories(folder);
            try (FileChannel channel = FileChannel.open(folder.resolve("lock"), CREATE, WRITE);
                    FileLock lock = channel.lock()) {
                buildLocked(sources(), folder, lock);
            }
            return new Built(folder.toRealPath());
        } catch (IOException e) {
            throw new UncheckedIOException("The CUDA emulator cannot be built in " + folder, e);
        }
    }

    private static void buildLocked(Path sources, Path folder, FileLock lock) throws IOException {
        String hash = hash(sources);
        Path built = folder.resolve("sources.sha256");
        if (!lock.isValid() || (Files.exists(built) && Files.readString(built).equals(hash))) {
            return;
        }
        Files.deleteIfExists(built);
        Path library = folder.resolve(LIBRARY + ".new");
        String define = "-DEXPUNGE_BUILD=\"" + hash + "\"";
        List<String> command = new ArrayList<>(COMPILER);
        command.addAll(List.of(define, "-o", library.toString()));
        sorted(sources).stream()
                .map(Path::toString)
                .filter(file -> file.endsWith(".cpp"))
                .forEach(command::add);
        command.add("-ldl");
        if (run(command, sources) instanceof Failed failed) {
            throw new IllegalStateException("g++ refuses the CUDA emulator:\n" + failed.output());
        }
        Files.move(library, folder.resolve(LIBRARY), ATOMIC_MOVE);
        for (String header : KERNEL_HEADERS) {
            replace(folder.resolve(header), Files.readAllBytes(sources.resolve(header)));
        }
        for (String name : NAMES) {
            Files.deleteIfExists(folder.resolve(name));
            Files.createSymbolicLink(folder.resolve(name), Path.of(LIBRARY));
        }
        replace(built, hash.getBytes(UTF_8));
    }

    private static void replace(Path file, byte[] content) throws IOException {
        Path written = file.resolveSibling(file.getFileName() + ".new");
        Files.write(written, content);
        Files.move(written, file, ATOMIC_MOVE);
    }

    private static Path sources() {
        return Stream.of("", "influence-engine", "../influence-engine")
                .map(module -> Path.of(module).resolve(SOURCES).toAbsolutePath().normalize())
                .filter(Files::isDirectory)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "The sources of the CUDA emulator are not in " + SOURCES + " of the module influence-engine"));
    }

    private static List<Path> sorted(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    private static String hash(Path sources) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(COMPILER.toString().getBytes(UTF_8));
            for (Path file : sorted(sources)) {
                digest.update(file.getFileName().toString().getBytes(UTF_8));
                digest.update(Files.readAllBytes(file));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    private sealed interface Outcome permits Done, Failed {}

    private record Done() implements Outcome {}

    private record Failed(String output) implements Outcome {}

    private static Outcome run(List<String> command, Path folder) {
        try {
            Path log = Files.createTempFile("cuda-emulator", ".log");
            try {
                Process process = new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
                if (!process.waitFor(BUILD_MINUTES, MINUTES)) {
                    process.destroyForcibly();
                    return new Failed(String.format(Locale.ROOT, "not finished in %d minutes", BUILD_MINUTES));
                }
                return process.exitValue() == 0 ? new Done() : new Failed(Files.readString(log));
            } finally {
                Files.deleteIfExists(log);
            }
        } catch (IOException e) {
            return new Failed(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Failed("interrupted");
        }
    }
}
