package org.expunge.cli;

import static com.google.common.base.MoreObjects.firstNonNull;

import picocli.CommandLine.IVersionProvider;

/** Reads the version from the manifest that the build wrote. */
final class ProgramVersion implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = firstNonNull(Main.class.getPackage().getImplementationVersion(), "(unpackaged)");
        return new String[] {"expunge " + version, "Java " + Runtime.version()};
    }
}
