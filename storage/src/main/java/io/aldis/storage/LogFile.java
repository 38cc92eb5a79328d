package io.aldis.storage;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import io.aldis.broker.storage.StorageUnavailable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of RocksDB's log of changes, read through to find where it is damaged. It is made of blocks of 32 KiB; in them are pieces, each with
 * a head of 7 bytes (checksum, length, kind); one or more pieces are a record, which is a batch.
 *
 * <p>A process or machine that ended while it wrote leaves a <em>torn tail</em>: from some place on, no record begins that is whole.
 * If one does, something that had been written before it was damaged later.
 *
 * @param path the file
 * @param size in bytes
 * @param whole how many bytes from the start are whole records
 * @param resumesAt where after that the next readable piece begins that begins a record; the size if there is none
 * @param records how many whole records there are up to the damage
 */
record LogFile(Path path, long size, long whole, long resumesAt, long records) {
    private static final Logger LOG = LoggerFactory.getLogger(LogFile.class);

    /** Whether something in it cannot be read. */
    boolean isDamaged() {
        return whole < size;
    }

    /** Whether records follow what cannot be read. */
    boolean goesOn() {
        return resumesAt < size;
    }

    /** What cannot be read, for an operator. */
    String description() {
        return "%s: of its %d bytes those from %d to %d cannot be read, after %d good batches"
                .formatted(path.getFileName(), size, whole, resumesAt, records);
    }

    /**
     * Cuts off what a process that was killed left half written, and says so in the log. The bytes are put aside.
     *
     * @param database RocksDB's directory, not open
     * @throws StorageUnavailable if the log is damaged in the middle
     */
    static void cutTornTail(Path database) {
        List<LogFile> damaged = damaged(database);
        for (LogFile file : damaged) {
            if (file.goesOn() || isFollowed(file, database)) {
                throw new StorageUnavailable(
                        "The store in " + database.getParent() + " is damaged. " + file.description()
                                + ", and more batches follow. To save what can be read and be told what is lost, run:"
                                + " aldis store check --repair",
                        null);
            }
        }
        damaged.forEach(LogFile::cut);
    }

    /** Those that are damaged, the oldest first. */
    static List<LogFile> damaged(Path database) {
        return all(database).stream()
                .map(LogFile::read)
                .filter(LogFile::isDamaged)
                .toList();
    }

    /** Whether a later file has something in it. */
    static boolean isFollowed(LogFile file, Path database) {
        return all(database).stream()
                .filter(other -> number(other) > number(file.path))
                .anyMatch(other -> read(other).records > 0);
    }

    private void cut() {
        Path aside = path.resolveSibling(path.getFileName() + ".torn");
        try (FileChannel log = FileChannel.open(path, READ, WRITE)) {
            ByteBuffer tail = ByteBuffer.allocate((int) Math.min(size - whole, 1 << 20));
            log.read(tail, whole);
            Files.write(aside, tail.array());
            log.truncate(whole);
            log.force(true);
        } catch (IOException e) {
            throw new StorageUnavailable("The torn end of " + path + " could not be cut off: " + e, e);
        }
        LOG.warn(
                "{}: the last {} bytes were cut off, a batch that was not written to its end when the process or the machine stopped;"
                        + " nothing of it had been acknowledged as synced. {} good batches before it. The bytes are in {}",
                path,
                size - whole,
                records,
                aside.getFileName());
    }

    private static List<Path> all(Path database) {
        try (Stream<Path> files = Files.list(database)) {
            return files.filter(file -> file.toString().endsWith(".log"))
                    .sorted((a, b) -> Long.compare(number(a), number(b)))
                    .toList();
        } catch (IOException e) {
            throw new StorageUnavailable("The store in " + database.getParent() + " cannot be read: " + e, e);
        }
    }

    private static long number(Path file) {
        String name = String.valueOf(file.getFileName());
        return Long.parseLong(name.substring(0, name.length() - ".log".length()));
    }

    static LogFile read(Path path) {
        try (FileChannel channel = FileChannel.open(path, READ)) {
            Reading reading = new Reading();
            ByteBuffer block = ByteBuffer.allocate(Reading.BLOCK).order(ByteOrder.LITTLE_ENDIAN);
            long at = 0;
            while (fill(channel, block, at)) {
                reading.block(block, at);
                at += block.limit();
            }
            return reading.end(path, at);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean fill(FileChannel channel, ByteBuffer block, long at) throws IOException {
        block.clear();
        while (block.hasRemaining() && channel.read(block, at + block.position()) >= 0) {
            // Until the block is full or the file ends.
        }
        block.flip();
        return block.hasRemaining();
    }

    /** Goes through the pieces. */
    private static final class Reading {
        static final int BLOCK = 32 * 1024;
        private static final int HEAD = 7;
        private static final int FULL = 1;
        private static final int FIRST = 2;
        private static final int MIDDLE = 3;
        private static final int LAST = 4;

        private final CRC32C checksum = new CRC32C();
        private long whole;
        private long records;
        private long resumesAt = -1;
        private boolean isInRecord;
        private boolean isDamaged;

        void block(ByteBuffer block, long at) {
            int position = 0;
            while (block.limit() - position >= HEAD) {
                int length = block.getShort(position + 4) & 0xFFFF;
                int next = position + HEAD + length;
                if (next > block.limit()) {
                    isDamaged = true;
                    return; // Where the next piece begins is not known before the next block.
                }
                if (isGood(block, position, length)) {
                    piece(block.get(position + 6), at + position, at + next);
                } else {
                    isDamaged = true;
                    isInRecord = false;
                    if (length == 0) {
                        return; // Zeros, or as good as.
                    }
                }
                position = next;
            }
            if (block.limit() < BLOCK && position < block.limit()) {
                isDamaged = true; // A part of a head. In a full block it is a filler.
            }
        }

        private boolean isGood(ByteBuffer block, int position, int length) {
            checksum.reset();
            checksum.update(block.duplicate().position(position + 6).limit(position + HEAD + length));
            int sum = (int) checksum.getValue();
            int masked = Integer.rotateRight(sum, 15) + 0xa282ead8;
            return masked == block.getInt(position);
        }

        private void piece(int kind, long from, long to) {
            boolean begins = kind != MIDDLE && kind != LAST;
            if (begins == isInRecord) {
                isDamaged = true; // A record without an end, or an end without a start.
            }
            if (begins && isDamaged && resumesAt < 0) {
                resumesAt = from;
            }
            isInRecord = kind == FIRST || (kind == MIDDLE && isInRecord);
            if (!isDamaged && !isInRecord) {
                whole = to;
                if (kind == FULL || kind == LAST) {
                    records++;
                }
            }
        }

        LogFile end(Path path, long size) {
            boolean isWhole = !isDamaged && !isInRecord;
            return new LogFile(
                    path, size, isWhole ? size : whole, isWhole || resumesAt < 0 ? size : resumesAt, records);
        }
    }
}
