package org.expunge.benchmarks.defense;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.LoadedData;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.data.Partition;
import org.expunge.influence.data.RowSample;
import org.expunge.influence.data.StratifiedSplit;
import org.expunge.influence.data.Targets;
import org.expunge.influence.training.Recipe;

/**
 * Real rows, a network and a way to train it.
 *
 * @param name as in tables
 * @param folder of data that are not embedded
 * @param rows draws training, validation and test rows, raw
 * @param scale how they are normalised
 * @param recipe how models are trained; its data part is not used
 */
record DefenseSetting(String name, String folder, Rows rows, Normalizer.Options scale, Recipe recipe) {
    private static final int MNIST_TRAIN = 10_000;
    private static final int MNIST_VALIDATION = 500;
    private static final int MNIST_TEST = 3_000;
    private static final int CENSUS_TRAIN = 6_000;
    private static final int CENSUS_VALIDATION = 1_000;
    private static final int CENSUS_TEST = 3_000;
    private static final int AEROPLANE = 0;
    private static final int FROG = 6;
    private static final double CIFAR_VALIDATION = 0.1;
    private static final double SENTENCE_VALIDATION = 0.1;

    /** Draws rows. */
    @FunctionalInterface
    interface Rows {
        /** Returns the rows of a seed. */
        Partition draw(long seed) throws IOException;
    }

    /**
     * Opens settings by name.
     *
     * @param names {@code digits}, {@code adaptive} (digits, attacked by one who knows the defense),
     *     {@code breast-cancer}, {@code bag-of-words}, or those that need a folder: {@code adult}, {@code mnist},
     *     {@code cifar}, {@code sst2}, {@code fsdd}
     * @param folder of data that are not embedded
     */
    static List<DefenseSetting> of(String names, String folder) throws IOException {
        return Arrays.stream(names.split(",")).map(name -> one(name, folder)).toList();
    }

    private static DefenseSetting one(String name, String folder) {
        return switch (name) {
            case "digits", "adaptive" -> embedded(name, "digits", "scale:16", digitsRecipe());
            case "breast-cancer" -> embedded(name, name, "standardize", mlp("[32, 16]", 0.1, 30));
            case "adult" ->
                new DefenseSetting(
                        name,
                        folder,
                        seed -> census(folder, seed),
                        Normalizer.Options.parse("standardize"),
                        mlp("[32, 16]", 0.1, 10));
            case "bag-of-words" ->
                new DefenseSetting(
                        name, folder, BagOfWords::draw, Normalizer.Options.parse("none"), mlp("[32]", 0.1, 20));
            case "mnist" ->
                new DefenseSetting(
                        name,
                        folder,
                        seed -> mnist(folder, seed),
                        Normalizer.Options.parse("scale:255"),
                        recipe("{preset: lenet}", "{kind: sgd}", "{kind: cosine, learningRate: 0.05}", 32, 4, 5));
            case "cifar" ->
                new DefenseSetting(
                        name,
                        folder,
                        seed -> aeroplanesAndFrogs(folder, seed),
                        Normalizer.Options.parse("scale:255"),
                        recipe(
                                "{preset: resnet8}",
                                "{kind: adam}",
                                "{kind: one-cycle, learningRate: 0.003}",
                                64,
                                8,
                                8));
            case "sst2" ->
                new DefenseSetting(
                        name,
                        folder,
                        seed -> sentences(folder, seed),
                        Normalizer.Options.parse("vocabulary"),
                        recipe(
                                "{preset: text-mean}",
                                "{kind: adam}",
                                "{kind: cosine, learningRate: 0.005}",
                                32,
                                6,
                                10));
            case "fsdd" ->
                new DefenseSetting(
                        name,
                        folder,
                        seed -> speech(folder, seed),
                        Normalizer.Options.DEFAULT,
                        recipe("{preset: lenet}", "{kind: sgd}", "{kind: cosine, learningRate: 0.03}", 32, 8, 10));
            default ->
                throw new IllegalArgumentException(
                        "no setting is called " + name
                                + "; there are digits, adaptive, breast-cancer, bag-of-words, adult, mnist, cifar, sst2 and fsdd");
        };
    }

    /** How models of digits are trained. */
    static Recipe digitsRecipe() {
        return mlp("[96, 48]", 0.2, 20);
    }

    private static DefenseSetting embedded(String name, String source, String scale, Recipe recipe) {
        return new DefenseSetting(
                name,
                "",
                seed -> new StratifiedSplit(0.17, 0.25, seed)
                        .split(DataSpec.parse(source).load().train()),
                Normalizer.Options.parse(scale),
                recipe);
    }

    private static Partition mnist(String folder, long seed) throws IOException {
        LoadedData loaded = DataSpec.parse("idx:" + folder).load();
        Dataset drawn = RowSample.of(loaded.train(), MNIST_TRAIN + MNIST_VALIDATION, seed);
        Dataset test = loaded.test().orElseThrow(() -> new IOException(folder + " holds no test images"));
        Partition parts = new StratifiedSplit(MNIST_VALIDATION / (double) drawn.size(), 0, seed).split(drawn);
        return new Partition(parts.train(), parts.validation(), RowSample.of(test, MNIST_TEST, seed));
    }

    /** Class 0 earns up to 50 000 a year. */
    private static Partition census(String folder, long seed) throws IOException {
        Dataset all = DataSpec.parse("csv:" + folder + "/adult.csv.gz?label=income-per-year&missing=category")
                .load()
                .train();
        Dataset drawn = RowSample.of(all, CENSUS_TRAIN + CENSUS_VALIDATION + CENSUS_TEST, seed);
        return new StratifiedSplit(CENSUS_VALIDATION / (double) drawn.size(), CENSUS_TEST / (double) drawn.size(), seed)
                .split(drawn);
    }

    /** Aeroplanes are class 0, frogs class 1. */
    private static Partition aeroplanesAndFrogs(String folder, long seed) throws IOException {
        LoadedData loaded = DataSpec.parse("cifar:" + folder).load();
        Dataset test = loaded.test().orElseThrow(() -> new IOException(folder + " holds no test images"));
        Partition parts = new StratifiedSplit(CIFAR_VALIDATION, 0, seed).split(two(loaded.train()));
        return new Partition(parts.train(), parts.validation(), two(test));
    }

    private static Dataset two(Dataset data) {
        int[] rows = IntStream.range(0, data.size())
                .filter(i -> data.label(i) == AEROPLANE || data.label(i) == FROG)
                .toArray();
        int[] labels =
                Arrays.stream(rows).map(row -> data.label(row) == FROG ? 1 : 0).toArray();
        Dataset chosen = data.select(rows);
        return Dataset.of(data.name(), data.shape(), chosen.features(), Targets.classes(labels, 2))
                .withIds(chosen.ids());
    }

    private static Partition sentences(String folder, long seed) throws IOException {
        LoadedData loaded = DataSpec.parse("tsv:" + folder + "/train.tsv?text=0&label=1&test=" + folder + "/test.tsv")
                .load();
        Dataset test = loaded.test().orElseThrow(() -> new IOException(folder + " holds no test.tsv"));
        Partition parts = new StratifiedSplit(SENTENCE_VALIDATION, 0, seed).split(loaded.train());
        return new Partition(parts.train(), parts.validation(), test);
    }

    /** Recordings lie in order of class: test rows are shuffled, as the first ones are what a stream is made of. */
    private static Partition speech(String folder, long seed) throws IOException {
        Partition parts = new StratifiedSplit(0.12, 0.2, seed)
                .split(DataSpec.parse("wav:" + folder).load().train());
        List<Integer> order =
                IntStream.range(0, parts.test().size()).boxed().collect(Collectors.toCollection(ArrayList::new));
        Collections.shuffle(order, new Random(seed));
        Dataset test = parts.test().select(order.stream().mapToInt(row -> row).toArray());
        return new Partition(parts.train(), parts.validation(), test);
    }

    private static Recipe mlp(String hidden, double rate, int epochs) {
        return recipe(
                "{preset: mlp, hidden: " + hidden + "}",
                "{kind: sgd}",
                "{kind: cosine, learningRate: " + rate + "}",
                32,
                epochs,
                20);
    }

    private static Recipe recipe(
            String model, String optimizer, String schedule, int batch, int epochs, int checkpoints) {
        try {
            return Recipe.parse(
                    "{seed: 0, data: {source: digits}, model: " + model + ", training: {optimizer: " + optimizer
                            + ", schedule: " + schedule + ", epochs: " + epochs + ", batchSize: " + batch
                            + ", l2: 1e-4, checkpoints: {unit: iterations, interval: 1, atMost: " + checkpoints + "}}}",
                    "study");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
