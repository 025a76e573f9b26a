package org.expunge.benchmarks.gpu;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.expunge.benchmarks.study.StudyTable;

/** The rows that are printed last, and written. */
final class ResultTable {
    private static final List<String> COLUMNS = List.of(
            "work",
            "FLOP",
            "bytes",
            "rounds",
            "seconds",
            "device seconds",
            "GFLOP/s",
            "GB/s",
            "share of roofline",
            "PyTorch seconds",
            "PyTorch / ours");

    private final List<Measurement> measured;
    private final Roofline roofline;
    private final Optional<PyTorchTwin> twin;

    ResultTable(List<Measurement> measured, Optional<PyTorchTwin> twin) {
        this.measured = List.copyOf(measured);
        this.roofline = Roofline.of(measured);
        this.twin = twin;
    }

    /** Returns the short table, a line each. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "%-28s %12s %10s %9s %9s %12s %7s",
                "work",
                "ms",
                "GFLOP/s",
                "GB/s",
                "roofline",
                "PyTorch ms",
                "ratio"));
        for (Measurement m : measured) {
            OptionalDouble torch = torchSeconds(m);
            lines.add(String.format(
                    Locale.ROOT,
                    "%-28s %12.4f %10.1f %9.1f %8.0f%% %12s %7s",
                    m.work().name(),
                    1e3 * m.bestSeconds(),
                    m.flopRate() / 1e9,
                    m.byteRate() / 1e9,
                    100 * roofline.share(m),
                    torch.isPresent() ? String.format(Locale.ROOT, "%.4f", 1e3 * torch.getAsDouble()) : "",
                    torch.isPresent() ? String.format(Locale.ROOT, "%.2f", torch.getAsDouble() / m.seconds()) : ""));
        }
        lines.add(String.format(
                Locale.ROOT,
                "Roofline, measured here: %.1f GFLOP/s (largest rate of a product), %.1f GB/s (of a copy).",
                roofline.flopRate() / 1e9,
                roofline.byteRate() / 1e9));
        return lines;
    }

    /** Returns all columns for a file. */
    StudyTable toTable(String command) {
        StudyTable table = new StudyTable(command, COLUMNS);
        twin.ifPresent(found -> table.note("PyTorch", found.version()));
        for (Measurement m : measured) {
            OptionalDouble torch = torchSeconds(m);
            table.add(
                    m.work().name().replace(",", ""),
                    m.work().flops(),
                    m.work().bytes(),
                    m.rounds(),
                    m.seconds(),
                    cell(m.deviceSeconds()),
                    m.flopRate() / 1e9,
                    m.byteRate() / 1e9,
                    roofline.share(m),
                    cell(torch),
                    torch.isPresent() ? (Object) (torch.getAsDouble() / m.seconds()) : "");
        }
        return table;
    }

    private OptionalDouble torchSeconds(Measurement m) {
        return twin.map(found -> found.seconds(m.work())).orElse(OptionalDouble.empty());
    }

    private static Object cell(OptionalDouble value) {
        return value.isPresent() ? value.getAsDouble() : "";
    }
}
