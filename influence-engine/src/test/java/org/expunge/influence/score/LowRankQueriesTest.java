package org.expunge.influence.score;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.DampingRule;
import org.expunge.influence.curvature.kronecker.Ekfac;
import org.expunge.influence.curvature.kronecker.Kfac;
import org.expunge.influence.curvature.kronecker.KroneckerInverse;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.GradientNorms;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.gradient.Truncation;
import org.expunge.influence.network.Model;
import org.expunge.influence.testkit.SmallProblems;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Low-rank queries: full rank exact; |S − S_r| ≤ (Σ_{j>r} σ_j²)^½ ‖g_i‖ per layer")
class LowRankQueriesTest {
    private final Model model = SmallProblems.dense(3);
    private final Dataset rows = SmallProblems.rows(model, 30, 5);
    private final Dataset queries = SmallProblems.rows(model, 6, 6);

    private Scores scores(Engine engine, InfluenceFunction.Options options) {
        try (KroneckerInverse inverse = Ekfac.fit(engine, model, rows, Kfac.Options.DEFAULT)
                .inverse(engine.compute(), DampingRule.relativeToMean(0.1))) {
            return new InfluenceFunction(engine, model, inverse, options).score(rows, queries);
        }
    }

    private static InfluenceFunction.Options rank(int rank) {
        return InfluenceFunction.Options.DEFAULT.withTruncation(Truncation.toRank(rank));
    }

    @Test
    void fullRankIsExact() {
        try (Engine engine = SmallProblems.reference(2, 4)) {
            Scores whole = scores(engine, InfluenceFunction.Options.DEFAULT);
            Scores full = scores(engine, rank(4));

            for (int q = 0; q < queries.size(); q++) {
                assertThat(full.row(q)).containsExactly(whole.row(q));
            }
            assertThat(full.provenance().inverse().truncations().values())
                    .allMatch(outcome -> outcome.tail() == 0)
                    .hasSize(3);
            assertThat(whole.provenance().inverse().truncations()).isEmpty();
        }
    }

    @Test
    void theErrorStaysWithinTheTailsReportedAndNotWithinThoseOfRawGradients() {
        try (Engine engine = SmallProblems.reference(2, 4)) {
            Scores whole = scores(engine, InfluenceFunction.Options.DEFAULT);
            Scores cut = scores(engine, rank(1));
            GradientNorms norms = new PerExample(engine).norms(model, rows);
            Map<String, Truncation.Outcome> reported =
                    cut.provenance().inverse().truncations();

            assertThat(isWithinBound(whole, cut, norms, reported)).isTrue();
            assertThat(reported.values()).allMatch(outcome -> outcome.rank() == 1 && outcome.tail() > 1e-3);
            // the gradient of one example has rank 1: cut before it is preconditioned, it would leave no tail
            Map<String, Truncation.Outcome> ofRawGradients = Map.of(
                    "hidden", new Truncation.Outcome(1, 0),
                    "plain", new Truncation.Outcome(1, 0),
                    "output", new Truncation.Outcome(1, 0));
            assertThat(isWithinBound(whole, cut, norms, ofRawGradients)).isFalse();
        }
    }

    private boolean isWithinBound(
            Scores whole, Scores cut, GradientNorms norms, Map<String, Truncation.Outcome> outcomes) {
        for (int i = 0; i < rows.size(); i++) {
            double bound = 1e-12;
            for (Map.Entry<String, Truncation.Outcome> layer : outcomes.entrySet()) {
                int index = norms.layers().indexOf(layer.getKey());
                bound += layer.getValue().tail() * norms.ofLayer(index)[i];
            }
            for (int q = 0; q < queries.size(); q++) {
                if (Math.abs(whole.score(q, i) - cut.score(q, i)) > bound) {
                    return false;
                }
            }
        }
        return true;
    }
}
