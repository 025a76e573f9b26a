package org.expunge.cli.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.expunge.cli.render.ContactSheet;
import org.expunge.cli.render.HtmlPage;
import org.expunge.cli.render.HtmlPage.Tone;
import org.expunge.cli.work.DefenseEvidence;
import org.expunge.cli.work.ModelAuditReport;
import org.expunge.cli.work.ModelAuditing;
import org.expunge.cli.work.ScanReport;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Json;
import org.jspecify.annotations.Nullable;

/**
 * What other looks at the rows and at a model found, which a page on a sanitizing can show as well.
 *
 * @param scan what detectors say of the training rows; null if nobody scanned
 * @param modelAudit what the model says without its rows; null if nobody asked
 * @param pictures the smallest trigger and its mask; empty if there are none
 */
public record FurtherFindings(
        @Nullable ScanReport scan, @Nullable ModelAuditReport modelAudit, List<ContactSheet.Tile> pictures) {
    /** Nothing else is known. */
    public static final FurtherFindings NONE = new FurtherFindings(null, null, List.of());

    /** Copies the list. */
    public FurtherFindings {
        pictures = List.copyOf(pictures);
    }

    /**
     * The evidence with its own keys, and what else is known under two more, as one JSON value.
     *
     * @param evidence on the sanitizing
     * @param scan of the training rows; null if nobody scanned
     * @param modelAudit of a model; null if nobody asked
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Figures(
            @JsonUnwrapped DefenseEvidence evidence,
            @Nullable ScanReport scan,
            @Nullable ModelAuditReport modelAudit) {}

    /**
     * Reads both.
     *
     * @param scan the JSON that 'scan' printed; null for none
     * @param modelAudit the folder that 'audit-model' wrote, or the JSON that it printed; null for none
     * @throws BadInputException if one of them is something else
     * @throws IOException if one of them cannot be read
     */
    public static FurtherFindings read(@Nullable Path scan, @Nullable Path modelAudit) throws IOException {
        ScanReport scanned = scan == null ? null : Json.read(scan, ScanReport.class);
        if (modelAudit == null) {
            return new FurtherFindings(scanned, null, List.of());
        }
        boolean isFolder = Files.isDirectory(modelAudit);
        Path file = isFolder ? modelAudit.resolve(ModelAuditing.AUDIT) : modelAudit;
        if (isFolder && !Files.isRegularFile(file)) {
            throw new BadInputException(
                    modelAudit, "holds no " + ModelAuditing.AUDIT + ": name a folder that 'expunge audit-model' wrote");
        }
        ModelAuditReport audit = Json.read(file, ModelAuditReport.class);
        return new FurtherFindings(scanned, audit, isFolder ? pictures(modelAudit, audit.label()) : List.of());
    }

    private static List<ContactSheet.Tile> pictures(Path folder, int label) throws IOException {
        List<ContactSheet.Tile> tiles = new ArrayList<>();
        for (ModelAuditing.Picture kind : ModelAuditing.Picture.values()) {
            Path file = folder.resolve(kind.file(label));
            if (Files.isRegularFile(file)) {
                byte[] png = Files.readAllBytes(file);
                BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
                if (image == null) {
                    throw new BadInputException(file, "is no image");
                }
                tiles.add(new ContactSheet.Tile(
                        Base64.getEncoder().encodeToString(png),
                        image.getHeight(),
                        image.getWidth(),
                        null,
                        kind.word(),
                        ""));
            }
        }
        return tiles;
    }

    /** Returns what the page shows, for JSON: the evidence alone if nothing else is known. */
    public Object with(DefenseEvidence evidence) {
        return new Figures(evidence, scan, modelAudit);
    }

    void append(HtmlPage page, DefenseEvidence.Subject subject) {
        if (scan != null) {
            page.document(scan.document());
            caution(page, subject, scan.run(), "scanned");
        }
        if (modelAudit != null) {
            page.document(modelAudit.document());
            if (!pictures.isEmpty()) {
                page.part("Pictures of the smallest trigger");
                page.figure(
                        new ContactSheet("Smallest trigger", pictures).svg(),
                        "What the smallest trigger puts in place of pixels, and how much of each it replaces.");
            }
            caution(page, subject, modelAudit.model(), "audited");
        }
    }

    /** What was found in another run belongs on another page, unless its reader knows. */
    private static void caution(HtmlPage page, DefenseEvidence.Subject subject, String looked, String verb) {
        boolean isSame = Stream.of(subject.run(), subject.out())
                .filter(Objects::nonNull)
                .anyMatch(run -> place(run).equals(place(looked)));
        if (!isSame) {
            page.badge(
                    Tone.OPEN,
                    "another place",
                    "What was " + verb + " lies in " + looked
                            + ": neither the run that was sanitized nor what came of it.");
        }
    }

    private static Path place(String path) {
        return Path.of(path).toAbsolutePath().normalize();
    }
}
