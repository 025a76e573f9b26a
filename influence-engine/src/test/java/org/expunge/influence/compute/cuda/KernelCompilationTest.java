package org.expunge.influence.compute.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.collect.Sets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.expunge.influence.compute.Activation;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.compute.cuda.driver.CudaException;
import org.expunge.influence.compute.cuda.driver.Libraries;
import org.expunge.influence.compute.cuda.driver.Nvrtc;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Compiles every kernel with NVIDIA's own compiler, which needs neither a GPU nor a driver. */
@Tag("nvrtc")
final class KernelCompilationTest {
    /** From Maxwell to Blackwell. */
    static final List<Integer> CAPABILITIES = List.of(50, 52, 60, 61, 70, 75, 80, 86, 89, 90, 100, 120);

    /** NVRTC 13 compiles for nothing older. */
    private static final int LEAST_OF_13 = 75;

    private static final Path SOURCES = Path.of("src/main/java/org/expunge/influence/compute/cuda");
    private static final Path KERNELS = Path.of("src/main/resources/org/expunge/influence/compute/cuda");
    private static final Pattern ENTRY = Pattern.compile("\\.entry (\\w+)\\(");
    private static final Pattern MODULE = Pattern.compile("String MODULE = \"(\\w+)\"");
    private static final Pattern LAUNCH = Pattern.compile("launch\\((?:MODULE,\\s*)?\"(\\w+)\"");
    private static final Pattern LITERAL = Pattern.compile("\"(\\w+)\"");

    private static final Pattern NUMBER = Pattern.compile("\\d+");
    private static final Set<String> ACTIVATIONS = names(Activation.values());
    private static final Set<String> LOSSES = names(Loss.values());

    /** What ptxas says of a function that keeps everything in registers. */
    private static final String NOTHING_SPILLED = " 0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads";

    @BeforeAll
    static void openTheCompiler() {
        try {
            Libraries.open(Libraries.Library.COMPILER);
        } catch (CudaException e) {
            if (System.getProperty(Libraries.FOLDERS, "").isEmpty()) {
                abort("kernels are not compiled here: " + e.getMessage());
            }
            throw e; // a folder was named, so a missing compiler is a mistake
        }
    }

    private static Nvrtc.Compiled compile(KernelSource source, String target) {
        List<String> options = Stream.concat(KernelSource.OPTIONS.stream(), Stream.of("--ptxas-options=-v"))
                .toList();
        return Nvrtc.compile(source.text(), source.module() + ".cu", target, options);
    }

    /** What the compiler complains of; that an architecture is old is no fault of a kernel. */
    private static List<String> complaints(String log) {
        return log.lines()
                .filter(line -> !line.isBlank())
                .filter(line -> !line.startsWith("ptxas info"))
                .filter(line -> !line.contains(NOTHING_SPILLED))
                .filter(line -> !line.contains("warning: Architectures prior to"))
                .toList();
    }

    private static void assumeKnown(int capability) {
        assumeTrue(
                capability >= LEAST_OF_13 || Nvrtc.version() < 13_000,
                () -> "NVRTC " + Nvrtc.version() + " does not compile for sm_" + capability);
    }

    @ParameterizedTest(name = "sm_{0}")
    @FieldSource("CAPABILITIES")
    void everyModuleCompilesToMachineCodeWithoutWarningsOrSpills(int capability) {
        assumeKnown(capability);

        KernelSource.MODULES.parallelStream().forEach(module -> {
            Nvrtc.Compiled compiled = compile(KernelSource.of(module), "sm_" + capability);

            assertThat(complaints(compiled.log())).as(module).isEmpty();
            assertThat(compiled.log()).as(module).contains("Compiling entry function");
            assertThat(compiled.image()).as(module).startsWith(0x7F, 'E', 'L', 'F');
        });
    }

    @ParameterizedTest(name = "compute_{0}")
    @FieldSource("CAPABILITIES")
    void everyModuleCompilesToPtxWithoutWarnings(int capability) {
        assumeKnown(capability);

        KernelSource.MODULES.parallelStream().forEach(module -> {
            Nvrtc.Compiled compiled = compile(KernelSource.of(module), "compute_" + capability);

            assertThat(complaints(compiled.log())).as(module).isEmpty();
            assertThat(new String(compiled.image(), StandardCharsets.US_ASCII))
                    .as(module)
                    .contains(".target sm_" + capability)
                    .endsWith("\0");
        });
    }

    /** A kernel's name is written in the class that launches it: whole, or with a constant or number behind. */
    @Test
    void everyKernelIsLaunchedAndEveryLaunchHasItsKernel() throws IOException {
        Set<String> constants = Sets.union(ACTIVATIONS, LOSSES);
        Set<String> modules = new TreeSet<>();
        for (String java : launchers()) {
            String module = matches(MODULE, java).iterator().next();
            Set<String> kernels = kernels(module);
            Set<String> literals = matches(LITERAL, java);
            Set<String> launched = matches(LAUNCH, java);
            modules.add(module);

            assertThat(kernels).as(module).isNotEmpty().allMatch(kernel -> isWritten(kernel, literals, constants));
            assertThat(launched)
                    .as(module)
                    .isNotEmpty()
                    .allMatch(name -> kernels.stream().anyMatch(kernel -> kernel.startsWith(name)));
            assertThat(launched)
                    .as(module)
                    .filteredOn(name -> name.endsWith("_"))
                    .allSatisfy(prefix -> assertThat(endings(prefix, kernels)).isIn(ACTIVATIONS, LOSSES));
        }
        assertThat(modules).containsExactlyInAnyOrderElementsOf(KernelSource.MODULES);
    }

    private static Set<String> kernels(String module) {
        byte[] ptx = compile(KernelSource.of(module), "compute_" + LEAST_OF_13).image();
        return matches(ENTRY, new String(ptx, StandardCharsets.US_ASCII));
    }

    private static boolean isWritten(String kernel, Set<String> literals, Set<String> constants) {
        return literals.contains(kernel)
                || literals.stream().filter(kernel::startsWith).anyMatch(literal -> {
                    String rest = kernel.substring(literal.length());
                    return NUMBER.matcher(rest).matches() || literals.contains(rest) || constants.contains(rest);
                });
    }

    private static Set<String> endings(String prefix, Set<String> kernels) {
        return kernels.stream()
                .filter(kernel -> kernel.startsWith(prefix))
                .map(kernel -> kernel.substring(prefix.length()))
                .collect(Collectors.toSet());
    }

    private static Set<String> names(Enum<?>... constants) {
        return Stream.of(constants).map(Enum::name).collect(Collectors.toSet());
    }

    private static Set<String> matches(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(match -> match.group(1)).collect(Collectors.toSet());
    }

    private static List<String> launchers() throws IOException {
        List<String> launchers = new ArrayList<>();
        try (Stream<Path> files = Files.list(SOURCES)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                String java = Files.readString(file);
                if (MODULE.matcher(java).find()) {
                    launchers.add(java);
                }
            }
        }
        return launchers;
    }

    @Test
    void noFileOfKernelsIsLeftOut() throws IOException {
        try (Stream<Path> files = Files.list(KERNELS)) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".cu")))
                    .containsExactlyInAnyOrderElementsOf(KernelSource.MODULES.stream()
                            .map(module -> module + ".cu")
                            .toList());
        }
    }

    @Test
    void aKernelThatDoesNotCompileIsRefusedWithItsLine() {
        KernelSource broken = new KernelSource(
                "broken", "extern \"C\" __global__ void broken(float* x) {\n    x[0] = undeclared;\n}\n");

        assertThatThrownBy(() -> compile(broken, "sm_90"))
                .isInstanceOf(CudaException.class)
                .hasMessageContaining("compiling broken.cu for sm_90")
                .hasMessageContaining("broken.cu(2)")
                .hasMessageContaining("undeclared");
    }

    @Test
    void warningsAndSpillsAreComplainedOf() {
        KernelSource untidy = new KernelSource(
                "untidy", "extern \"C\" __global__ void untidy(float* x) {\n    int unused;\n    x[0] = 1;\n}\n");
        KernelSource greedy = new KernelSource("greedy", """
                extern "C" __global__ void greedy(float* x, int n) {
                    float kept[100];
                    for (int i = 0; i < 100; i++) kept[i] = x[i];
                    for (int i = 0; i < n; i++) x[i] += kept[(i * 7) % 100];
                }
                """);

        assertThat(complaints(compile(untidy, "sm_90").log())).anyMatch(line -> line.contains("unused"));
        assertThat(complaints(compile(greedy, "sm_90").log())).anyMatch(line -> line.contains("400 bytes stack frame"));
    }

    @Test
    void anUnknownArchitectureIsToldFromAMistakeInAKernel() {
        KernelSource any = KernelSource.of(KernelSource.MODULES.get(0));

        assertThatThrownBy(() -> compile(any, "sm_999"))
                .isInstanceOfSatisfying(
                        CudaException.class,
                        e -> assertThat(Nvrtc.isUnknownTarget(e)).isTrue());
    }
}
