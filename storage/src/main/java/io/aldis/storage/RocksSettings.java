package io.aldis.storage;

import java.nio.file.Path;

/**
 * What {@link RocksStorage} is told.
 *
 * @param readMemory in bytes
 * @param writeMemory in bytes
 * @param nativeFiles a directory
 */
record RocksSettings(long readMemory, long writeMemory, Path nativeFiles) {}
