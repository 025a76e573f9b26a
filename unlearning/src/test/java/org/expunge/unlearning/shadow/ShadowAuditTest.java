package org.expunge.unlearning.shadow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.compute.reference.ReferenceCompute;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.training.TrainingResult;
import org.expunge.unlearning.Controls;
import org.expunge.unlearning.Problems;
import org.expunge.unlearning.UnlearningMethod;
import org.expunge.unlearning.membership.GaussianScore;
import org.expunge.unlearning.membership.LikelihoodRatioAttack;
import org.expunge.unlearning.method.Retrain;
import org.expunge.unlearning.verify.ShadowEvidence;
import org.expunge.unlearning.verify.Verdict;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Networks that memorise noisy rows: 16 runs of 40 candidates, whose trainings all tests share. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ShadowAuditTest {
    private static final ShadowAudit.Options RUNS =
            new ShadowAudit.Options(16, 3, LikelihoodRatioAttack.Options.DEFAULT, 1e-5);

    private final Engine engine = new Engine(new ReferenceCompute(), new Workers(2), 16);
    private final Dataset train = Problems.noisyClasses("train", 80, 0.2, 11);
    private final Dataset validation = Problems.noisyClasses("validation", 40, 0.2, 12);
    private final Dataset test = Problems.noisyClasses("test", 200, 0.2, 13);
    private final Map<String, TrainingResult> trained = new ConcurrentHashMap<>();
    private final AtomicInteger removals = new AtomicInteger();

    @AfterAll
    void closeEngine() {
        engine.close();
    }

    @Test
    void retrainedModelsAreGuessedAndDoingNothingIsSeen() throws IOException {
        ShadowAudit.Findings found = audit((single, seed) -> Controls.noOp(), null);

        assertThat(found.retrained().rows().accuracy().value()).isBetween(0.48, 0.52);
        assertThat(found.retrained().rows().accuracy().interval().contains(0.5)).isTrue();
        assertThat(found.retrained().rows().shareExposed()).isLessThanOrEqualTo(0.02);
        assertThat(found.retrained().epsilon().epsilon()).isZero();
        assertThat(found.after())
                .usingRecursiveComparison()
                .ignoringFields("model")
                .isEqualTo(found.before());
        assertThat(found.after().rows().accuracy().interval().low()).isGreaterThan(0.53);
        assertThat(found.after().rows().auc().value()).isGreaterThan(0.7);
        assertThat(found.after().rows().shareExposed()).isGreaterThan(0.2);
        assertThat(found.after().epsilon().epsilon()).isGreaterThan(1);
        assertThat(found.after().score().points())
                .isLessThan(found.retrained().score().points());
        assertThat(found.testAccuracyDrop().mean()).isZero();
        assertThat(verdict(found)).isEqualTo(Verdict.FAIL);
    }

    @Test
    void anExactMethodIsGuessedLikeRetrainedModels() throws IOException {
        ShadowAudit.Findings found =
                audit((single, seed) -> new Retrain((rows, held, s) -> train(single, rows, held, s), seed), null);

        assertThat(found.after().rows().accuracy().interval().contains(0.5)).isTrue();
        assertThat(found.refusals()).isZero();
        assertThat(verdict(found)).isEqualTo(Verdict.PASS);
    }

    @Test
    void aDestroyedModelHidesTheRowsAndShowsWhatItCost() throws IOException {
        ShadowAudit.Findings found = audit((single, seed) -> Controls.destroyed(), null);

        assertThat(found.after().rows().accuracy().value()).isEqualTo(0.5);
        assertThat(found.testAccuracyDrop().isAbove(0.02)).isTrue();
        assertThat(found.after().score().points()).isZero(); // collapsed
        assertThat(verdict(found)).isEqualTo(Verdict.FAIL);
    }

    @Test
    void runsAreKeptAndNotMadeAgain(@TempDir Path folder) throws IOException {
        ShadowAudit.Findings first = audit((single, seed) -> counted(Controls.noOp()), folder.resolve("bank"));
        int made = removals.get();

        ShadowAudit.Findings second = audit((single, seed) -> counted(Controls.noOp()), folder.resolve("bank"));

        assertThat(second).usingRecursiveComparison().isEqualTo(first);
        assertThat(removals.get()).isEqualTo(made).isGreaterThanOrEqualTo(16);
        ShadowSetting other = setting((single, seed) -> Controls.noOp(), "another recipe");
        assertThatThrownBy(() -> new ShadowAudit(engine, RUNS).audit(other, folder.resolve("bank")))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("holds retrainings made from something else");
    }

    @Test
    void canariesAreStandardNormalWhereNobodyLearnedTheNoise() throws IOException {
        CanaryAudit.Findings found = new CanaryAudit(engine, CanaryAudit.Options.DEFAULT)
                .audit(setting((single, seed) -> Controls.noOp(), "canaries"), null);

        assertThat(found.retrained().mean().interval().contains(0)).isTrue();
        assertThat(found.retrained().deviation()).isBetween(0.8, 1.2); // 80 scores: 2.5 standard errors
        assertThat(found.control().mean().interval().contains(0)).isTrue();
        GaussianScore after = found.after();
        assertThat(after.mean().interval().low()).isPositive();
        assertThat(after).isEqualTo(found.before());
        assertThat(after.scores()).isEqualTo(80);
    }

    @Test
    void refusesWhatCannotBeAudited() {
        assertThatThrownBy(() -> new ShadowAudit.Options(9, 0, LikelihoodRatioAttack.Options.DEFAULT, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ShadowSetting(
                        train,
                        train.select(Problems.first(2)),
                        validation,
                        test,
                        this::train,
                        (e, s) -> Controls.noOp(),
                        ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 4 candidate rows");
    }

    @Test
    void noiseThatIsTooSmallToMatterFails() throws IOException {
        assertThat(verdict(audit((single, seed) -> Controls.noise(1e-3), null))).isEqualTo(Verdict.FAIL);
    }

    /** Five points of accuracy are allowed: half of the rows fewer cost some. */
    private static Verdict verdict(ShadowAudit.Findings found) {
        return ShadowEvidence.of(found, 0.05, 1).gate().verdict();
    }

    private ShadowAudit.Findings audit(ShadowSetting.Subject subject, @org.jspecify.annotations.Nullable Path bank)
            throws IOException {
        return new ShadowAudit(engine, RUNS).audit(setting(subject, "noisy classes"), bank);
    }

    private ShadowSetting setting(ShadowSetting.Subject subject, String identity) {
        return new ShadowSetting(
                train.without(Problems.first(40)),
                train.select(Problems.first(40)),
                validation,
                test,
                identity.equals("canaries") ? Problems::train : this::train,
                subject,
                identity);
    }

    private TrainingResult train(Engine single, Dataset rows, Dataset held, long seed) {
        return trained.computeIfAbsent(
                seed + String.join(",", rows.ids()), key -> Problems.train(single, rows, held, seed));
    }

    private UnlearningMethod counted(UnlearningMethod method) {
        removals.incrementAndGet();
        return method;
    }
}
