package org.expunge.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.expunge.cli.work.AttackPlan;
import org.expunge.cli.work.Drill;
import org.expunge.cli.work.DrillReport;
import org.expunge.defense.attack.PatchAttack;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.training.DataRecipe;
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
            "Writes the changed rows alone; 'train --data overlay:DIR' lays them over the clean data."
        })
final class AttackCommand implements Callable<Integer> {
    /** Where the clean rows come from. */
    static final class Source {
        @Option(names = "--data", paramLabel = "SPEC", description = "The clean rows, such as digits.")
        private @Nullable String data;

        @Option(names = "--run", paramLabel = "DIR", description = "A run whose data, split and seed are taken.")
        private @Nullable Path run;
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
            description =
                    "patch (a stamp on rows of one class makes them another) or targeted-flip (the rows nearest to "
                            + "one input are relabelled). Default: ${DEFAULT-VALUE}.")
    private String kind = "patch";

    @Option(
            names = "--source",
            paramLabel = "CLASS",
            defaultValue = "1",
            description = "Class under attack, from 0; " + PatchAttack.EVERY_CLASS
                    + " is all but the target (patch only). Default: ${DEFAULT-VALUE}.")
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
            defaultValue = "20",
            description = "Training rows to change, at least 1. Default: ${DEFAULT-VALUE}.")
    private int rows;

    @Option(
            names = "--patch",
            paramLabel = "HxW",
            defaultValue = "2x3",
            description = "Height and width of the patch in the lower right corner, in pixels. "
                    + "Default: ${DEFAULT-VALUE}.")
    private String patch = "";

    @Option(
            names = "--victim",
            paramLabel = "ID",
            description = "Test row that targeted-flip aims at. Default: the first test row of the class under attack.")
    private @Nullable String victim;

    @Option(
            names = "--seed",
            paramLabel = "SEED",
            description = "Root seed: decides the split, as in 'train', and the rows. Default: that of the run, or 0.")
    private @Nullable Long seed;

    @Mixin
    private final NewFolderOption out = new NewFolderOption();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Override
    public Integer call() throws IOException {
        DataRecipe data;
        long root;
        if (source.run != null) {
            TrainingRun run = TrainingRun.open(source.run);
            data = run.recipe().data();
            root = run.recipe().seed();
        } else {
            data = DataRecipe.of(Checks.reading(spec, () -> DataSpec.parse(String.valueOf(source.data))));
            root = 0;
        }
        long chosen = seed == null ? root : seed;
        AttackPlan plan = Checks.reading(
                spec,
                () -> new AttackPlan(
                        kind, sourceClass, targetClass, rows, AttackPlan.Patch.parse(patch), victim, chosen));
        Drill drill = Drill.plant(data, chosen, kind, plan, out.path());
        return output.console()
                .print(new DrillReport(drill, drill.attackedInputs().size()));
    }
}
