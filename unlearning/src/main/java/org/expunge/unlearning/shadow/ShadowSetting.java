package org.expunge.unlearning.shadow;

import static com.google.common.base.Preconditions.checkArgument;

import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.TreeMap;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.io.Digests;
import org.expunge.influence.score.InputDigests;
import org.expunge.influence.training.TrainingResult;
import org.expunge.unlearning.UnlearningMethod;

/**
 * What shadow models are made of. Serves many threads at once.
 *
 * @param base B, rows that every model is trained on; at least 1
 * @param candidates C, rows that half of the models are trained on and forget; at least 4, with other ids
 * @param validation rows for early stopping and for the method to decide by
 * @param test rows that tell what forgetting costs; at least 1
 * @param training trains from scratch
 * @param subject the method under audit
 * @param identity what {@code training} and {@code subject} are, for the cache: the same text only for the same bits
 */
public record ShadowSetting(
        Dataset base,
        Dataset candidates,
        Dataset validation,
        Dataset test,
        Training training,
        Subject subject,
        String identity) {
    /** Trains from scratch. */
    @FunctionalInterface
    public interface Training {
        /** Trains on an engine of one worker; the same bits for the same arguments. */
        TrainingResult train(Engine engine, Dataset train, Dataset validation, long seed);
    }

    /** Makes the method under audit. */
    @FunctionalInterface
    public interface Subject {
        /**
         * Makes it.
         *
         * @param engine with one worker
         * @param seed of the training that made the model, for methods that train
         */
        UnlearningMethod on(Engine engine, long seed);
    }

    /** Checks the sizes. */
    public ShadowSetting {
        checkArgument(base.size() >= 1, "shadow models need rows that are never forgotten, got none");
        checkArgument(candidates.size() >= 4, "at least 4 candidate rows are needed, got %s", candidates.size());
        checkArgument(
                candidates.classes() > 0, "%s has no classes, and attacks on single rows need them", candidates.name());
        checkArgument(test.size() >= 1, "%s has no rows to test on", test.name());
    }

    /** What measurements depend on beside runs and seeds. */
    SortedMap<String, String> digests() {
        SortedMap<String, String> digests = new TreeMap<>();
        digests.put("base", InputDigests.of(base));
        digests.put("candidates", InputDigests.of(candidates));
        digests.put("validation", InputDigests.of(validation));
        digests.put("test", InputDigests.of(test));
        digests.put("identity", Digests.sha256(identity.getBytes(StandardCharsets.UTF_8)));
        return digests;
    }
}
