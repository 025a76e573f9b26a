package org.expunge.influence.compute.cuda.driver;

import com.google.common.collect.ImmutableList;
import com.sun.jna.NativeLibrary;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds and opens CUDA's libraries, once for a process: those of a folder named by the property {@value #FOLDERS}, of
 * {@code CUDA_PATH} or {@code CUDA_HOME}, of {@code /usr/local/cuda*}, or what the system's loader finds. Versions 12
 * and 13 of CUDA both serve.
 */
public final class Libraries {
    /** System property: folders to look in first, with the platform's path separator between them. */
    public static final String FOLDERS = "expunge.cuda.libraries";

    private static final int CUDA_13 = 13_000;

    /** A library of CUDA. */
    public enum Library {
        /** The driver. */
        DRIVER("the NVIDIA driver", ImmutableList.of("libcuda.so.1"), ImmutableList.of()),
        /** The run-time compiler. */
        COMPILER("NVRTC", ImmutableList.of("libnvrtc.so.13", "libnvrtc.so.12"), ImmutableList.of()),
        /** Matrix products. */
        PRODUCTS(
                "cuBLAS",
                ImmutableList.of("libcublas.so.13", "libcublas.so.12"),
                ImmutableList.of("libcublasLt.so.13", "libcublasLt.so.12")),
        /** Decompositions. */
        SOLVERS(
                "cuSOLVER",
                ImmutableList.of("libcusolver.so.12", "libcusolver.so.11"),
                ImmutableList.of(
                        "libnvJitLink.so.13",
                        "libnvJitLink.so.12",
                        "libcusparse.so.12",
                        "libcublasLt.so.13",
                        "libcublasLt.so.12",
                        "libcublas.so.13",
                        "libcublas.so.12"));

        private final String title;
        private final ImmutableList<String> names;
        private final ImmutableList<String> siblings;

        Library(String title, ImmutableList<String> names, ImmutableList<String> siblings) {
            this.title = title;
            this.names = names;
            this.siblings = siblings;
        }

        /** Returns what users call it. */
        public String title() {
            return title;
        }

        /** Returns its file names, the preferred one first. */
        public ImmutableList<String> names() {
            return names;
        }
    }

    private static final Map<Library, NativeLibrary> OPENED = new EnumMap<>(Library.class);

    private Libraries() {}

    /**
     * Opens a library if that was not done yet, and binds its functions.
     *
     * @throws CudaException if it is not found, naming where it was looked for and what to install
     */
    public static synchronized void open(Library library) {
        if (OPENED.containsKey(library)) {
            return;
        }
        List<String> refusals = new ArrayList<>();
        NativeLibrary found = find(library, refusals)
                .orElseThrow(() -> new CudaException(missing(library, refusals), CudaException.MISSING_LIBRARY));
        OPENED.put(library, found);
    }

    private static void register(Library library, NativeLibrary found) {
        switch (library) {
            case DRIVER -> Driver.register(found);
            case COMPILER -> Nvrtc.register(found);
            case PRODUCTS -> {
                Cublas.register(found);
                CublasGroups.register(found);
            }
            case SOLVERS -> Cusolver.register(found);
        }
    }

    /** Returns the file of an opened library. */
    public static synchronized Optional<String> file(Library library) {
        return Optional.ofNullable(OPENED.get(library)).map(opened -> {
            File file = opened.getFile();
            return file == null ? opened.getName() : file.getPath();
        });
    }

    /** Returns the folders that are looked in before the system's own. */
    public static List<Path> folders() {
        List<Path> folders = new ArrayList<>();
        String named = System.getProperty(FOLDERS, "");
        Arrays.stream(named.split(File.pathSeparator))
                .filter(f -> !f.isEmpty())
                .map(Path::of)
                .forEach(folders::add);
        Stream.of("CUDA_PATH", "CUDA_HOME")
                .map(System::getenv)
                .filter(value -> value != null && !value.isEmpty())
                .flatMap(value -> Stream.of(Path.of(value, "lib64"), Path.of(value, "lib")))
                .forEach(folders::add);
        folders.addAll(installed());
        return folders.stream().distinct().toList();
    }

    private static List<Path> installed() {
        List<Path> folders = new ArrayList<>();
        try (DirectoryStream<Path> versions = Files.newDirectoryStream(Path.of("/usr/local"), "cuda*")) {
            versions.forEach(version -> folders.add(version.resolve("lib64")));
        } catch (IOException e) {
            return List.of(); // no such folder: nothing is installed there
        }
        folders.sort(Collections.reverseOrder());
        return folders;
    }

    /** Returns the names of those that the driver serves, once that is open: one of CUDA 12 starts none of CUDA 13. */
    private static List<String> served(Library library, List<String> refusals) {
        if (!OPENED.containsKey(Library.DRIVER) || Driver.version() >= CUDA_13) {
            return library.names;
        }
        refusals.add(library.names.get(0) + " needs a driver of CUDA 13, and the version of this one is "
                + Driver.version());
        return library.names.subList(1, library.names.size());
    }

    private static Optional<NativeLibrary> find(Library library, List<String> refusals) {
        List<String> names = served(library, refusals);
        for (Path folder : folders()) {
            for (String name : names) {
                if (Files.exists(folder.resolve(name))) {
                    library.siblings.stream() // opened before it where they lie beside it
                            .map(folder::resolve)
                            .filter(Files::exists)
                            .forEach(sibling -> load(sibling.toString(), refusals));
                    Optional<NativeLibrary> loaded =
                            bind(library, folder.resolve(name).toString(), refusals);
                    if (loaded.isPresent()) {
                        return loaded;
                    }
                }
            }
        }
        List<String> absences = new ArrayList<>();
        return names.stream()
                .map(name -> bind(library, name, absences))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** Loads a library and binds the functions that are called; one that lacks some of them is passed over. */
    private static Optional<NativeLibrary> bind(Library library, String file, List<String> refusals) {
        Optional<NativeLibrary> loaded = load(file, refusals);
        try {
            loaded.ifPresent(found -> register(library, found));
            return loaded;
        } catch (UnsatisfiedLinkError e) {
            refusals.add(file + " is not the library that it is named after: " + reason(e));
            return Optional.empty();
        }
    }

    private static Optional<NativeLibrary> load(String file, List<String> refusals) {
        try {
            return Optional.of(NativeLibrary.getInstance(file));
        } catch (UnsatisfiedLinkError e) {
            refusals.add(file + " could not be loaded: " + reason(e));
            return Optional.empty();
        }
    }

    /** Returns what the loader says, without the paths that JNA has searched, which fill pages. */
    private static String reason(UnsatisfiedLinkError e) {
        return String.valueOf(e.getMessage())
                .lines()
                .filter(line -> !line.startsWith("Native library ("))
                .collect(Collectors.joining(" "));
    }

    private static String missing(Library library, List<String> refusals) {
        List<Path> folders = folders();
        return library.title + " (" + String.join(" or ", library.names) + ") was not found "
                + (folders.isEmpty() ? "" : "in " + folders + " nor ") + "by the system's loader; install "
                + (library == Library.DRIVER ? "NVIDIA's driver" : "it from CUDA 12 or 13")
                + ", or name its folder by -D" + FOLDERS + "=DIR"
                + (refusals.isEmpty() ? "" : ". " + String.join(". ", refusals));
    }
}
