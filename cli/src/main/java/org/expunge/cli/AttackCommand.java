package org.expunge.cli;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.expunge.cli.work.Drill;
import org.expunge.cli.work.DrillPlanting;
import org.expunge.cli.work.DrillReport;
import org.expunge.cli.work.Rehearsal;
import org.expunge.defense.attack.Aim;
import org.expunge.defense.attack.AttackCatalogue;
import org.expunge.defense.attack.AttackRequest;
import org.expunge.defense.attack.AttackSetting;
import org.expunge.defense.attack.craft.Bound;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.training.DataRecipe;
import org.expunge.influence.training.ModelRecipe;
import org.expunge.influence.training.Recipe;
import org.expunge.influence.training.Seeds;
import org.expunge.influence.training.TrainingOptions;
import org.expunge.influence.training.TrainingRun;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Plants an attack in a copy of the data, for fire drills. */
@Command(
        name = "attack",
        mixinStandardHelpOptions = true,
        description = {
            "Plants a known attack among the training rows, to see whether 'audit' and 'sanitize' find it.",
            "Writes the changed rows, which 'train --data overlay:DIR' lays over the clean data, the poisoned data in "
                    + "the format that they came in, the attacked inputs, and manifest.json."
        })
final class AttackCommand implements Callable<Integer> {
    /** Where the clean rows come from. */
    static final class Source {
        @Option(names = "--data", paramLabel = "SPEC", description = "The clean rows, such as digits.")
        private @Nullable String data;

        @Option(
                names = "--run",
                paramLabel = "DIR",
                description = "A run whose data, split, network, training and seed are taken.")
        private @Nullable Path run;

        @Option(
                names = "--recipe",
                paramLabel = "FILE",
                description = "A recipe whose data, split, network, training and seed are taken.")
        private @Nullable Path recipe;
    }

    private static final String USUAL_PATCH = "2x3";

    /** The attacks' names, for the help. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return ImmutableList.copyOf(AttackCatalogue.names()).iterator();
        }
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Source source;

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            defaultValue = "patch",
            completionCandidates = Names.class,
            description = "The attack: ${COMPLETION-CANDIDATES}. docs/methods/attacks.md says what each does. "
                    + "Default: ${DEFAULT-VALUE}.")
    private String kind = "patch";

    @Option(
            names = "--source",
            paramLabel = "CLASS",
            defaultValue = "1",
            description = "Class under attack, from 0; " + Aim.EVERY_CLASS
                    + " is all but the target. Default: ${DEFAULT-VALUE}.")
    private int sourceClass;

    @Option(
            names = "--target",
            paramLabel = "CLASS",
            defaultValue = "0",
            description = "Class that attacked inputs are to be taken for, from 0. Default: ${DEFAULT-VALUE}.")
    private int targetClass;

    @Option(
            names = "--rows",
            paramLabel = "N",
            description =
                    "Training rows to poison, at least 1. Default: a share by the attack, most often one in fifty.")
    private @Nullable Integer rows;

    @Option(
            names = "--covers",
            paramLabel = "N",
            description = "Training rows that get the trigger and keep their label. Default: by the attack.")
    private @Nullable Integer covers;

    @Option(
            names = "--strength",
            paramLabel = "S",
            description = "Opacity of blend and adaptive-blend, height of sig as a share of the range, strength of "
                    + "wanet, quantile of features-in-bounds, loudness of tone and noise-burst, share of symmetric-noise and "
                    + "pair-noise. Default: by the attack.")
    private @Nullable Double strength;

    @Option(
            names = "--epsilon",
            paramLabel = "E",
            description = "How far clean-label-patch, feature-collision, bullseye-polytope and gradient-matching move "
                    + "rows, in units of the features' ranges: at most 1 in the maximum norm. Default: by the attack.")
    private @Nullable Double epsilon;

    @Option(
            names = "--norm",
            paramLabel = "NORM",
            description =
                    "By which --epsilon is meant: maximum bounds every feature by itself, euclidean the length of "
                            + "the whole move. Default: by the attack.")
    private Bound.@Nullable Norm norm;

    @Option(
            names = "--patch",
            paramLabel = "HxW",
            description = "Height and width of the patch in the lower right corner, in pixels. Default: 2x3.")
    private @Nullable String patch;

    @Option(
            names = "--features",
            paramLabel = "J",
            split = ",",
            description = "Features of a table that the trigger sets, from 0. Default: three, drawn.")
    private List<Integer> features = List.of();

    @Option(
            names = "--victim",
            paramLabel = "ID",
            description = "Test row that an attack on one input aims at. Default: the first of the class under attack.")
    private @Nullable String victim;

    @Option(
            names = "--seed",
            paramLabel = "SEED",
            description = "Root seed: decides the split, as in 'train', and the rows. Default: that of the run, or 0.")
    private @Nullable Long seed;

    @Option(
            names = "--gate",
            description = "Train on the clean and on the poisoned rows and say whether the attack works: at least "
                    + "a success of 0.8, at most half of it on the model of the clean rows, at no more than a point of "
                    + "accuracy. If not, the exit code is 2.")
    private boolean isGated;

    @Mixin
    private final NewFolderOption out = new NewFolderOption();

    @Mixin
    private final EngineOptions engineOptions = new EngineOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Override
    public Integer call() throws IOException {
        Recipe base = recipe();
        Recipe recipe = seed == null ? base : base.withSeed(seed);
        AttackRequest request = Checks.reading(spec, () -> request(new Seeds(recipe.seed()).of("attack")));
        try (Engine engine = engineOptions.open()) {
            Rehearsal rehearsal = new Rehearsal(engine, output.console(), recipe);
            Drill drill =
                    new DrillPlanting(recipe.data(), recipe.seed(), rehearsal).plant(request, isGated, out.path());
            return output.console()
                    .print(new DrillReport(drill, drill.attackedInputs().size(), recipeFile()));
        }
    }

    /** The file by which the model that was rehearsed can be trained; null where the usual recipe was taken. */
    private @Nullable String recipeFile() {
        Path run = source.run;
        Path file = run == null ? source.recipe : run.resolve("recipe.yaml");
        return file == null ? null : file.toString();
    }

    private Recipe recipe() throws IOException {
        if (source.run != null) {
            return TrainingRun.open(source.run).recipe();
        }
        if (source.recipe != null) {
            return Recipe.read(source.recipe);
        }
        DataSpec data = Checks.reading(spec, () -> DataSpec.parse(String.valueOf(source.data)));
        ModelRecipe.Preset preset = data.isText() ? ModelRecipe.Preset.TEXT_MEAN : ModelRecipe.Preset.MLP;
        TrainingOptions training = TrainingOptions.customary(
                preset, TrainingOptions.DEFAULT.optimizer().kind());
        return new Recipe(0, DataRecipe.of(data), ModelRecipe.of(preset), training);
    }

    private AttackRequest request(long draw) {
        Patch size = Patch.parse(patch == null ? USUAL_PATCH : patch);
        requireApplicable();
        return new AttackRequest(
                kind,
                sourceClass,
                targetClass,
                rows,
                covers,
                strength,
                norm,
                epsilon,
                size.height(),
                size.width(),
                features,
                victim,
                draw);
    }

    /** What an attack does not look at must not be given: whoever gives it believes that it does something. */
    private void requireApplicable() {
        Set<AttackSetting> applicable = AttackCatalogue.settings(kind);
        for (AttackSetting setting : AttackSetting.values()) {
            for (String option : options(setting)) {
                checkArgument(
                        !isGiven(option) || applicable.contains(setting),
                        "%s does not apply to %s; it is for %s",
                        option,
                        kind,
                        String.join(", ", setting.attacks()));
            }
        }
        checkArgument(norm == null || epsilon != null, "--norm says by which norm --epsilon is meant: give that too");
        checkArgument(
                victim == null || !isGiven("--source"),
                "--source chooses the input under attack by its class, --victim names it: give one of the two");
    }

    private static List<String> options(AttackSetting setting) {
        return setting == AttackSetting.EPSILON
                ? List.of("--epsilon", "--norm")
                : List.of("--" + setting.name().toLowerCase(Locale.ROOT));
    }

    private boolean isGiven(String option) {
        return spec.commandLine().getParseResult().hasMatchedOption(option);
    }

    private record Patch(int height, int width) {
        static Patch parse(String text) {
            checkArgument(text.matches("[0-9]{1,4}x[0-9]{1,4}"), "a patch is HEIGHTxWIDTH, as in 2x3, got '%s'", text);
            int x = text.indexOf('x');
            return new Patch(Integer.parseInt(text.substring(0, x)), Integer.parseInt(text.substring(x + 1)));
        }
    }
}
