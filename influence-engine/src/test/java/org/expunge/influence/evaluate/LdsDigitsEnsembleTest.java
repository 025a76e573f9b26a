package org.expunge.influence.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.expunge.influence.backend.Backends;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.curvature.DampingRule;
import org.expunge.influence.curvature.kronecker.Ekfac;
import org.expunge.influence.curvature.kronecker.Kfac;
import org.expunge.influence.curvature.kronecker.KroneckerInverse;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.Projection;
import org.expunge.influence.network.Model;
import org.expunge.influence.score.Estimator;
import org.expunge.influence.score.InfluenceFunction;
import org.expunge.influence.score.WorkLimits;
import org.expunge.influence.score.ensemble.ScoreEnsemble;
import org.expunge.influence.score.trak.Trak;
import org.expunge.influence.testkit.LdsDigits;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Scores over several models against 1 000 retrainings; what an independent implementation reached stands beside. */
class LdsDigitsEnsembleTest {
    private static final Engine ENGINE = new Engine(Backends.create("cpu"), new Workers(2), 64);
    private static final Dataset TRAIN = LdsDigits.train();
    private static final Dataset QUERIES = LdsDigits.queries();

    @AfterAll
    static void close() {
        ENGINE.close();
    }

    @Test
    void fiveModelsOfEkfacReachMoreThanOne() {
        List<KroneckerInverse> inverses = new ArrayList<>();
        List<Estimator> members = new ArrayList<>();
        for (int m = 0; m < 5; m++) {
            Model model = LdsDigits.model(m);
            KroneckerInverse inverse = Ekfac.fit(ENGINE, model, TRAIN, Kfac.Options.DEFAULT)
                    .inverse(ENGINE.compute(), DampingRule.relativeToMean(0.1));
            inverses.add(inverse);
            members.add(new InfluenceFunction(ENGINE, model, inverse, InfluenceFunction.Options.DEFAULT));
        }

        assertThat(lds(new ScoreEnsemble(members, WorkLimits.DEFAULT)))
                .isGreaterThanOrEqualTo(.58); // .560 with one sampled label; exact ones reached .605 here
        inverses.forEach(KroneckerInverse::close);
    }

    @Test
    void tenModelsOfTrakReachMoreThanOne() {
        List<Model> models = IntStream.range(0, 10).mapToObj(LdsDigits::model).toList();
        Trak.Options options = new Trak.Options(Projection.signs(64, 0), 0, Trak.Target.MARGIN, 0, WorkLimits.DEFAULT);

        assertThat(lds(new Trak(ENGINE, models.subList(0, 1), options))).isBetween(.22, .32); // .26
        assertThat(lds(new Trak(ENGINE, models, options))).isGreaterThanOrEqualTo(.48); // .50
    }

    private static double lds(Estimator estimator) {
        return new LinearDatamodelingScore(Bootstrap.Options.DEFAULT)
                .evaluate(estimator.score(TRAIN, QUERIES), LdsDigits.subsets(), LdsDigits.losses("mean_of_10_seeds"))
                .mean()
                .estimate();
    }
}
