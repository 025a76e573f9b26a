#!/usr/bin/env bash
# Packs the engine with a Java runtime of its own and the program that checks and times it, for a machine that has
# neither Java nor Maven: benchmarks/target/expunge-engine-<version>-linux-x86_64.tar.gz, the same bytes for the same
# commit and JDK. Needs a JDK 17 or later with jlink, and a build: 'mvn -pl benchmarks -am -DskipTests package' is run
# if there is none, or a source is newer. What was not committed is marked: the commit then ends in '-dirty'.
set -euo pipefail
root="$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd)"
target="$root/benchmarks/target"
most_bytes=$((60 * 1000 * 1000))

fail() {
    echo "package.sh: $*" >&2
    exit 1
}

java_home="${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v jlink)")")")}"
[[ -x "$java_home/bin/jlink" ]] || fail "no jlink found; install a JDK 17 or later, or set JAVA_HOME"

# What is built; what lies beside this script is packed as it is.
sources=(pom.xml {influence-engine,unlearning,poisoning-defense,cli,benchmarks}/{pom.xml,src/main})

newer_than_build() {
    (cd "$root" && find "${sources[@]}" -type f -newer "$target/benchmarks.jar" -print -quit)
}

if [[ ! -f "$target/benchmarks.jar" || -n "$(newer_than_build)" ]]; then
    started="$(date --iso-8601=ns)"
    (cd "$root" && mvn -B -q -pl benchmarks -am -DskipTests package)
    touch --date="$started" "$target/benchmarks.jar" # Maven leaves a jar as old as it is where no class has changed
fi

engine=("$target"/lib/influence-engine-*.jar)
[[ -f "${engine[0]}" ]] || fail "no influence-engine in $target/lib; build the benchmarks again"
version="$(basename "${engine[0]}" .jar)"
version="${version#influence-engine-}"
commit="$(git -C "$root" rev-parse --short HEAD 2>/dev/null || echo unknown)"
[[ -z "$(git -C "$root" status --porcelain -- "${sources[@]}" benchmarks/gpu 2>/dev/null)" ]] || commit="$commit-dirty"
seconds="$(git -C "$root" log -1 --format=%ct 2>/dev/null || echo 1767225600)"
date="$(date -u -d "@$((seconds / 2 * 2))" +%Y-%m-%dT%H:%M:%SZ)" # archives count time in steps of two seconds

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
name="expunge-engine-$version-linux-x86_64"
home="$work/$name"
mkdir -p "$home"/{bin,lib,share}

# Makes a jar of a folder, files in order and with one date.
jar_of() {
    (cd "$2" && find . -type f | sed 's#^\./##' | LC_ALL=C sort >"$work/files" &&
        "$java_home/bin/jar" --create --no-manifest --date "$date" --file "$1" @"$work/files")
}

# Copies a library without the parts that are named, which are of no use here.
copy_without() {
    local jar="$1" folder="$work/unpacked"
    shift
    rm -rf "$folder"
    mkdir "$folder"
    (cd "$folder" && "$java_home/bin/jar" --extract --file "$jar" && rm -rf "$@")
    jar_of "$home/lib/$(basename "$jar")" "$folder"
}

# What the engine needs at run time, and no more: ND4J and DL4J are what other benchmarks measure beside it.
libraries=(influence-engine 'guava-*-jre' failureaccess jackson-annotations jackson-core jackson-databind
    jackson-dataformat-yaml snakeyaml commons-math3 javacpp openblas jna)
for library in "${libraries[@]}"; do
    for jar in "$target"/lib/$library*.jar; do # the name may hold a pattern
        [[ -f "$jar" ]] || fail "$jar is missing; build the benchmarks again"
        case "$(basename "$jar")" in
            openblas-*-linux-x86_64.jar)
                # One binding of the three is loaded; LAPACK's other interface and headers are not.
                native=org/bytedeco/openblas/linux-x86_64
                copy_without "$jar" "$native/libjniopenblas_full.so" "$native/include" "$native/lib" META-INF
                ;;
            jna-*.jar)
                copy_without "$jar" META-INF com/sun/jna/{aix,darwin,dragonflybsd,freebsd,netbsd,openbsd,sunos,win32}-* \
                    com/sun/jna/linux-{aarch64,arm,armel,loongarch64,mips64el,ppc,ppc64le,riscv64,s390x,x86}
                ;;
            *) cp "$jar" "$home/lib/" ;;
        esac
    done
done

classes="$work/classes"
mkdir -p "$classes/org/expunge/benchmarks/study"
cp -r "$target/classes/org/expunge/benchmarks/gpu" "$classes/org/expunge/benchmarks/"
cp "$target"/classes/org/expunge/benchmarks/study/{StudyTable,CpuTime}.class "$classes/org/expunge/benchmarks/study/"
echo "$commit" >"$classes/org/expunge/benchmarks/study/commit.txt"
jar_of "$home/lib/expunge-engine-benchmark-$version.jar" "$classes"

install -m 755 "$root/benchmarks/gpu/bin/expunge-engine" "$home/bin/"
install -m 644 "$root/benchmarks/gpu/pytorch_twin.py" "$home/share/"
install -m 644 "$root/LICENSE" "$home/"
{
    echo "Expunge engine $version, commit $commit. 'bin/expunge-engine --help' says what it does."
} >"$home/README"

# jdeps looks at loose classes: some libraries name modules that only their builds had.
loose="$work/loose"
mkdir "$loose"
for jar in "$home"/lib/*.jar; do
    (cd "$loose" && "$java_home/bin/jar" --extract --file "$jar" && rm -rf META-INF module-info.class)
done
# Two are left out, a fifth of the package: only reading folders of pictures needs java.desktop, which is no work for a
# bare machine, and java.sql is for types that no file of ours holds.
modules="$("$java_home/bin/jdeps" --ignore-missing-deps --list-deps "$loose" |
    sed -E 's#^ +##; s#/.*##' | grep -Ev '^java\.(desktop|sql)$' | sort -u | paste -sd,)"
"$java_home/bin/jlink" --add-modules "$modules" --strip-debug --no-header-files --no-man-pages --compress=2 \
    --output "$home/runtime"

# A runtime that a Linux distribution built leans on its libraries; those the virtual machine needs come along.
for library in $(ldd "$home"/runtime/bin/java "$home"/runtime/lib/server/libjvm.so "$home"/runtime/lib/libzip.so |
    awk '/=> \// { print $3 }' | grep -E '/(libz|libstdc\+\+|libgcc_s)\.so' | sort -u); do
    install -m 644 "$library" "$home/runtime/lib/"
done

if find "$home" | grep -Ei 'nd4j|deeplearning4j|dl4j-|javafx|junit|-tests'; then
    fail "the package holds what it must not (above)"
fi
archive="$target/$name.tar.gz"
tar --create --directory "$work" --sort=name --mtime="@$seconds" --owner=0 --group=0 --numeric-owner \
    --format=gnu "$name" | gzip -9 -n >"$archive.part"
mv "$archive.part" "$archive"
bytes="$(stat --format=%s "$archive")"
echo "$archive: $bytes bytes, commit $commit, modules $modules"
((bytes < most_bytes)) || fail "the package must be smaller than $most_bytes bytes"
