package org.expunge.defense.sanitize;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;

/**
 * Shares the rows that a round may remove among its confirmed clusters. First the sets that flip the inputs go in, each
 * whole or not at all, because a part of one need not flip anything; what is left of the caps is then handed out row by
 * row in turn. A row that several clusters ask for counts once, for the first of them.
 */
final class Allotment {
    private final IntUnaryOperator mostOfLabel;
    private final IntUnaryOperator labelOf;
    private final Set<Integer> taken = new HashSet<>();
    private final Map<Integer, Integer> takenOfLabel = new HashMap<>();

    /**
     * Begins.
     *
     * @param mostOfLabel rows of a class that may be removed
     * @param labelOf the class of a row
     */
    Allotment(IntUnaryOperator mostOfLabel, IntUnaryOperator labelOf) {
        this.mostOfLabel = mostOfLabel;
        this.labelOf = labelOf;
    }

    /**
     * What a cluster asks for.
     *
     * @param most rows that may be removed in all, whoever asked for them, if this one is to get another
     * @param wanted indices of the rows that are to go if the caps allow it, foremost first
     * @param least how many of the foremost flip its inputs
     */
    record Claim(int most, List<Integer> wanted, int least) {
        /** Copies the list. */
        Claim {
            wanted = List.copyOf(wanted);
        }
    }

    /** What a cluster gets. */
    static final class Share {
        private final Claim claim;
        private final List<Integer> rows = new ArrayList<>();
        private int place;
        private Confirmation.Limit limit = Confirmation.Limit.NONE;

        private Share(Claim claim) {
            this.claim = claim;
        }

        /** Returns the rows that go for this cluster and for none before it, foremost first. */
        List<Integer> rows() {
            return List.copyOf(rows);
        }

        /** Returns what kept the set that flips its inputs from going in, if anything did. */
        Confirmation.Limit limit() {
            return limit;
        }

        private boolean hasLess(int count) {
            return limit == Confirmation.Limit.NONE
                    && place < Math.min(count, claim.wanted().size());
        }
    }

    /**
     * Shares.
     *
     * @param claims strongest first
     * @return as many shares, in the same order
     */
    List<Share> share(List<Claim> claims) {
        List<Share> shares = claims.stream().map(Share::new).toList();
        for (Share share : shares) {
            share.limit = limit(share.claim);
            while (share.hasLess(share.claim.least())) {
                takeNext(share);
            }
        }
        boolean isGrowing = true;
        while (isGrowing) {
            isGrowing = false;
            for (Share share : shares) {
                if (share.hasLess(share.claim.wanted().size()) && room(share.claim) > 0) {
                    takeNext(share);
                    isGrowing = true;
                }
            }
        }
        return shares;
    }

    /** Returns which cap has no room for those rows of the set that no cluster before it has asked for. */
    private Confirmation.Limit limit(Claim claim) {
        Map<Integer, Long> missing = claim.wanted().stream()
                .limit(claim.least())
                .filter(row -> !taken.contains(row))
                .collect(Collectors.groupingBy(labelOf::applyAsInt, Collectors.counting()));
        if (missing.values().stream().mapToLong(count -> count).sum() > room(claim)) {
            return Confirmation.Limit.ROWS;
        }
        return missing.entrySet().stream().anyMatch(of -> of.getValue() > room(of.getKey()))
                ? Confirmation.Limit.ROWS_OF_LABEL
                : Confirmation.Limit.NONE;
    }

    private int room(Claim claim) {
        return claim.most() - taken.size();
    }

    private int room(int label) {
        return mostOfLabel.applyAsInt(label) - takenOfLabel.getOrDefault(label, 0);
    }

    private void takeNext(Share share) {
        int row = share.claim.wanted().get(share.place);
        share.place++;
        int label = labelOf.applyAsInt(row);
        if (room(label) > 0 && taken.add(row)) {
            share.rows.add(row);
            takenOfLabel.merge(label, 1, Integer::sum);
        }
    }
}
