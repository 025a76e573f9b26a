package org.expunge.influence.network.dl4j;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.expunge.influence.data.Shape;
import org.expunge.influence.io.AtomicFiles;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Json;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;

/**
 * DL4J's model files, as {@code ModelSerializer} of 1.0.0-M2.1 (and of the betas with the same JSON) writes and reads
 * them: MultiLayerNetwork and ComputationGraph with one input and one output.
 *
 * <p><b>Units.</b> Images are {@code C × H × W}, whatever DL4J's format is. Where a file was saved as float, its
 * numbers are read exactly.
 *
 * <p><b>Accuracy.</b> What is written and read again is the same model, bit for bit. A variance that DL4J stored as
 * log₁₀ of the standard deviation is raised to the power as DL4J does.
 *
 * <p><b>Cost.</b> Reading holds the parameters twice, and inflates nothing but the configuration and the parameters.
 */
public final class Dl4jZip {
    static final String CONFIGURATION = "configuration.json";
    static final String COEFFICIENTS = "coefficients.bin";

    /** A layer takes some 2 kB. */
    private static final long MAX_CONFIGURATION_BYTES = 32L << 20;

    private static final int BUFFER = 1 << 16;

    /** The first time that a zip can state; a real one would make each file differ. */
    private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

    private static final Set<String> READ = Set.of(CONFIGURATION, COEFFICIENTS);

    private Dl4jZip() {}

    /**
     * Reads a model whose configuration says how large an input is: one that starts with a dense layer, or that was
     * built with an input type which needs a preprocessor, or that {@link #write} wrote.
     *
     * @param file the zip; untrusted
     * @return the model, how DL4J was to train it, and warnings
     * @throws BadInputException if it is no such model, is damaged, or holds something that cannot be computed here;
     *     the message names the layer or tensor and what to do
     * @throws IOException if the file cannot be read
     */
    public static ImportedModel read(Path file) throws IOException {
        return read(file, Optional.empty());
    }

    /**
     * Reads a model for inputs of a given shape.
     *
     * @param file the zip; untrusted
     * @param input the shape of an example; a flat row may stand for an image of as many numbers
     * @return the model, how DL4J was to train it, and warnings
     * @throws BadInputException if it is no such model, is damaged, does not take such inputs, or holds something that
     *     cannot be computed here; the message names the layer or tensor and what to do
     * @throws IOException if the file cannot be read
     */
    public static ImportedModel read(Path file, Shape input) throws IOException {
        return read(file, Optional.of(input));
    }

    private static ImportedModel read(Path file, Optional<Shape> input) throws IOException {
        try (BoundedZip zip = BoundedZip.open(file)) {
            List<String> warnings = new ArrayList<>();
            String source = file + ", " + CONFIGURATION;
            byte[] json = zip.read(CONFIGURATION, MAX_CONFIGURATION_BYTES);
            List<Vertex> vertices = new ConfigurationReader(source, warnings).read(json);
            for (Vertex vertex : vertices) {
                VertexLowering.requireKnown(vertex);
            }
            Shape shape = input.isPresent() ? input.get() : InputShape.of(vertices, source);
            NetworkAssembly assembly = new NetworkAssembly(shape, warnings);
            TrainingSettings training = new TrainingSettings(warnings);
            VertexLowering lowering = new VertexLowering(assembly, training);
            for (Vertex vertex : vertices) {
                lowering.lower(vertex);
            }
            Network network = assembly.build(vertices.get(vertices.size() - 1).settings());
            Model model = readParameters(zip, file, network, assembly.logStd());
            Optional<Dl4jUpdater> updater = training.updater();
            warnOfOthers(zip, warnings);
            return new ImportedModel(model, updater, warnings);
        }
    }

    private static Model readParameters(BoundedZip zip, Path file, Network network, Set<String> logStd)
            throws IOException {
        FlatParameters flat = new FlatParameters(network);
        String source = file + ", " + COEFFICIENTS;
        long bytes = 8L * flat.length() + Nd4jArray.HEADER_BYTES;
        zip.checkCredible(COEFFICIENTS, 4L * flat.length());
        try (InputStream in = zip.open(COEFFICIENTS, bytes)) {
            return flat.split(Nd4jArray.read(in, source, flat.length()), logStd, source);
        }
    }

    /**
     * Writes a model so that DL4J's {@code ModelSerializer} loads it and predicts the same; plain steps of 0.1 as the
     * updater.
     *
     * @param file the zip to write or replace, atomically
     * @param model the model; numbers are saved as float if each of them is one exactly, as double otherwise
     * @throws IllegalArgumentException if DL4J has no such network; names the layer
     * @throws IOException if the file cannot be written; it is then as it was before
     */
    public static void write(Path file, Model model) throws IOException {
        write(file, model, Dl4jUpdater.DEFAULT);
    }

    /**
     * Writes a model so that DL4J's {@code ModelSerializer} loads it and predicts the same. The same model gives the
     * same bytes.
     *
     * @param file the zip to write or replace, atomically
     * @param model the model; numbers are saved as float if each of them is one exactly, as double otherwise
     * @param updater how DL4J would train it further
     * @throws IllegalArgumentException if DL4J has no such network; names the layer
     * @throws IOException if the file cannot be written; it is then as it was before
     */
    public static void write(Path file, Model model, Dl4jUpdater updater) throws IOException {
        double[] flat = new FlatParameters(model.network()).join(model);
        boolean isFloat = Arrays.stream(flat).allMatch(value -> (float) value == value);
        Nd4jArray.Type type = isFloat ? Nd4jArray.Type.FLOAT : Nd4jArray.Type.DOUBLE;
        byte[] json = Json.text(new ConfigurationWriter(model.network(), updater, type).write())
                .getBytes(StandardCharsets.UTF_8);
        AtomicFiles.write(file, out -> {
            ZipOutputStream zip = new ZipOutputStream(out);
            zip.putNextEntry(entry(CONFIGURATION));
            zip.write(json);
            zip.closeEntry();
            zip.putNextEntry(entry(COEFFICIENTS));
            Nd4jArray.write(new BufferedOutputStream(zip, BUFFER), type, flat);
            zip.closeEntry();
            zip.finish();
        });
    }

    private static ZipEntry entry(String name) {
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(TIME);
        return entry;
    }

    private static void warnOfOthers(BoundedZip zip, List<String> warnings) {
        for (String name : zip.names()) {
            switch (name) {
                case "updaterState.bin" ->
                    warnings.add("updaterState.bin is not read: training starts its moments anew");
                case "normalizer.bin", "preprocessor.bin" ->
                    warnings.add(
                            name + " is not read, as it would be deserialised Java; give the normalisation yourself");
                default -> {
                    if (!READ.contains(name)) {
                        warnings.add("entry " + name + " is not read");
                    }
                }
            }
        }
    }
}
