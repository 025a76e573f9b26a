package org.expunge.defense.detect;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The detectors by name, with their default options, and sets of them. */
public final class Detectors {
    private Detectors() {}

    /** Returns every detector that is not a control; some train. The order is that of tables. */
    public static List<Detector> all() {
        return List.of(
                new Duplicates(),
                new AreaUnderMargin(),
                new ConfidentLearning(),
                new LargeSelfInfluence(),
                new GradientOutliers(),
                new DeepKnn(),
                SpectralSignatures.centred(),
                new ActivationClustering(ActivationClustering.Options.DEFAULT),
                new ContaminationAnalysis(ContaminationAnalysis.Options.DEFAULT),
                new Spectre(Spectre.Options.DEFAULT),
                new SourceProvenance(SourceProvenance.Options.DEFAULT));
    }

    /** Returns published variants with a known defect, for comparisons and never by default. */
    public static List<Detector> rivals() {
        return List.of(SpectralSignatures.uncentred(), ActivationClustering.bySize());
    }

    /** Returns the controls, which every table carries. */
    public static List<Detector> controls() {
        return List.of(Controls.random(), Controls.gradientNorm(), Controls.loss(), Controls.rawKnn());
    }

    /**
     * Returns those that a setting has what it takes for: without sources no provenance, without a recipe nothing that
     * trains.
     */
    public static List<Detector> usable(ScanSetting setting) {
        return all().stream().filter(detector -> isUsable(detector, setting)).toList();
    }

    private static boolean isUsable(Detector detector, ScanSetting setting) {
        if (detector instanceof SourceProvenance) {
            return setting.hasRecipe() && setting.options().sourceColumn().isPresent();
        }
        return setting.hasRecipe() || !(detector instanceof ConfidentLearning);
    }

    /**
     * Finds detectors by name.
     *
     * @param names names of {@link #all} and {@link #rivals}
     * @return in the order given
     * @throws IllegalArgumentException if a name is not known; the message lists those that are
     */
    public static List<Detector> named(List<String> names) {
        List<Detector> known = new ArrayList<>(all());
        known.addAll(rivals());
        return names.stream()
                .distinct()
                .map(name -> known.stream()
                        .filter(detector -> detector.name().equals(name))
                        .findFirst()
                        .orElseThrow(() -> unknown(name, known)))
                .toList();
    }

    private static IllegalArgumentException unknown(String name, List<Detector> known) {
        String names = known.stream().map(Detector::name).collect(Collectors.joining(", "));
        checkArgument(!name.isBlank(), "a detector has no name; use %s", names);
        return new IllegalArgumentException("detector '" + name + "' is not known; use " + names);
    }
}
