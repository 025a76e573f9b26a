package org.expunge.cli.work;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.expunge.cli.method.Bench;
import org.expunge.cli.method.Plan;
import org.expunge.cli.work.GroupReport.Group;
import org.expunge.cli.work.GroupReport.Rise;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.io.AtomicFiles;
import org.expunge.influence.io.Csv;
import org.expunge.influence.score.group.GroupEffect;

/** Predicts what removing groups of training rows does to inputs. */
public final class GroupScoring {
    private GroupScoring() {}

    /**
     * Predicts, and keeps {@code rises.csv}: a line a group and input.
     *
     * @param plan the groups and how
     * @param bench the run and where to compute
     * @param inputs normalised inputs
     * @param out the folder for the file; nothing keeps the predictions
     * @return what was predicted
     * @throws IOException if a group cannot be read or the file not be written
     */
    public static GroupReport predict(Plan.Groups plan, Bench bench, Dataset inputs, Optional<Path> out)
            throws IOException {
        bench.requireOneEngine("--method group");
        List<int[]> members = new ArrayList<>();
        for (Path file : plan.files()) {
            members.add(rows(file, bench.train()));
        }
        Plan.Removal removal = plan.recipe().on(bench);
        List<Group> groups = new ArrayList<>();
        for (int g = 0; g < members.size(); g++) {
            String name = String.valueOf(plan.files().get(g).getFileName());
            int[] rows = members.get(g);
            groups.add(bench.console()
                    .during("removing " + rows.length + " rows of " + name, () -> group(name, rows, removal, inputs)));
        }
        return new GroupReport(bench.run().path().toString(), write(groups, out), groups);
    }

    private static String write(List<Group> groups, Optional<Path> out) throws IOException {
        if (out.isEmpty()) {
            return ScoreFolder.NOWHERE;
        }
        Path file = Files.createDirectories(out.get()).resolve("rises.csv");
        AtomicFiles.writeString(file, csv(groups));
        return file.toString();
    }

    private static Group group(String name, int[] rows, Plan.Removal removal, Dataset inputs) {
        GroupEffect effect = removal.effect(rows);
        double[] rises = removal.rises(effect, inputs);
        List<Rise> each = new ArrayList<>();
        for (int q = 0; q < rises.length; q++) {
            each.add(new Rise(inputs.id(q), rises[q]));
        }
        return new Group(name, effect.rows(), effect.order(), effect.objective(), effect.evidence(), each);
    }

    private static int[] rows(Path file, Dataset train) throws IOException {
        List<String> ids = Files.readAllLines(file, StandardCharsets.UTF_8).stream()
                .map(String::strip)
                .filter(id -> !id.isEmpty())
                .distinct()
                .toList();
        Set<String> known = new HashSet<>(train.ids());
        for (String id : ids) {
            checkArgument(known.contains(id), "%s names '%s', which is no training row of the run", file, id);
        }
        checkArgument(!ids.isEmpty(), "%s names no rows", file);
        return train.rowsOf(ids);
    }

    private static String csv(List<Group> groups) {
        StringBuilder text = new StringBuilder("group,input,rise\n");
        for (Group group : groups) {
            for (Rise rise : group.rises()) {
                text.append(Csv.quoted(group.name()))
                        .append(',')
                        .append(Csv.quoted(rise.input()))
                        .append(',')
                        .append(rise.rise())
                        .append('\n');
            }
        }
        return text.toString();
    }
}
