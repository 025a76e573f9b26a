package org.expunge.unlearning.certified;

import java.util.ArrayList;
import java.util.List;
import org.expunge.unlearning.Guarantee;

/**
 * What is claimed of a published head, and what the claim rests on. Figures that come from the head without noise are
 * bounds, rounded upwards to two digits; to the last digit only the secret state has them.
 *
 * @param guarantee {@link Guarantee#CERTIFIED}, or {@link Guarantee#EMPIRICAL} where the trunk saw rows of the head
 * @param claim the claim in a sentence
 * @param trunk what the trunk learned from
 * @param theorem what is proved, and by whom
 * @param options kind, mechanism, ε, δ, λ, noise and the rules for requests
 * @param budget what may be left of the gradient's norm
 * @param used the part of it that is: measured (output perturbation), or bounds added up (objective perturbation);
 *     rounded upwards
 * @param residual the gradient's norm, measured, rounded upwards
 * @param distance {@code residual / (λn)}, rounded upwards: how far the head without noise is from the minimiser at
 *     most
 * @param totals what the deletions since the training added to the gradient, by all bounds, rounded upwards; zeros of
 *     output perturbation
 * @param rows rows that the head stands on
 * @param width numbers a row, the constant included
 * @param vectors vectors of the head
 * @param deletions deletions since the training
 * @param releases heads published so far
 * @param assumptions what the claim needs and nobody has checked
 */
public record Certificate(
        Guarantee guarantee,
        String claim,
        TrunkProvenance trunk,
        String theorem,
        HeadOptions options,
        double budget,
        double used,
        double residual,
        double distance,
        ResidualBounds totals,
        int rows,
        int width,
        int vectors,
        int deletions,
        int releases,
        List<String> assumptions) {

    /** Copies the list. */
    public Certificate {
        assumptions = List.copyOf(assumptions);
    }

    /**
     * Writes what can be claimed of a head.
     *
     * @param head the head
     * @param trunk what the trunk learned from
     */
    public static Certificate of(CertifiedHead head, TrunkProvenance trunk) {
        HeadState state = head.state();
        boolean isCertified = trunk.isIndependent() && state.used() <= head.budget();
        return new Certificate(
                isCertified ? Guarantee.CERTIFIED : Guarantee.EMPIRICAL,
                claim(state.options(), trunk, isCertified),
                trunk,
                theorem(state.options().mechanism()),
                state.options(),
                head.budget(),
                PublishedBounds.up(state.used(), head.budget()),
                PublishedBounds.up(state.residual()),
                PublishedBounds.up(head.distance()),
                state.totals().roundedUp(),
                head.remaining(),
                state.width(),
                state.w().size() / state.width(),
                state.deletions(),
                state.releases(),
                assumptions(state.options(), trunk));
    }

    private static String claim(HeadOptions options, TrunkProvenance trunk, boolean isCertified) {
        if (!trunk.isIndependent()) {
            return "Not certified: " + trunk.text() + ". The head forgot the rows; the features need not have.";
        }
        if (!isCertified) {
            return "Not certified: more of the budget is used than there is; train the head anew.";
        }
        return "The published head is (" + options.epsilon() + ", " + options.delta()
                + ")-indistinguishable from one trained without the forgotten rows.";
    }

    private static String theorem(Mechanism mechanism) {
        return mechanism == Mechanism.OUTPUT
                ? "strong convexity bounds the distance to the retrained head by the measured gradient; Balle and Wang"
                        + " (ICML 2018), theorem 8, covers that distance"
                : "Guo et al. (ICML 2020), theorem 3, with the residual bounded by (γ*/2) ‖X‖₂ ‖X step‖₄² a deletion";
    }

    private static List<String> assumptions(HeadOptions options, TrunkProvenance trunk) {
        List<String> all = new ArrayList<>();
        all.add("Requests do not depend on what was published before.");
        all.add("One published head is looked at: who compares several sees more, and ε and δ add up over them.");
        if (options.mechanism() == Mechanism.OUTPUT) {
            all.add("The secret state is no part of the claim: it is near the retrained head, without noise.");
            all.add("The reference is the exact minimiser without the rows plus noise of the same law.");
        } else {
            all.add(
                    "The residual is a smooth function of the random term b on which it depends; a bound on its norm alone"
                            + " would not do for one that encodes b.");
            all.add("Publishing a second head shows what the deletion changed, as both have the same b.");
        }
        if (trunk.kind() == TrunkProvenance.Kind.PUBLIC) {
            all.add("The user's word that the trunk's data are public: nobody has checked it.");
        }
        all.add(
                "Bounds on what is used of the budget come from the head without noise; rounded upwards to two digits they"
                        + " are told, and (ε, δ) does not cover them.");
        all.add("Normal numbers are drawn as doubles; attacks on their rounding are not covered.");
        return all;
    }
}
