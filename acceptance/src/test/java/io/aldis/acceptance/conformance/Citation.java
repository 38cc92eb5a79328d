package io.aldis.acceptance.conformance;

/**
 * A comment that names a statement.
 *
 * @param statement as it stands in the comment, in brackets
 * @param file relative to the root of the repository, with slashes
 * @param line counted from 1
 */
record Citation(String statement, String file, int line) {

    /** The simple name of the class that the file is named after. */
    String type() {
        return file.substring(file.lastIndexOf('/') + 1).replaceFirst("\\.java$", "");
    }

    @Override
    public String toString() {
        return statement + " at " + file + ":" + line;
    }
}
