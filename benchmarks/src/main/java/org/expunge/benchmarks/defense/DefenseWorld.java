package org.expunge.benchmarks.defense;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.expunge.defense.attack.Attack;
import org.expunge.defense.attack.AttackGate;
import org.expunge.defense.attack.PlantedAttack;
import org.expunge.defense.model.InputScore;
import org.expunge.defense.model.ParameterScaling;
import org.expunge.defense.model.ScaleUp;
import org.expunge.defense.model.Strip;
import org.expunge.defense.model.ValueRange;
import org.expunge.defense.sanitize.Training;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.data.Partition;
import org.expunge.influence.network.Model;
import org.expunge.influence.training.Evaluator;
import org.expunge.influence.training.Retrainer;
import org.expunge.influence.training.TrainingResult;

/** One seed's rows and models, with an attack planted or without. All rows are normalised. */
final class DefenseWorld implements Training {
    private static final int STREAM_CLEAN = 300;
    private static final int STREAM_ATTACKED = 40;
    private static final String MARK = "-attacked";

    private final Evaluator evaluator;
    private final Retrainer retrainer;
    private final long seed;
    private final Attack attack;
    private final boolean isPlanted;
    private final Dataset train;
    private final Dataset validation;
    private final Dataset test;
    private final Dataset attacked;
    private final Dataset cleanTest;
    private final Dataset cleanAttacked;
    private final Optional<ValueRange> ranges;
    private final Dataset stream;
    private final Set<String> plantedIds;
    private final Set<String> coverIds;
    private final TrainingResult first;
    private final Model cleanModel;

    /**
     * Draws rows, plants the attack and trains.
     *
     * @param maker the attack; where it plants nothing, the stream holds clean rows alone
     */
    DefenseWorld(Engine engine, DefenseSetting setting, AttackMaker maker, boolean isPlanted, long seed)
            throws IOException {
        this.evaluator = new Evaluator(engine);
        this.retrainer = new Retrainer(engine, setting.recipe());
        this.seed = seed;
        this.isPlanted = isPlanted;
        Partition parts = setting.rows().draw(seed);
        Normalizer cleanScale = Normalizer.fit(parts.train(), setting.scale());
        this.cleanModel = retrainer
                .retrain(cleanScale.apply(parts.train()), cleanScale.apply(parts.validation()), seed)
                .model();
        this.attack = maker.make(new AttackMaker.Victim(engine, parts, cleanModel, cleanScale, setting.folder(), seed));
        PlantedAttack planted = attack.plant(parts.train());
        this.plantedIds = isPlanted ? new HashSet<>(planted.adversarialIds()) : Set.of();
        this.coverIds = isPlanted ? new HashSet<>(planted.coverIds()) : Set.of();
        Dataset raw = isPlanted ? planted.train() : parts.train();
        Normalizer scale = Normalizer.fit(raw, setting.scale());
        this.ranges = raw.words().isPresent() ? Optional.empty() : Optional.of(ValueRange.of(raw, scale));
        this.train = scale.apply(raw);
        this.validation = scale.apply(parts.validation());
        this.test = scale.apply(parts.test());
        Dataset rawAttacked = attack.attackInputs(parts.test());
        Dataset all = scale.apply(rawAttacked);
        int sentRows = all.size() < 2 ? all.size() : Math.min(STREAM_ATTACKED, all.size() / 2);
        Dataset sent = first(all, sentRows);
        int[] kept = IntStream.range(all.size() < 2 ? 0 : sentRows, all.size()).toArray();
        this.attacked = all.select(kept);
        this.cleanTest = cleanScale.apply(parts.test());
        this.cleanAttacked = cleanScale.apply(rawAttacked.select(kept));
        Dataset clean = first(test, STREAM_CLEAN);
        this.stream = isPlanted
                ? clean.concat(
                        sent.withIds(sent.ids().stream().map(id -> id + MARK).toList()))
                : first(test, STREAM_CLEAN + STREAM_ATTACKED);
        this.first = train(train);
    }

    @Override
    public TrainingResult train(Dataset rows) {
        return retrainer.retrain(rows, validation, seed);
    }

    int[] predict(Model model, Dataset data) {
        return evaluator.evaluate(model, data).predictedLabels();
    }

    double accuracy(Model model) {
        return accuracy(model, test);
    }

    private double accuracy(Model model, Dataset rows) {
        return evaluator.evaluate(model, rows).accuracy();
    }

    /**
     * Share of attacked inputs that are taken for what the attacker wants, over those that are not in the stream; a
     * single victim is in both.
     */
    double attackSuccess(Model model) {
        return attackSuccess(model, attacked);
    }

    private double attackSuccess(Model model, Dataset inputs) {
        if (inputs.size() == 0) {
            return Double.NaN;
        }
        int[] predicted = predict(model, inputs);
        return IntStream.range(0, predicted.length)
                        .filter(i -> predicted[i] == attack.targetOf(inputs.label(i)))
                        .count()
                / (double) predicted.length;
    }

    /** The model trained on clean rows sees inputs as its own rows were scaled: a vocabulary differs with the rows. */
    AttackGate gate() {
        return new AttackGate(
                attackSuccess(first.model()),
                attackSuccess(cleanModel, cleanAttacked),
                accuracy(first.model()),
                accuracy(cleanModel, cleanTest));
    }

    /** Says in words whether the attack may be defended against, and why not. */
    String verdict() {
        if (plantedIds.isEmpty()) {
            return "nothing planted";
        }
        AttackGate gate = gate();
        return gate.holds() ? "holds" : gate.verdict();
    }

    /** Scores that ask the model alone; IBD-PSC only of networks that normalise batches, and none of text. */
    List<InputScore> inputScores(Engine engine) {
        Model model = first.model();
        List<InputScore> scores = new ArrayList<>();
        ranges.ifPresent(range -> {
            scores.add(new Strip(engine, model, validation, Strip.Options.DEFAULT));
            scores.add(new ScaleUp(engine, model, range, ScaleUp.Options.DEFAULT));
        });
        if (ParameterScaling.appliesTo(model.network())) {
            scores.add(new ParameterScaling(engine, model, validation, ParameterScaling.Options.DEFAULT));
        }
        return scores;
    }

    /** Says which inputs of the stream are attacked by planted rows and taken for what the attacker wants. */
    boolean[] targets() {
        int[] predicted = predict(first.model(), stream);
        boolean[] targets = new boolean[stream.size()];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = !plantedIds.isEmpty()
                    && stream.id(i).endsWith(MARK)
                    && predicted[i] == attack.targetOf(stream.label(i));
        }
        return targets;
    }

    /** Says which training rows are adversarial. */
    boolean[] adversarial() {
        boolean[] is = new boolean[train.size()];
        for (int i = 0; i < is.length; i++) {
            is[i] = plantedIds.contains(train.id(i));
        }
        return is;
    }

    /** Share of removed rows among adversarial rows, in percent. */
    double adversarialRemoved(List<String> removed) {
        return 100.0 * removed.stream().filter(plantedIds::contains).count() / Math.max(1, plantedIds.size());
    }

    /** Share of removed rows among rows that are neither adversarial nor covers, in percent. */
    double cleanRemoved(List<String> removed) {
        long clean = removed.stream()
                .filter(id -> !plantedIds.contains(id) && !coverIds.contains(id))
                .count();
        return 100.0 * clean / (train.size() - plantedIds.size() - coverIds.size());
    }

    /** Share of removed rows among covers and bystanders, in percent; NaN where there are none. */
    double coversRemoved(List<String> removed) {
        return 100.0 * removed.stream().filter(coverIds::contains).count() / coverIds.size();
    }

    /** Share of adversarial rows among training rows of the labels that they carry. */
    double classPrior() {
        boolean[] adversarial = adversarial();
        Set<Integer> labels = new HashSet<>();
        IntStream.range(0, train.size()).filter(i -> adversarial[i]).forEach(i -> labels.add(train.label(i)));
        long rows = IntStream.range(0, train.size())
                .filter(i -> labels.contains(train.label(i)))
                .count();
        return plantedIds.size() / (double) Math.max(1, rows);
    }

    boolean isPlanted() {
        return isPlanted;
    }

    Dataset train() {
        return train;
    }

    Dataset validation() {
        return validation;
    }

    Dataset stream() {
        return stream;
    }

    TrainingResult first() {
        return first;
    }

    Model cleanModel() {
        return cleanModel;
    }

    Set<String> plantedIds() {
        return plantedIds;
    }

    int plantedRows() {
        return plantedIds.size();
    }

    private static Dataset first(Dataset data, int most) {
        return data.select(IntStream.range(0, Math.min(most, data.size())).toArray());
    }
}
