package org.expunge.benchmarks.gpu;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.expunge.benchmarks.study.StudyTable;
import org.expunge.influence.compute.cuda.KernelSource;
import org.expunge.influence.compute.cuda.driver.Libraries;
import org.expunge.influence.compute.cuda.driver.Nvrtc;

/**
 * What NVIDIA's compiler makes of every CUDA kernel for every generation of GPUs: registers, memory, spills and sizes.
 * It needs NVRTC, but no GPU and no driver, and so it says nothing about speed or correctness.
 *
 * <p>{@code java -Dexpunge.cuda.libraries=DIR -cp benchmarks/target/benchmarks.jar
 * org.expunge.benchmarks.gpu.KernelStudy docs/results/gpu-kernels.csv}, where {@code DIR} has {@code libnvrtc.so.12}.
 */
public final class KernelStudy {
    /** One of each generation from Maxwell to Blackwell. */
    private static final List<Integer> CAPABILITIES = List.of(50, 60, 70, 80, 90, 100, 120);

    /** A kernel's text in PTX, from its entry to the brace that closes it at the start of a line. */
    private static final Pattern ENTRY =
            Pattern.compile("^\\.visible \\.entry (\\w+)\\(.*?^}$", Pattern.MULTILINE | Pattern.DOTALL);

    private KernelStudy() {}

    /**
     * Runs the study.
     *
     * @param arguments where to write the table
     */
    public static void main(String[] arguments) throws IOException {
        Libraries.open(Libraries.Library.COMPILER);
        StudyTable table = new StudyTable(
                "java -Dexpunge.cuda.libraries=DIR -cp benchmarks/target/benchmarks.jar"
                        + " org.expunge.benchmarks.gpu.KernelStudy " + arguments[0] + " (NVRTC " + compiler() + ")",
                List.of(
                        "module",
                        "kernel",
                        "architecture",
                        "registers a thread",
                        "shared bytes a block",
                        "local bytes a thread",
                        "spilled bytes a thread",
                        "PTX bytes",
                        "machine code bytes"));
        for (String module : KernelSource.MODULES) {
            List<Object[]> rows = new ArrayList<>();
            for (int capability : CAPABILITIES) {
                rows.addAll(compile(KernelSource.of(module), capability));
            }
            rows.sort(Comparator.comparing(row -> row[1].toString())); // stable: architectures stay in order
            rows.forEach(table::add);
        }
        table.write(Path.of(arguments[0]));
    }

    private static String compiler() {
        int version = Nvrtc.version();
        return version / 1000 + "." + version % 1000 / 10;
    }

    private static List<Object[]> compile(KernelSource source, int capability) {
        List<String> verbose = Stream.concat(KernelSource.OPTIONS.stream(), Stream.of("--ptxas-options=-v"))
                .toList();
        String file = source.module() + ".cu";
        Nvrtc.Compiled code = Nvrtc.compile(source.text(), file, "sm_" + capability, verbose);
        Nvrtc.Compiled ptx = Nvrtc.compile(source.text(), file, "compute_" + capability, KernelSource.OPTIONS);
        Map<String, Integer> codeSizes = MachineCode.sizes(code.image());
        Map<String, Integer> ptxSizes = ptxSizes(new String(ptx.image(), StandardCharsets.US_ASCII));
        return KernelUse.of(code.log()).stream()
                .map(use -> new Object[] {
                    source.module(),
                    use.kernel(),
                    "sm_" + capability,
                    use.registers(),
                    use.sharedBytes(),
                    use.stackBytes(),
                    use.spillBytes(),
                    ptxSizes.get(use.kernel()),
                    codeSizes.get(use.kernel())
                })
                .toList();
    }

    private static Map<String, Integer> ptxSizes(String ptx) {
        Map<String, Integer> sizes = new TreeMap<>();
        ENTRY.matcher(ptx)
                .results()
                .forEach(match -> sizes.put(match.group(1), match.group().length()));
        return sizes;
    }
}
