package org.expunge.benchmarks.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.cuda.MathMode;
import org.expunge.influence.compute.reference.ReferenceCompute;
import org.junit.jupiter.api.Test;

class KernelComparisonTest {
    private static final int LENGTH = 10;
    private static final int ROUNDS = 5;
    private static final Bounds BOUNDS = Bounds.of(MathMode.FLOAT32);

    private static final KernelCase ADD = Extent.SMALL.of("elements", "add", KernelComparisonTest::add);

    private static final KernelCase ADD_TWICE = Extent.SMALL.of("elements", "add", desk -> {
        add(desk);
        add(desk);
    });

    private static void add(Desk desk) {
        Buffer x = desk.input(LENGTH);
        desk.compute().elements().add(LENGTH, x, desk.input(LENGTH), desk.output(LENGTH));
    }

    @Test
    void aRightBackendHasNoErrorAndEveryKernelIsCompared() {
        List<Finding> findings = compare(new ReferenceCompute(), KernelCases.small());

        assertThat(findings)
                .allSatisfy(finding ->
                        assertThat(finding.error()).as(finding.name()).isZero());
        assertThat(findings).extracting(Finding::family).doesNotContain("not compared");
    }

    @Test
    void aNanOfTheFirstRoundStaysWhateverComesAfter() {
        assertThat(error(BrokenAdd.setting(Double.NaN, 0), ADD)).isNaN();
    }

    @Test
    void aNanOfALaterRoundIsFound() {
        assertThat(error(BrokenAdd.setting(Double.NaN, 2), ADD)).isNaN();
        assertThat(error(BrokenAdd.setting(Double.NaN, ROUNDS - 1), ADD)).isNaN();
    }

    @Test
    void aNanInTheFirstOfSeveralResultsStays() {
        assertThat(error(BrokenAdd.setting(Double.NaN, 2 * ROUNDS - 2), ADD_TWICE))
                .isNaN();
        assertThat(error(BrokenAdd.setting(Double.NaN, 2 * ROUNDS - 1), ADD_TWICE))
                .isNaN();
    }

    @Test
    void anInfinityDoesNotPass() {
        assertThat(finding(BrokenAdd.setting(Double.POSITIVE_INFINITY, 1), ADD).passes())
                .isFalse();
    }

    @Test
    void oneWrongNumberInOneRoundDoesNotPass() {
        for (int round = 0; round < ROUNDS; round++) {
            Finding finding = finding(BrokenAdd.setting(100, round), ADD);

            assertThat(finding.passes()).isFalse();
            assertThat(finding.error()).isGreaterThan(1);
        }
    }

    @Test
    void aResultThatIsNotWrittenIsNan() {
        KernelCase forgotten = Extent.SMALL.of("elements", "add", desk -> {
            Buffer x = desk.input(LENGTH);
            Buffer to = desk.output(LENGTH);
            desk.compute().elements().add(LENGTH - 1, x, desk.input(LENGTH), to);
        });

        assertThat(error(new ReferenceCompute(), forgotten)).isNaN();
    }

    @Test
    void aKernelThatNoCaseCallsIsWrong() {
        List<Finding> findings = compare(new ReferenceCompute(), List.of(ADD));

        assertThat(findings)
                .filteredOn(finding -> finding.family().equals("not compared"))
                .allSatisfy(finding -> assertThat(finding.passes()).isFalse())
                .extracting(Finding::name)
                .contains("ElementKernels.multiply", "LinearKernels.multiply", "Compute.copy with 2 arguments")
                .doesNotContain("ElementKernels.add");
    }

    @Test
    void aLargeCaseIsComparedOnce() {
        int[] runs = new int[1];
        KernelCase large = Extent.LARGE.of("elements", "add", desk -> runs[0]++);

        compare(new ReferenceCompute(), List.of(large));

        assertThat(runs[0]).isEqualTo(2); // by the reference and by the tested backend
    }

    @Test
    void onlyProductsAreGivenMoreRoomByALowerPrecision() {
        for (MathMode precision : MathMode.values()) {
            Bounds bounds = Bounds.of(precision);

            assertThat(List.of("buffers", "linear", "reductions", "updates", "decompositions"))
                    .allSatisfy(family -> assertThat(bounds.of(family)).isEqualTo(1e-5));
        }
        assertThat(Bounds.of(MathMode.FLOAT32).of(Bounds.PRODUCTS)).isEqualTo(1e-5);
        assertThat(Bounds.of(MathMode.TF32).of(Bounds.PRODUCTS)).isEqualTo(2e-3);
        assertThat(Bounds.of(MathMode.BF16).of(Bounds.PRODUCTS)).isEqualTo(2e-2);
    }

    private static double error(Compute tested, KernelCase kernel) {
        return finding(tested, kernel).error();
    }

    private static Finding finding(Compute tested, KernelCase kernel) {
        return compare(tested, List.of(kernel)).get(0);
    }

    private static List<Finding> compare(Compute tested, List<KernelCase> cases) {
        List<Finding> findings = new ArrayList<>();
        new KernelComparison(tested, new ReferenceCompute(), BOUNDS, ROUNDS).run(cases, 1, findings::add);
        return findings;
    }
}
