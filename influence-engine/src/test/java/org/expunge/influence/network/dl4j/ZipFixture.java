package org.expunge.influence.network.dl4j;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/** A DL4J zip taken apart, to be spoilt and put together again. */
final class ZipFixture {
    static final String CONFIGURATION = "configuration.json";
    static final String COEFFICIENTS = "coefficients.bin";

    private final Map<String, byte[]> entries = new LinkedHashMap<>();

    /** Takes apart what DL4J saves for a configuration. */
    static ZipFixture of(MultiLayerConfiguration configuration, Path folder) throws IOException {
        MultiLayerNetwork net = new MultiLayerNetwork(configuration);
        net.init();
        return of(new Dl4jNet(net), folder);
    }

    static ZipFixture of(Dl4jNet net, Path folder) throws IOException {
        Path file = folder.resolve("original.zip");
        net.save(file, true);
        ZipFixture fixture = new ZipFixture();
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
                ZipEntry entry = all.nextElement();
                try (InputStream in = zip.getInputStream(entry)) {
                    fixture.entries.put(entry.getName(), in.readAllBytes());
                }
            }
        }
        return fixture;
    }

    ZipFixture with(String name, byte[] content) {
        entries.put(name, content);
        return this;
    }

    ZipFixture without(String name) {
        entries.remove(name);
        return this;
    }

    byte[] get(String name) {
        return entries.getOrDefault(name, new byte[0]);
    }

    /** Replaces text of the configuration that must be there. */
    ZipFixture configured(String from, String to) {
        String json = new String(get(CONFIGURATION), StandardCharsets.UTF_8);
        if (!json.contains(from)) {
            throw new IllegalArgumentException("the configuration has no " + from + ": " + json);
        }
        return with(CONFIGURATION, json.replace(from, to).getBytes(StandardCharsets.UTF_8));
    }

    byte[] bytes() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
                zip.closeEntry();
            }
        }
        return bytes.toByteArray();
    }

    Path write(Path folder) throws IOException {
        return Files.write(folder.resolve("model.zip"), bytes());
    }
}
