package org.expunge.cli.work;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.expunge.defense.attack.Attack;
import org.expunge.defense.attack.AttackCatalogue;
import org.expunge.defense.attack.AttackRequest;
import org.expunge.defense.attack.PlantedAttack;
import org.expunge.influence.data.DataCopy;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Partition;
import org.expunge.influence.data.RowOverlay;
import org.expunge.influence.io.AtomicFiles;
import org.expunge.influence.io.Digests;
import org.expunge.influence.io.Json;
import org.expunge.influence.training.DataRecipe;
import org.expunge.influence.training.Seeds;
import org.jspecify.annotations.Nullable;

/** Plants an attack among training rows and writes what came of it into a folder. */
public final class DrillPlanting {
    private static final String INPUTS = "inputs";
    private static final String COPY = "copy";
    /** What makes the id of an attacked input differ from that of the row it was made of. */
    private static final String SUFFIX = "+attack";
    /** Sources of pixels, which are whole numbers. */
    private static final Set<String> PIXELS = Set.of("idx", "cifar", "images");

    private final DataRecipe clean;
    private final long seed;
    private final Rehearsal rehearsal;

    /**
     * Prepares.
     *
     * @param clean which rows, and how they are split
     * @param seed root seed of the split
     * @param rehearsal trains the models that are needed
     */
    public DrillPlanting(DataRecipe clean, long seed, Rehearsal rehearsal) {
        this.clean = clean;
        this.seed = seed;
        this.rehearsal = rehearsal;
    }

    /**
     * Plants an attack and writes the changed rows as an overlay, the poisoned data in the format that they came in
     * where that can be done, the attacked test inputs, and the manifest.
     *
     * @param request which attack; its seed is derived from
     * @param isGated whether models are trained to see if the attack works
     * @param out the folder to appear
     * @return the manifest
     * @throws IOException if something cannot be read or written; {@code out} then does not exist
     */
    public Drill plant(AttackRequest request, boolean isGated, Path out) throws IOException {
        AtomicFiles.requireWritable(out);
        Partition parts = clean.load(new Seeds(seed));
        checkArgument(parts.test().size() > 0, "%s has no test rows to make attacked inputs of", clean.source());
        Attack attack =
                AttackCatalogue.make(request, new AttackCatalogue.Setting(parts, () -> rehearsal.surrogate(parts)));
        PlantedAttack planted = attack.plant(parts.train());
        Dataset attacked = attack.attackInputs(parts.test());
        boolean isNoise = request.name().equals("symmetric-noise");
        checkArgument(
                attacked.size() > 0 || isNoise, "no test row of %s is one that the attack aims at", clean.source());
        Dataset train = planted.train();
        if (PIXELS.contains(clean.source().scheme())) {
            train = rounded(train, train.rowsOf(planted.originals().ids()));
            attacked = rounded(attacked, IntStream.range(0, attacked.size()).toArray());
        }
        Drill.@Nullable Gate gate = isGated ? rehearsal.gate(parts, train, attacked, attack::targetOf) : null;
        return write(request, planted, train, attacked, gate, out);
    }

    /** What a file of pixels can hold. */
    private static Dataset rounded(Dataset data, int[] rows) {
        Map<Integer, double[]> whole = new TreeMap<>();
        for (int row : rows) {
            double[] values = data.row(row);
            Arrays.setAll(values, j -> Math.min(255, Math.max(0, Math.rint(values[j]))));
            whole.put(row, values);
        }
        return data.withFeatures(Features.overlay(data.features(), whole));
    }

    private Drill write(
            AttackRequest request,
            PlantedAttack planted,
            Dataset train,
            Dataset attacked,
            Drill.@Nullable Gate gate,
            Path out)
            throws IOException {
        Path place = out.toAbsolutePath().normalize();
        DataSpec base = absolute(clean.source());
        Dataset changed = train.select(train.rowsOf(planted.originals().ids()));
        AtomicFiles.directory(out, directory -> {
            RowOverlay.write(directory, base, RowOverlay.Mode.REPLACE, changed);
            Path inputs = Files.createDirectory(directory.resolve(INPUTS));
            RowOverlay.write(inputs, base, RowOverlay.Mode.ALONE, renamed(attacked));
            DataCopy.Outcome copy = DataCopy.write(base, changed, directory.resolve(COPY), place.resolve(COPY));
            Drill drill = manifest(request, planted, train, gate, place, copy, digests(directory));
            Json.write(directory.resolve(Drill.MANIFEST), drill);
        });
        return Json.read(out.resolve(Drill.MANIFEST), Drill.class);
    }

    private Drill manifest(
            AttackRequest request,
            PlantedAttack planted,
            Dataset train,
            Drill.@Nullable Gate gate,
            Path place,
            DataCopy.Outcome copy,
            Map<String, String> files) {
        Attack attack = planted.attack();
        int target = attack.targetClass();
        boolean isVarying = target == Attack.VARIES && !request.name().equals("symmetric-noise");
        double poisoned = planted.adversarialIds().size();
        long ofTarget = IntStream.range(0, train.size())
                .filter(row -> train.label(row) == target)
                .count();
        return new Drill(
                attack.name(),
                attack.description(),
                request,
                absolute(clean.source()).toString(),
                Drill.OVERLAY + ":" + place,
                copy.spec(),
                copy.reason(),
                Drill.OVERLAY + ":" + place.resolve(INPUTS),
                target,
                isVarying ? targets(attack, train.classes()) : null,
                clean.validation(),
                clean.test(),
                seed,
                planted.adversarialIds(),
                planted.coverIds(),
                copy.renamed(),
                poisoned / train.size(),
                ofTarget == 0 ? null : (Double) (poisoned / ofTarget),
                gate,
                files);
    }

    private static Map<String, String> digests(Path directory) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(directory)) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        Map<String, String> digests = new TreeMap<>();
        for (Path file : files) {
            digests.put(
                    directory
                            .relativize(file)
                            .toString()
                            .replace(file.getFileSystem().getSeparator(), "/"),
                    Digests.sha256(file));
        }
        return digests;
    }

    private static List<Integer> targets(Attack attack, int classes) {
        return IntStream.range(0, classes).mapToObj(attack::targetOf).toList();
    }

    private static Dataset renamed(Dataset attacked) {
        return attacked.withIds(attacked.ids().stream().map(id -> id + SUFFIX).toList());
    }

    private static DataSpec absolute(DataSpec source) {
        return source.path().isEmpty()
                ? source
                : new DataSpec(
                        source.scheme(),
                        Path.of(source.path()).toAbsolutePath().normalize().toString(),
                        source.options());
    }
}
