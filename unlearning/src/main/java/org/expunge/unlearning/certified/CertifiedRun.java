package org.expunge.unlearning.certified;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.core.type.TypeReference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Digests;
import org.expunge.influence.io.Json;
import org.expunge.influence.network.Model;
import org.expunge.influence.training.Derivation;
import org.expunge.influence.training.TrainingRun;
import org.jspecify.annotations.Nullable;

/**
 * A run whose model is a frozen trunk with a certified head, and that forgets rows. Any command reads the run; its
 * {@code run.json} holds the certificate. The head without noise is in {@code head.state}, which only its owner can
 * read: whoever has that file sees through the noise.
 *
 * <p><b>Cost.</b> A deletion computes the features of all rows once, factors the Hessian once, and takes some passes
 * over the features.
 */
public final class CertifiedRun {
    /** The file with the secret. */
    public static final String STATE = "head.state";

    /** The name that the deletion has in commands and reports. */
    public static final String METHOD = "certified-head";

    private static final String NOTE = "certifiedHead";

    private final TrainingRun run;
    private final Note note;
    private final HeadState state;

    /**
     * What {@code run.json} says.
     *
     * @param certificate what is claimed
     * @param state SHA-256 of the secret
     */
    private record Note(Certificate certificate, String state) {}

    /**
     * What a request came to.
     *
     * @param deletion how it went
     * @param certificate what is claimed of the head after it; null where it was refused
     * @param run the run that was written; null where the request was refused, or only planned
     */
    public record Forgotten(
            HeadDeletion deletion,
            @Nullable Certificate certificate,
            @Nullable TrainingRun run) {}

    private CertifiedRun(TrainingRun run, Note note, HeadState state) {
        this.run = run;
        this.note = note;
        this.state = state;
    }

    /** Returns whether a run has a certified head. */
    public static boolean isOne(TrainingRun run) {
        return run.info().notes().containsKey(NOTE);
    }

    /**
     * Opens the secret of a run.
     *
     * @param run a run with a certified head
     * @return the run
     * @throws IllegalArgumentException if it has none
     * @throws BadInputException if the secret is missing or is not that of the run
     * @throws IOException if it cannot be read
     */
    public static CertifiedRun open(TrainingRun run) throws IOException {
        checkArgument(isOne(run), "run %s has no certified head", run.path());
        Note note = Json.mapper().convertValue(run.info().notes().get(NOTE), Note.class);
        Path file = run.path().resolve(STATE);
        if (!Files.isRegularFile(file)) {
            throw new BadInputException(
                    file, "is missing, and without it the head cannot forget; restore it or train the head anew");
        }
        byte[] bytes = Files.readAllBytes(file);
        if (!Digests.sha256(bytes).equals(note.state())) {
            throw new BadInputException(file, "has changed since the run was made; restore it or train the head anew");
        }
        HeadState state = Json.parse(new String(bytes, StandardCharsets.UTF_8), HeadState.class, file.toString());
        return new CertifiedRun(run, note, state);
    }

    /** Returns the run as any other. */
    public TrainingRun run() {
        return run;
    }

    /** Returns what is claimed of the head. */
    public Certificate certificate() {
        return note.certificate();
    }

    /** Returns the files to shred once a head that forgot more has taken this one's place. */
    public List<Path> secrets() {
        return List.of(run.path().resolve(STATE));
    }

    /**
     * Says how a deletion would go; nothing is changed.
     *
     * @param ids training rows that remain
     * @param principal who asks; empty if nobody's share is to be watched
     * @param engine where it runs
     * @return how it would go
     * @throws IllegalArgumentException if an id is unknown or no row would remain
     */
    public HeadDeletion plan(Collection<String> ids, String principal, Engine engine) {
        return head(engine, SecretNoise.reproducible(0)).delete(ids, principal);
    }

    /**
     * Forgets rows and writes the run that comes after, in one piece.
     *
     * @param ids training rows that remain
     * @param held validation and test rows to take out of the run's lists with them; may be empty
     * @param principal who asks; empty if nobody's share is to be watched
     * @param staged the folder to appear; none does where the request is refused
     * @param engine where it runs
     * @param noise where new noise comes from; {@link SecretNoise#secure} for what is to be published
     * @return what it came to
     * @throws IllegalArgumentException if an id is unknown or no row would remain
     * @throws IOException if something cannot be read or written; {@code staged} then does not exist
     */
    public Forgotten forget(
            Collection<String> ids,
            Collection<String> held,
            String principal,
            Path staged,
            Engine engine,
            SecretNoise noise)
            throws IOException {
        CertifiedHead head = head(engine, noise);
        HeadDeletion deletion = head.delete(ids, principal);
        if (!deletion.isDone()) {
            return new Forgotten(deletion, null, null);
        }
        Certificate certificate = Certificate.of(head, note.certificate().trunk());
        Set<String> removed = new TreeSet<>(ids);
        removed.addAll(held);
        String secret = Json.text(head.state());
        Map<String, Object> notes = new HashMap<>(run.info().notes());
        notes.put(NOTE, note(certificate, secret));
        Derivation derivation =
                Derivation.of("forget by " + METHOD, removed, model(head.state()), run.normalizer(), notes);
        TrainingRun next = HeadFiles.publish(staged, secret, folder -> run.derive(folder, derivation, engine));
        return new Forgotten(deletion, certificate, next);
    }

    private CertifiedHead head(Engine engine, SecretNoise noise) {
        Dataset features = FrozenTrunk.of(run.model()).features(engine, run.train());
        return CertifiedHead.resume(engine, HeadRows.of(features), state, noise);
    }

    private Model model(HeadState next) {
        return FrozenTrunk.of(run.model())
                .withHead(next.options(), next.classes(), run.model().network().outputs(), next.released());
    }

    /** Returns what a run says of its head. */
    static Map<String, Object> notes(Certificate certificate, String secret) {
        return Map.of(NOTE, note(certificate, secret));
    }

    private static Map<String, Object> note(Certificate certificate, String secret) {
        Note note = new Note(certificate, Digests.sha256(secret.getBytes(StandardCharsets.UTF_8)));
        return Json.mapper().convertValue(note, new TypeReference<Map<String, Object>>() {});
    }
}
