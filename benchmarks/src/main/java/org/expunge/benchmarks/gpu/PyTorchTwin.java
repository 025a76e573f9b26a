package org.expunge.benchmarks.gpu;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * The same work in PyTorch, by a program that is given the list of it.
 *
 * @param version PyTorch's, and the device that it ran on
 * @param seconds by name of the work
 */
record PyTorchTwin(
        @JsonProperty("version") String version,
        @JsonProperty("seconds") Map<String, Double> seconds) {
    private static final String PYTHON = "python3";

    /** Returns whether the machine's Python has PyTorch. */
    static boolean isFound() throws InterruptedException {
        try {
            return new ProcessBuilder(PYTHON, "-c", "import torch")
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false; // no Python either
        }
    }

    /**
     * Runs the program.
     *
     * @param program its file
     * @param device {@code cpu} or {@code cuda:0}
     * @param threads how many threads it may use on a processor
     * @param works what to time; kinds that it does not know are left out of its answer
     * @throws IOException if it fails or answers something else
     */
    static PyTorchTwin run(Path program, String device, int threads, List<Work> works)
            throws IOException, InterruptedException {
        ObjectMapper json = new ObjectMapper();
        Process process = new ProcessBuilder(PYTHON, program.toString(), device, Integer.toString(threads))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (OutputStream in = process.getOutputStream()) {
            json.writeValue(in, works);
        }
        String answer = new String(process.getInputStream().readAllBytes(), UTF_8);
        int code = process.waitFor();
        if (code != 0) {
            throw new IOException(program + " ended with code " + code);
        }
        return json.readValue(answer, PyTorchTwin.class);
    }

    /** Returns the seconds of some work, if PyTorch did it. */
    OptionalDouble seconds(Work work) {
        Double found = seconds.get(work.name());
        return found == null ? OptionalDouble.empty() : OptionalDouble.of(found);
    }
}
