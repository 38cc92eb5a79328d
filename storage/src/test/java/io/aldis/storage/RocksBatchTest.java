package io.aldis.storage;

import static io.aldis.storage.NumberedRows.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.storage.KeyValueStore;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.WriteBatch;

class RocksBatchTest {
    @TempDir
    Path directory;

    @Test
    void encodes_as_rocksdb_does() throws Exception {
        byte[] large = new byte[20_000];
        try (KeyValueStore store = RocksStorage.in(directory).open();
                RocksBatch ours = new RocksBatch();
                WriteBatch theirs = new WriteBatch()) {
            RocksTable table = (RocksTable) store.table("one");
            RocksTable other = (RocksTable) store.table("other");
            ours.put(table, bytes("key"), bytes("value"));
            theirs.put(table.family(), bytes("key"), bytes("value"));
            ours.put(other, bytes(""), large);
            theirs.put(other.family(), bytes(""), large);
            ours.remove(other, bytes("key"));
            theirs.delete(other.family(), bytes("key"));
            ours.removeRange(table, bytes("a"), bytes("b"));
            theirs.deleteRange(table.family(), bytes("a"), bytes("b"));
            assertThat(ours.encoded()).isEqualTo(theirs.data());
            assertThat(ours.bytes()).isEqualTo(theirs.getDataSize());
        }
    }
}
