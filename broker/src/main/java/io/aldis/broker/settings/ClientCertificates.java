package io.aldis.broker.settings;

/** Whether clients of TLS have to show who they are (mutual TLS). */
public enum ClientCertificates {
    /** They are not asked for a certificate. */
    NONE,
    /** They are asked; one that has none comes in without, one whose certificate is not trusted does not. */
    OPTIONAL,
    /** They need a certificate that is trusted. */
    REQUIRED
}
