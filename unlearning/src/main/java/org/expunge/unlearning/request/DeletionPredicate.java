package org.expunge.unlearning.request;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.expunge.unlearning.Guarantee;
import org.jspecify.annotations.Nullable;

/**
 * What is claimed of the model that came out of a batch. A deletion is a build: parameters and old model in, new model
 * out.
 *
 * <p><b>Source.</b> SLSA Provenance v1 for {@code buildDefinition} and {@code runDetails}; the rest is ours.
 *
 * @param buildDefinition what went in: enough to do it again
 * @param runDetails who did it, when, and what came out beside the model
 * @param batch what was asked
 * @param method how it was done
 * @param guarantee figures of a proof; null where nothing is proved by figures
 * @param utility what the model is worth before and after
 * @param verification what each gate says
 * @param limits what this evidence cannot show
 * @param decision why the model was published
 * @param approver who approved it; null if nobody was named
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DeletionPredicate(
        BuildDefinition buildDefinition,
        RunDetails runDetails,
        Batch batch,
        Method method,
        @Nullable Map<String, Double> guarantee,
        Utility utility,
        List<GateLine> verification,
        List<String> limits,
        String decision,
        @Nullable String approver) {

    /** Copies the lists. */
    public DeletionPredicate {
        verification = List.copyOf(verification);
        limits = List.copyOf(limits);
    }

    /**
     * What went in.
     *
     * @param buildType what kind of build this is
     * @param externalParameters what the operator chose: the method and its options
     * @param internalParameters what the program chose: backend, threads, tile
     * @param resolvedDependencies the old run, its model and the code
     */
    public record BuildDefinition(
            String buildType,
            ExternalParameters externalParameters,
            InternalParameters internalParameters,
            List<Resource> resolvedDependencies) {
        /** The kind of build that this version does. */
        public static final String TYPE = "https://expunge.org/build/forget/v1";
    }

    /**
     * What the operator chose.
     *
     * @param method name of the method
     * @param options the options that were given, as on the command line
     * @param references models retrained for verification
     * @param acceptsInconclusive whether an inconclusive verification was to be accepted
     */
    public record ExternalParameters(
            String method, Map<String, String> options, int references, boolean acceptsInconclusive) {}

    /**
     * Where it ran.
     *
     * @param backend the arithmetic
     * @param threads worker threads
     * @param tile examples that a worker takes at a time
     */
    public record InternalParameters(String backend, int threads, int tile) {}

    /**
     * A thing by its digest.
     *
     * @param name what it is
     * @param digest by algorithm
     */
    public record Resource(String name, Map<String, String> digest) {
        /** Names a thing by its SHA-256. */
        public static Resource of(String name, String sha256) {
            return new Resource(name, Map.of("sha256", sha256));
        }
    }

    /**
     * Who did it and when.
     *
     * @param builder the program
     * @param metadata when
     * @param byproducts what came out beside the model
     */
    public record RunDetails(Builder builder, Metadata metadata, List<Resource> byproducts) {}

    /**
     * The program.
     *
     * @param id its name
     * @param version of the program and of Java
     */
    public record Builder(String id, Map<String, String> version) {}

    /**
     * When.
     *
     * @param invocationId the batch
     * @param startedOn UTC, ISO 8601
     * @param finishedOn UTC, ISO 8601
     */
    public record Metadata(String invocationId, String startedOn, String finishedOn) {}

    /**
     * What was asked.
     *
     * @param id name of the batch
     * @param requests ids of the requests
     * @param rows training rows that were removed
     * @param heldRows validation and test rows that were taken out of the run's lists
     * @param beforeRoot Merkle root over the keyed hashes of the training rows before
     * @param afterRoot the same after
     */
    public record Batch(
            String id, List<String> requests, int rows, int heldRows, String beforeRoot, String afterRoot) {}

    /**
     * How it was done.
     *
     * @param name of the method
     * @param guarantee what it promises
     */
    public record Method(String name, @JsonProperty("class") Guarantee guarantee) {}

    /**
     * What the model is worth: losses, and accuracies where there are classes.
     *
     * @param before the model before
     * @param after the model after
     */
    public record Utility(Map<String, Double> before, Map<String, Double> after) {}

    /**
     * What a gate says. Its figures are in the run's own verification: on few rows they would be figures of a person.
     *
     * @param gate its name
     * @param verdict pass, fail or inconclusive
     */
    public record GateLine(String gate, String verdict) {}
}
