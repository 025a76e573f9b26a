package org.expunge.defense.certify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.data.RowHasher;
import org.expunge.influence.data.Shape;
import org.expunge.influence.io.AtomicFiles;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Digests;
import org.expunge.influence.io.Json;
import org.expunge.influence.io.WriterLock;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.dl4j.Dl4jZip;
import org.expunge.influence.retraining.Retrainings;
import org.expunge.influence.training.Recipe;

/**
 * An ensemble on disk: {@code members/000.zip} and so on, DL4J models, each with {@code 000.json} beside it for its
 * normalisation, and {@code certificate.json}, the last file written.
 *
 * <p>It is trained into {@code NAME.partial}, where each member appears complete, and gets its name once all are there:
 * a training that was killed goes on with the members that are missing.
 */
public final class EnsembleFolder {
    /** The file that makes the folder complete. */
    public static final String CERTIFICATE = "certificate.json";

    private static final String PLAN = "plan.json";
    private static final String MEMBERS = "members";
    private static final String LOCK = "lock";

    /** What must be the same for members to be of one ensemble. */
    private record Identity(EnsemblePlan plan, String recipe, String rowsDigest) {
        static Identity of(EnsemblePlan plan, Recipe recipe, Dataset raw) {
            List<String> contents = RowHasher.withKey(new byte[RowHasher.KEY_BYTES]).hashAll(raw).stream()
                    .sorted()
                    .toList();
            return new Identity(
                    plan,
                    recipe.toYaml(),
                    Digests.sha256(String.join("\n", contents).getBytes(StandardCharsets.UTF_8)));
        }
    }

    /** What is written beside a member's model. */
    private record MemberFile(int rows, boolean hasModel, Normalizer normalizer) {}

    /** Told of each member that is there. */
    @FunctionalInterface
    public interface MemberListener {
        /** Counts one more. */
        void onMember(int done, int members);
    }

    private final EnsembleCertificate certificate;
    private final PartitionEnsemble ensemble;

    private EnsembleFolder(EnsembleCertificate certificate, PartitionEnsemble ensemble) {
        this.certificate = certificate;
        this.ensemble = ensemble;
    }

    /** Returns whether there is a finished ensemble. */
    public static boolean isAt(Path folder) {
        return Files.isRegularFile(folder.resolve(CERTIFICATE));
    }

    /**
     * Trains an ensemble into a folder, or goes on with one that was killed.
     *
     * @param out the folder to appear, complete
     * @param engine where to compute; stays the caller's to close
     * @param recipe the network and how to train it; its rows are not used
     * @param raw training rows with classes, before normalisation
     * @param test rows to report on, before normalisation, at least 1
     * @param plan how the rows are shared out
     * @param listener told of each member
     * @return the ensemble
     * @throws java.nio.file.FileAlreadyExistsException if {@code out} exists
     * @throws BadInputException if {@code NAME.partial} is of another ensemble
     * @throws IOException if something cannot be read or written; {@code out} then does not exist
     */
    public static EnsembleFolder build(
            Path out,
            Engine engine,
            Recipe recipe,
            Dataset raw,
            Dataset test,
            EnsemblePlan plan,
            MemberListener listener)
            throws IOException {
        AtomicFiles.refuseExisting(out);
        MemberTraining training = new MemberTraining(recipe, raw, plan.aggregation(), plan.seed());
        Identity identity = Identity.of(plan, recipe, raw);
        Path partial = out.resolveSibling(out.getFileName() + ".partial");
        Files.createDirectories(partial.resolve(MEMBERS));
        Path lock = partial.resolve(LOCK);
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            WriterLock.take(channel, partial);
            begin(partial, identity);
            try {
                trainAll(partial, engine, training, plan.aggregation().members(), listener);
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
            finish(partial, engine, identity, raw, test);
            Files.delete(lock);
        }
        AtomicFiles.publish(partial, out);
        return open(out);
    }

    private static void begin(Path partial, Identity identity) throws IOException {
        Path file = partial.resolve(PLAN);
        if (!Files.exists(file)) {
            Json.write(file, identity);
        } else if (!Json.read(file, Identity.class).equals(identity)) {
            throw new BadInputException(
                    partial,
                    "holds an unfinished ensemble of another recipe, plan or rows; delete it or choose another output"
                            + " directory");
        }
    }

    private static void trainAll(
            Path partial, Engine engine, MemberTraining training, int members, MemberListener listener) {
        boolean[] isDone = new boolean[members];
        Retrainings.forEach(engine, members, (single, m) -> {
            try {
                if (!Files.exists(description(partial, m))) {
                    write(partial, m, training.train(single, m));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            synchronized (isDone) {
                isDone[m] = true;
                int done = 0;
                for (boolean one : isDone) {
                    done += one ? 1 : 0;
                }
                listener.onMember(done, members);
            }
        });
    }

    private static void write(Path folder, int number, EnsembleMember member) throws IOException {
        Model model = member.model();
        if (model != null) {
            Dl4jZip.write(model(folder, number), model);
        }
        Json.write(description(folder, number), new MemberFile(member.rows(), model != null, member.normalizer()));
    }

    private static void finish(Path folder, Engine engine, Identity identity, Dataset raw, Dataset test)
            throws IOException {
        Shape shape = raw.shape();
        PartitionEnsemble ensemble = read(folder, identity.plan(), shape, raw.classes());
        Map<String, String> digests = new TreeMap<>();
        for (int m = 0; m < ensemble.members(); m++) {
            for (Path file : List.of(description(folder, m), model(folder, m))) {
                if (Files.exists(file)) {
                    digests.put(MEMBERS + "/" + file.getFileName(), Digests.sha256(file));
                }
            }
        }
        EnsembleCertificate certificate = new EnsembleCertificate(
                EnsembleCertificate.FORMAT,
                identity.plan().method(),
                identity.plan(),
                identity.recipe(),
                identity.rowsDigest(),
                raw.size(),
                shape,
                raw.classes(),
                ensemble.constantMembers(),
                ensemble.memberRows(),
                EnsembleCertificate.COVERS,
                engine.compute().name(),
                CertifiedAccuracy.of(ensemble.certify(engine, test), test, CertifiedAccuracy.RADII),
                digests);
        Json.write(folder.resolve(CERTIFICATE), certificate);
    }

    /**
     * Opens a finished ensemble and checks its files against their digests.
     *
     * @param folder the folder
     * @return the ensemble
     * @throws BadInputException if it is no finished ensemble, or a file is missing or has changed; the message names
     *     it
     * @throws IOException if a file cannot be read
     */
    public static EnsembleFolder open(Path folder) throws IOException {
        if (!isAt(folder)) {
            throw new BadInputException(
                    folder,
                    "is no finished ensemble: it has no " + CERTIFICATE
                            + "; an unfinished one goes on when the same command is given again");
        }
        EnsembleCertificate certificate = Json.read(folder.resolve(CERTIFICATE), EnsembleCertificate.class);
        if (certificate.format() != EnsembleCertificate.FORMAT) {
            throw new BadInputException(
                    folder.resolve(CERTIFICATE),
                    "has format " + certificate.format() + " but this version reads format "
                            + EnsembleCertificate.FORMAT);
        }
        for (Map.Entry<String, String> entry : certificate.digests().entrySet()) {
            checkDigest(folder.resolve(entry.getKey()), entry.getValue());
        }
        return new EnsembleFolder(
                certificate, read(folder, certificate.plan(), certificate.shape(), certificate.classes()));
    }

    private static void checkDigest(Path file, String digest) throws IOException {
        try {
            if (!Digests.sha256(file).equals(digest)) {
                throw new BadInputException(file, "has changed since the ensemble was made; make it again");
            }
        } catch (NoSuchFileException e) {
            throw new BadInputException(file.toString(), "is missing; restore it or make the ensemble again", e);
        }
    }

    private static PartitionEnsemble read(Path folder, EnsemblePlan plan, Shape shape, int classes) throws IOException {
        Aggregation aggregation = plan.aggregation();
        List<EnsembleMember> members = new ArrayList<>();
        for (int m = 0; m < aggregation.members(); m++) {
            MemberFile file = Json.read(description(folder, m), MemberFile.class);
            Model model =
                    file.hasModel() ? Dl4jZip.read(model(folder, m), shape).model() : null;
            members.add(new EnsembleMember(file.rows(), file.normalizer(), model));
        }
        return new PartitionEnsemble(aggregation, members, classes);
    }

    private static Path model(Path folder, int member) {
        return folder.resolve(MEMBERS).resolve(String.format(Locale.ROOT, "%03d.zip", member));
    }

    private static Path description(Path folder, int member) {
        return folder.resolve(MEMBERS).resolve(String.format(Locale.ROOT, "%03d.json", member));
    }

    /** Returns what the folder says of itself. */
    public EnsembleCertificate certificate() {
        return certificate;
    }

    /** Returns the members. */
    public PartitionEnsemble ensemble() {
        return ensemble;
    }

    /**
     * Says whether this is what {@link #build} would make.
     *
     * @param recipe the recipe
     * @param raw training rows before normalisation
     * @param plan how the rows are shared out
     */
    public boolean isOf(Recipe recipe, Dataset raw, EnsemblePlan plan) {
        return new Identity(certificate.plan(), certificate.recipe(), certificate.rowsDigest())
                .equals(Identity.of(plan, recipe, raw));
    }
}
