/**
 * {@link io.aldis.storage.RocksStorage}, a broker's {@link io.aldis.broker.storage.Storage} in a directory, on RocksDB.
 *
 * <p>{@code RocksStore} is the open store: one database, one column family for each table. A {@code StoreDirectory} is what holds
 * it: nobody else is in it, and its format is ours. Before the database is opened, each {@code LogFile} is read through, since RocksDB
 * itself would be silent about what it leaves out. {@code Salvage} is for damage that an operator has to know of.
 *
 * <p>Native objects are behind a {@code Gate}: nobody uses one that has been freed, which would end the process.
 */
@NullMarked
package io.aldis.storage;

import org.jspecify.annotations.NullMarked;
