package org.expunge.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The command line sees every library, so the rules of the house are kept here. */
@AnalyzeClasses(packages = "org.expunge", importOptions = ArchitectureTest.ProgramOnly.class)
final class ArchitectureTest {
    /** Leaves out test classes, also those that another module's tests share as a jar. */
    static final class ProgramOnly implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return new DoNotIncludeTests().includes(location) && !location.contains("-tests.jar");
        }
    }

    @ArchTest
    static final ArchRule MODULES_POINT_ONE_WAY = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("org.expunge..")
            .layer("influence")
            .definedBy("org.expunge.influence..")
            .layer("unlearning")
            .definedBy("org.expunge.unlearning..")
            .layer("defense")
            .definedBy("org.expunge.defense..")
            .layer("cli")
            .definedBy("org.expunge.cli..")
            .whereLayer("influence")
            .mayOnlyBeAccessedByLayers("unlearning", "defense", "cli")
            .whereLayer("unlearning")
            .mayOnlyBeAccessedByLayers("cli")
            .whereLayer("defense")
            .mayOnlyBeAccessedByLayers("cli")
            .whereLayer("cli")
            .mayNotBeAccessedByAnyLayer();

    @ArchTest
    static final ArchRule PACKAGES_FORM_NO_CYCLES =
            slices().matching("org.expunge.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule PICOCLI_STAYS_IN_THE_CLI = noClasses()
            .that()
            .resideOutsideOfPackage("org.expunge.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("picocli..");

    @ArchTest
    static final ArchRule ND4J_AND_DL4J_STAY_IN_THEIR_ADAPTERS = noClasses()
            .that()
            .resideOutsideOfPackage("..dl4j..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.nd4j..", "org.deeplearning4j..");

    @ArchTest
    static final ArchRule JAVACPP_STAYS_IN_THE_NATIVE_BACKENDS = noClasses()
            .that()
            .resideOutsideOfPackages("..compute.cpu..", "..compute.cuda..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.bytedeco..");

    @ArchTest
    static final ArchRule JNA_STAYS_IN_THE_BACKEND_FOR_GPUS = noClasses()
            .that()
            .resideOutsideOfPackage("..compute.cuda..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.sun.jna..");

    @ArchTest
    static final ArchRule LIBRARIES_DO_NOT_PRINT =
            noClasses().that().resideOutsideOfPackage("org.expunge.cli..").should(ACCESS_STANDARD_STREAMS);
}
