package org.expunge.defense.attack;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;

/**
 * Whose inputs a backdoor attacks, what they are to be taken for, and whether the poisoned rows are relabelled.
 *
 * @param kind how classes go together
 * @param source y_s, or {@link #EVERY_CLASS}
 * @param target y_t, or {@link Attack#VARIES}
 * @param classes how many classes there are, where the target varies; else 0
 */
public record Aim(Kind kind, int source, int target, int classes) {
    /** Stands for all classes but the target. */
    public static final int EVERY_CLASS = -1;

    /** How classes go together. */
    public enum Kind {
        /** Rows of the source classes become rows of the target class. */
        RELABEL,
        /** Each class becomes the next one, and the last the first. */
        ALL_TO_ALL,
        /** Rows of the target class are changed and keep their label. */
        CLEAN_LABEL
    }

    /** Checks the classes. */
    public Aim {
        checkArgument(source >= EVERY_CLASS, "source class must be 0 or more, got %s", source);
        checkArgument(kind == Kind.ALL_TO_ALL || target >= 0, "target class must be 0 or more, got %s", target);
        checkArgument(target < 0 || source != target, "source and target class are both %s", target);
        checkArgument(kind != Kind.ALL_TO_ALL || classes >= 2, "all-to-all needs 2 classes, got %s", classes);
    }

    /** Inputs of one class are to be taken for another. */
    public static Aim oneToOne(int source, int target) {
        return new Aim(Kind.RELABEL, source, target, 0);
    }

    /** Inputs of every other class are to be taken for one. */
    public static Aim allToOne(int target) {
        return new Aim(Kind.RELABEL, EVERY_CLASS, target, 0);
    }

    /** Inputs of each class are to be taken for the next. */
    public static Aim allToAll(int classes) {
        return new Aim(Kind.ALL_TO_ALL, EVERY_CLASS, Attack.VARIES, classes);
    }

    /** Inputs of one class, or of every other, are to be taken for the target; poisoned rows are of that class. */
    public static Aim cleanLabel(int source, int target) {
        return new Aim(Kind.CLEAN_LABEL, source, target, 0);
    }

    /** Returns the class that an input, or a poisoned row, of a class is given. */
    public int targetOf(int trueLabel) {
        return kind == Kind.ALL_TO_ALL ? (trueLabel + 1) % classes : target;
    }

    /** Checks that the classes exist. */
    void check(Dataset data) {
        Victims.checkClass(data, source, "source");
        Victims.checkClass(data, target, "target");
        checkArgument(
                kind != Kind.ALL_TO_ALL || classes == data.classes(),
                "the attack was made for %s classes but %s has %s",
                classes,
                data.name(),
                data.classes());
    }

    /** Returns the rows that may be poisoned. */
    int[] pool(Dataset train) {
        return switch (kind) {
            case RELABEL -> Victims.rowsToAttack(train, source, target);
            case ALL_TO_ALL -> IntStream.range(0, train.size()).toArray();
            case CLEAN_LABEL ->
                IntStream.range(0, train.size())
                        .filter(i -> train.label(i) == target)
                        .toArray();
        };
    }

    /** Returns the rows that may be covers, poisoned ones among them: none of the target, none of a single source. */
    int[] coverPool(Dataset train) {
        return IntStream.range(0, train.size())
                .filter(i -> train.label(i) != target && train.label(i) != source)
                .toArray();
    }

    /** Returns the rows that the attacker would send. */
    int[] inputs(Dataset clean) {
        return kind == Kind.ALL_TO_ALL
                ? IntStream.range(0, clean.size()).toArray()
                : Victims.rowsToAttack(clean, source, target);
    }

    /** Returns whose rows are poisoned, for messages. */
    String poisoned() {
        return kind == Kind.CLEAN_LABEL ? "class " + target : sources();
    }

    /** Returns whose inputs are attacked, and what they become, for reports. */
    public String description() {
        return kind == Kind.ALL_TO_ALL ? "each class to the next" : sources() + " to class " + target;
    }

    private String sources() {
        if (source != EVERY_CLASS) {
            return "class " + source;
        }
        return kind == Kind.ALL_TO_ALL ? "every class" : "every other class";
    }
}
