package org.expunge.unlearning.certified;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.training.DataRecipe;
import org.expunge.influence.training.ModelRecipe;
import org.expunge.influence.training.Recipe;
import org.expunge.influence.training.TrainingOptions;
import org.expunge.influence.training.TrainingRun;
import org.expunge.unlearning.Guarantee;
import org.junit.jupiter.api.Test;

/** What a head's trunk learned from decides what may be claimed of the head. */
class TrunkProvenanceTest extends HeadFixture {
    private Certificate certificateOn(Dataset trunkRows, boolean isPublic) throws IOException {
        return training.onRun(
                        folder.resolve("run"),
                        HeadTables.recipe(own, "none"),
                        HeadOptions.DEFAULT,
                        tables.trunk(trunkRows),
                        isPublic)
                .certificate();
    }

    @Test
    void aTrunkOfOtherRowsIsCertified() throws IOException {
        Certificate certificate = certificateOn(HeadProblems.rows(60, 4, 3, 22), false);

        assertThat(certificate.trunk().kind()).isEqualTo(TrunkProvenance.Kind.DISJOINT);
        assertThat(certificate.guarantee()).isEqualTo(Guarantee.CERTIFIED);
    }

    @Test
    void aTrunkThatSawARowUnderAnotherIdAndLabelIsNot() throws IOException {
        Dataset others = HeadProblems.rows(60, 4, 3, 22);
        Dataset own90 = HeadProblems.rows(90, 4, 3, 21);

        Certificate certificate = certificateOn(others.concat(HeadTables.renamed(own90, "z")), true);

        assertThat(certificate.trunk().kind()).isEqualTo(TrunkProvenance.Kind.SEEN);
        assertThat(certificate.trunk().shared()).isBetween(1, 90);
        assertThat(certificate.guarantee()).isEqualTo(Guarantee.EMPIRICAL);
        assertThat(certificate.claim()).startsWith("Not certified").contains("learned from");
    }

    private Certificate certificateOn(Recipe trunk, String source, boolean isPublic) throws IOException {
        DataSpec spec = DataSpec.parse(source);
        DataRecipe data = new DataRecipe(spec, Normalizer.Options.parse("none"), 0.1, 0.2, OptionalLong.empty());
        Recipe head = new Recipe(5, data, ModelRecipe.mlp(6), TrainingOptions.DEFAULT);
        return training.onRun(folder.resolve("run"), head, HeadOptions.DEFAULT, tables.trunk(trunk), isPublic)
                .certificate();
    }

    private void assertSeen(Certificate certificate) {
        assertThat(certificate.trunk().kind()).isEqualTo(TrunkProvenance.Kind.SEEN);
        assertThat(certificate.trunk().shared()).isBetween(30, 63);
        assertThat(certificate.guarantee()).isEqualTo(Guarantee.EMPIRICAL);
        assertThat(certificate.claim()).contains("the same id, or the same numbers up to rounding");
    }

    @Test
    void theSamePeopleWithFewerDecimalsInAnotherFileAreSeenByTheirIds() throws IOException {
        Path brief = tables.write("brief.csv", HeadProblems.rows(90, 4, 3, 21), "%.1f");

        assertSeen(certificateOn(HeadTables.recipe(brief, "standardize"), "csv:" + own + "?label=class&id=id", true));
    }

    @Test
    void theSamePeopleWithFewerDecimalsAndOtherIdsAreSeenByTheirNumbers() throws IOException {
        Path brief = tables.write("brief.csv", HeadTables.renamed(HeadProblems.rows(90, 4, 3, 21), "t"), "%.5f");

        assertSeen(certificateOn(HeadTables.recipe(brief, "standardize"), "csv:" + own + "?label=class&id=id", true));
    }

    @Test
    void theSamePeopleBehindALimitAreSeen() throws IOException {
        assertSeen(certificateOn(
                HeadTables.recipe(own, "standardize"), "csv:" + own + "?label=class&id=id&limit=85", false));
    }

    @Test
    void theSamePeopleInAMovedFileThatWasTakenToOtherUnitsAreSeenByTheirIds() throws IOException {
        Dataset rows = HeadProblems.rows(90, 4, 3, 21);
        StringBuilder text = new StringBuilder("id,a,b,c,d,class\n");
        for (int i = 0; i < rows.size(); i++) {
            text.append(rows.id(i));
            for (double value : rows.row(i)) {
                text.append(',').append(100 * value + 7);
            }
            text.append(",c").append(rows.label(i)).append('\n');
        }
        Path moved = Files.writeString(folder.resolve("moved.csv"), text);

        assertSeen(certificateOn(HeadTables.recipe(moved, "standardize"), "csv:" + own + "?label=class&id=id", false));
    }

    @Test
    void equalRowNumbersOfDifferentRowsLeaveItUnknown() throws IOException {
        Path other = tables.write("other.csv", HeadProblems.rows(60, 4, 3, 22));
        DataRecipe data = new DataRecipe(
                DataSpec.parse("csv:" + other + "?label=class&ignore=id"),
                Normalizer.Options.parse("standardize"),
                0.1,
                0.2,
                OptionalLong.empty());

        Certificate certificate = certificateOn(
                new Recipe(5, data, ModelRecipe.mlp(6), TrainingOptions.DEFAULT.withEpochs(3)),
                "csv:" + own + "?label=class&ignore=id",
                false);

        assertThat(certificate.trunk().kind()).isEqualTo(TrunkProvenance.Kind.UNKNOWN);
        assertThat(certificate.guarantee()).isEqualTo(Guarantee.EMPIRICAL);
        assertThat(certificate.claim()).contains("may be the same rows or not", "id=COLUMN");
    }

    @Test
    void theUsersWordIsWrittenDown() throws IOException {
        Certificate certificate = certificateOn(HeadProblems.rows(60, 4, 3, 22), true);

        assertThat(certificate.trunk().kind()).isEqualTo(TrunkProvenance.Kind.PUBLIC);
        assertThat(certificate.assumptions()).anyMatch(text -> text.contains("nobody has checked"));
    }

    @Test
    void aModelFileNeedsTheUsersWord() throws IOException {
        TrainingRun trunk = tables.trunk(HeadProblems.rows(60, 4, 3, 22));
        Path file = trunk.path().resolve("model.zip");

        Certificate unknown = training.onFile(
                        folder.resolve("unknown"), HeadTables.recipe(own, "none"), HeadOptions.DEFAULT, file, false)
                .certificate();
        Certificate attested = training.onFile(
                        folder.resolve("public"), HeadTables.recipe(own, "none"), HeadOptions.DEFAULT, file, true)
                .certificate();

        assertThat(unknown.guarantee()).isEqualTo(Guarantee.EMPIRICAL);
        assertThat(attested.guarantee()).isEqualTo(Guarantee.CERTIFIED);
    }

    @Test
    void aNormalisationFittedOnTheRowsIsNotCertified() throws IOException {
        Certificate certificate = training.withoutTrunk(
                        folder.resolve("run"), HeadTables.recipe(own, "standardize"), HeadOptions.DEFAULT)
                .certificate();

        assertThat(certificate.guarantee()).isEqualTo(Guarantee.EMPIRICAL);
        assertThat(certificate.claim()).contains("normalisation standardize");
    }

    @Test
    void theTrunkOfAHeadIsNoTrunk() throws IOException {
        CertifiedRun first =
                training.withoutTrunk(folder.resolve("run"), HeadTables.recipe(own, "none"), HeadOptions.DEFAULT);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> training.onRun(
                        folder.resolve("next"), HeadTables.recipe(own, "none"), HeadOptions.DEFAULT, first.run(), true))
                .withMessageContaining("its trunk was taken from");
    }
}
