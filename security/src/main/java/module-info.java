/** Ready authenticators for the broker. */
module io.aldis.security {
    requires transitive io.aldis.broker;
    requires static transitive org.jspecify;
    requires com.ongres.saslprep;

    exports io.aldis.security;
}
