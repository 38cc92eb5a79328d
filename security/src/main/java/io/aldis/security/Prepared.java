package io.aldis.security;

import com.ongres.saslprep.SASLprep;

/** Names and passwords in the form in which they are compared: SASLprep (RFC 4013). */
final class Prepared {

    private static final SASLprep PROFILE = new SASLprep();

    private Prepared() {}

    /** A user name, as RFC 5802 §5.1 asks for ("n"). */
    static String username(String username) {
        return notEmpty(PROFILE.prepareQuery(username), "user name");
    }

    /** A password, as RFC 5802 §2.2 asks for ("Normalize"). */
    static String password(String password) {
        return notEmpty(PROFILE.prepareStored(password), "password");
    }

    private static String notEmpty(String prepared, String what) {
        if (prepared.isEmpty()) {
            throw new IllegalArgumentException("The " + what + " is empty.");
        }
        return prepared;
    }
}
