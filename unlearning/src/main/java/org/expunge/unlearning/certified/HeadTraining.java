package org.expunge.unlearning.certified;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.data.Partition;
import org.expunge.influence.io.Json;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.dl4j.Dl4jUpdater;
import org.expunge.influence.network.dl4j.Dl4jZip;
import org.expunge.influence.training.Checkpoint;
import org.expunge.influence.training.ModelRecipe;
import org.expunge.influence.training.Recipe;
import org.expunge.influence.training.RunInfo;
import org.expunge.influence.training.RunWriter;
import org.expunge.influence.training.TrainingRun;

/**
 * Trains a certified head on a frozen trunk and writes the run.
 *
 * <p><b>Cost.</b> One forward pass a row, and {@link CertifiedHead#train}.
 */
public final class HeadTraining {
    private final Engine engine;
    private final SecretNoise noise;

    /**
     * Makes the training.
     *
     * @param engine where it runs; stays the caller's to close
     * @param noise where noise comes from; {@link SecretNoise#secure} for what is to be published
     */
    public HeadTraining(Engine engine, SecretNoise noise) {
        this.engine = engine;
        this.noise = noise;
    }

    /**
     * Trains on the rows' own numbers.
     *
     * @param out the run to appear, complete
     * @param recipe the rows and their normalisation; nothing else of it is used
     * @param options how
     * @return the run
     * @throws IllegalArgumentException if the rows cannot be trained on
     * @throws IOException if something cannot be read or written; {@code out} then does not exist
     */
    public CertifiedRun withoutTrunk(Path out, Recipe recipe, HeadOptions options) throws IOException {
        Partition raw = recipe.data().load(recipe.seeds());
        Normalizer normalizer = Normalizer.fit(raw.train(), recipe.data().normalization());
        FrozenTrunk trunk = FrozenTrunk.none(raw.train().shape());
        TrunkProvenance provenance =
                TrunkProvenance.none(raw.train(), recipe.data().normalization());
        return train(out, recipe, options, new Rows(raw, normalizer), trunk, provenance);
    }

    /**
     * Trains on what a run's network makes of the rows before its last layer. The rows are laid out and normalised as
     * that run's.
     *
     * @param out the run to appear, complete
     * @param recipe the rows; nothing else of it is used
     * @param options how
     * @param trunk the run; not one with a certified head
     * @param isPublic whether the user vouches for the trunk's data being public
     * @return the run
     * @throws IllegalArgumentException if the rows do not fit the trunk or cannot be trained on
     * @throws IOException if something cannot be read or written; {@code out} then does not exist
     */
    public CertifiedRun onRun(Path out, Recipe recipe, HeadOptions options, TrainingRun trunk, boolean isPublic)
            throws IOException {
        checkArgument(
                !CertifiedRun.isOne(trunk),
                "run %s has a certified head; name the run that its trunk was taken from",
                trunk.path());
        Partition raw = recipe.data().load(recipe.seeds(), trunk.layout());
        TrunkProvenance provenance = TrunkProvenance.ofRun(
                trunk, isPublic, raw.train(), recipe.data().source());
        Rows rows = new Rows(raw, trunk.normalizer());
        return train(out, recipe, options, rows, FrozenTrunk.of(trunk.model()), provenance);
    }

    /**
     * Trains on what the network of a model file makes of the rows before its last layer.
     *
     * @param out the run to appear, complete
     * @param recipe the rows and the normalisation that the model expects
     * @param options how
     * @param file the DL4J model zip
     * @param isPublic whether the user vouches for the model's data being public
     * @return the run
     * @throws IllegalArgumentException if the rows do not fit the trunk or cannot be trained on
     * @throws IOException if something cannot be read or written; {@code out} then does not exist
     */
    public CertifiedRun onFile(Path out, Recipe recipe, HeadOptions options, Path file, boolean isPublic)
            throws IOException {
        Partition raw = recipe.data().load(recipe.seeds());
        Normalizer normalizer = Normalizer.fit(raw.train(), recipe.data().normalization());
        Model model = Dl4jZip.read(file, raw.train().shape()).model();
        TrunkProvenance provenance = TrunkProvenance.ofFile(
                file, isPublic, raw.train(), recipe.data().normalization());
        return train(out, recipe, options, new Rows(raw, normalizer), FrozenTrunk.of(model), provenance);
    }

    private record Rows(Partition raw, Normalizer normalizer) {
        Dataset train() {
            return normalizer.apply(raw.train());
        }
    }

    private CertifiedRun train(
            Path out, Recipe recipe, HeadOptions options, Rows rows, FrozenTrunk trunk, TrunkProvenance provenance)
            throws IOException {
        HeadRows headRows = HeadRows.of(trunk.features(engine, rows.train()));
        CertifiedHead head = CertifiedHead.train(engine, headRows, options, noise);
        HeadState state = head.state();
        String secret = Json.text(state);
        int outputs = rows.train().targets().width();
        Model model = trunk.withHead(options, state.classes(), outputs, state.released());
        Model empty = trunk.withHead(
                options, state.classes(), outputs, new double[state.w().size()]);
        Path start = Files.createTempFile("expunge-head", ".zip");
        try {
            Dl4jZip.write(start, empty, Dl4jUpdater.sgd(1));
            Recipe made = recipe.withModel(ModelRecipe.ofFile(start))
                    .withTraining(recipe.training().withL2(options.lambda()));
            RunWriter writer = new RunWriter(
                    made.withAbsoluteSource(),
                    rows.raw(),
                    rows.normalizer(),
                    List.of(new Checkpoint(0, 0, 0, rows.train().size(), model)),
                    List.of(),
                    new RunInfo.Origin(CertifiedRun.METHOD, "", "", 0),
                    CertifiedRun.notes(Certificate.of(head, provenance), secret));
            HeadFiles.publish(out, secret, folder -> writer.write(folder, engine));
        } finally {
            Files.deleteIfExists(start);
        }
        return CertifiedRun.open(TrainingRun.open(out));
    }
}
