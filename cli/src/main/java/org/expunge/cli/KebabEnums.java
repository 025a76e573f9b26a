package org.expunge.cli;

import com.google.common.base.Enums;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.expunge.cli.method.Curvature;
import org.expunge.cli.method.Solver;
import org.expunge.cli.method.Units;
import org.expunge.cli.unlearn.Approximation;
import org.expunge.cli.unlearn.Formula;
import org.expunge.cli.work.Attacking;
import org.expunge.cli.work.Certifying;
import org.expunge.defense.attack.craft.Bound;
import org.expunge.influence.compute.cuda.MathMode;
import org.expunge.influence.curvature.LabelMode;
import org.expunge.influence.curvature.kronecker.PositionScaling;
import org.expunge.influence.score.Weighting;
import org.expunge.influence.score.generalized.GeneralizedInfluence;
import org.expunge.influence.score.generalized.UnitSelection;
import org.expunge.influence.score.group.GroupInfluence;
import org.expunge.influence.score.relative.RelatIf;
import org.expunge.influence.training.Schedule;
import org.expunge.unlearning.certified.HeadKind;
import org.expunge.unlearning.certified.Mechanism;
import org.expunge.unlearning.request.Purge;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Lets constants of the library's enums be written as words: {@code LEARNING_RATE} as {@code learning-rate}. */
final class KebabEnums {
    private KebabEnums() {}

    static void register(CommandLine program) {
        register(program, Attacking.Attack.class);
        register(program, Units.class);
        register(program, Solver.class);
        register(program, Curvature.class);
        register(program, LabelMode.class);
        register(program, PositionScaling.class);
        register(program, Weighting.class);
        register(program, RelatIf.Norm.class);
        register(program, UnitSelection.Importance.class);
        register(program, GeneralizedInfluence.Kind.class);
        register(program, GroupInfluence.Order.class);
        register(program, GroupInfluence.Objective.class);
        register(program, Schedule.Kind.class);
        register(program, Approximation.class);
        register(program, Formula.class);
        register(program, Purge.OldRun.class);
        register(program, HeadKind.class);
        register(program, Mechanism.class);
        register(program, HeadOptionSet.Exhaustion.class);
        register(program, TrainHeadCommand.TrunkData.class);
        register(program, Certifying.Method.class);
        register(program, Bound.Norm.class);
        register(program, MathMode.class);
    }

    private static <E extends Enum<E>> void register(CommandLine program, Class<E> type) {
        ITypeConverter<E> converter =
                text -> Enums.getIfPresent(type, text.toUpperCase(Locale.ROOT).replace('-', '_'))
                        .toJavaUtil()
                        .orElseThrow(() -> new TypeConversionException("use one of " + words(type) + ", not " + text));
        program.registerConverter(type, converter);
    }

    private static <E extends Enum<E>> String words(Class<E> type) {
        List<E> constants = Arrays.asList(type.getEnumConstants());
        return constants.stream()
                .map(constant -> constant.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .collect(Collectors.joining(", "));
    }
}
