package org.expunge.defense.certify;

import static com.google.common.base.Preconditions.checkArgument;

/** How many members name each class. */
final class VoteCounts {
    private final int[] counts;
    private final int winner;

    VoteCounts(int[] votes, int members, int classes) {
        checkArgument(classes >= 2, "a vote needs at least 2 classes, got %s", classes);
        checkArgument(votes.length == members, "%s members gave %s votes", members, votes.length);
        this.counts = new int[classes];
        for (int vote : votes) {
            checkArgument(vote >= 0 && vote < classes, "a vote for class %s of %s", vote, classes);
            counts[vote]++;
        }
        int best = 0;
        for (int c = 1; c < classes; c++) {
            best = counts[c] > counts[best] ? c : best;
        }
        this.winner = best;
    }

    /** Returns the class with the most votes; a tie goes to the smaller class. */
    int winner() {
        return winner;
    }

    /** Returns how far the difference of the winner's votes to another class's can fall before that class wins. */
    int lead(int other) {
        return counts[winner] - counts[other] - (other < winner ? 1 : 0);
    }
}
