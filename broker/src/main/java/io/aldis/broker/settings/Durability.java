package io.aldis.broker.settings;

/**
 * What an acknowledgement promises of a message that a persistent session, or the retained messages, must keep, if the broker has a storage.
 * Messages that nobody keeps are not delayed by any of them.
 */
public enum Durability {
    /** Nothing: the acknowledgement leaves at once, while the message is on its way to the storage. */
    MEMORY,
    /** The message outlives the end of the broker's process, however sudden: the operating system has it. */
    WRITTEN,
    /** The message outlives a power cut: it is on the disk, as far as the disk tells the truth. */
    SYNCED
}
