package io.aldis.server;

/** Which Aldis this is. */
final class Version {

    private Version() {}

    /** As the build wrote it into the jar; classes outside a jar are someone's work in progress. */
    static String current() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "(development)" : version;
    }
}
