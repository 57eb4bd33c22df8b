import java.io.BufferedInputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32;

/** Moves so many bytes through one channel: `BulkTransfer <channel> <byte count> <folder>`. A reader reads the file
 *  `source` of the folder, or standard input; a writer makes the file `target` there, or writes a standard stream. Says
 *  how many bytes of which checksum it has moved. */
public class BulkTransfer {
    static final CRC32 CHECKSUM = new CRC32();
    static long moved;

    static void count(byte[] bytes, int length) {
        CHECKSUM.update(bytes, 0, length);
        moved += length;
    }

    /** The bytes from a position on: no two blocks are the same. */
    static void fill(byte[] block, long position) {
        for (int i = 0; i < block.length; i += 64) {
            long word = (position + i) * 0x9E3779B97F4A7C15L;
            for (int j = 0; j < 8 && i + j < block.length; j++) block[i + j] = (byte) (32 + ((word >>> (8 * j)) & 63));
        }
        for (int i = 63; i < block.length; i += 64) block[i] = '\n';
    }

    static void read(InputStream in, int size) throws IOException {
        byte[] block = new byte[size];
        for (int length; (length = in.read(block)) > 0; ) count(block, length);
    }

    interface Writer {
        void write(byte[] block, long position, int length) throws IOException;
    }

    static void write(long byteCount, int size, Writer writer) throws IOException {
        byte[] block = new byte[size];
        for (long position = 0; position < byteCount; position += size) {
            int length = (int) Math.min(size, byteCount - position);
            fill(block, position);
            writer.write(block, position, length);
            count(block, length);
        }
    }

    public static void main(String[] args) throws IOException {
        if (args.length != 3) {
            System.out.println("usage: BulkTransfer <channel> <byte count> <folder>");
            return;
        }
        long byteCount = Long.parseLong(args[1]);
        File source = new File(args[2], "source");
        Path target = Path.of(args[2], "target");
        PrintStream report = System.err;
        switch (args[0]) {
            case "stdin":
                read(System.in, 8192);
                report = System.out;
                break;
            case "stdin-large":
                read(System.in, 1 << 20);
                report = System.out;
                break;
            case "stdout":
                write(byteCount, 8192, (block, position, length) -> System.out.write(block, 0, length));
                System.out.flush();
                break;
            case "stdout-large":
                write(byteCount, 8 << 20, (block, position, length) -> System.out.write(block, 0, length));
                System.out.flush();
                break;
            case "stderr":
                write(byteCount, 8192, (block, position, length) -> System.err.write(block, 0, length));
                report = System.out;
                break;
            case "input-stream":
                try (InputStream in = new FileInputStream(source)) {
                    read(in, 8192);
                }
                break;
            case "input-stream-large":
                try (InputStream in = new FileInputStream(source)) {
                    read(in, 8 << 20);
                }
                break;
            case "buffered":
                try (InputStream in = new BufferedInputStream(new FileInputStream(source))) {
                    read(in, 1000);
                }
                break;
            case "random-access-read":
                try (RandomAccessFile file = new RandomAccessFile(source, "r")) {
                    byte[] block = new byte[65536];
                    for (long at = 0; at < file.length(); at += block.length) {
                        file.seek(at);
                        count(block, file.read(block));
                    }
                }
                break;
            case "channel-read":
                try (FileChannel channel = FileChannel.open(source.toPath())) {
                    ByteBuffer buffer = ByteBuffer.allocateDirect(65536);
                    byte[] block = new byte[65536];
                    for (int length; (length = channel.read(buffer)) > 0; buffer.clear()) {
                        buffer.flip();
                        buffer.get(block, 0, length);
                        count(block, length);
                    }
                }
                break;
            case "read-all": {
                byte[] all = Files.readAllBytes(source.toPath());
                count(all, all.length);
                break;
            }
            case "output-stream":
                try (OutputStream out = new FileOutputStream(target.toFile())) {
                    write(byteCount, 8192, (block, position, length) -> out.write(block, 0, length));
                }
                break;
            case "output-stream-large":
                try (OutputStream out = new FileOutputStream(target.toFile())) {
                    write(byteCount, 8 << 20, (block, position, length) -> out.write(block, 0, length));
                }
                break;
            case "random-access-write":
                try (RandomAccessFile file = new RandomAccessFile(target.toFile(), "rw")) {
                    file.setLength(0);
                    write(byteCount, 65536, (block, position, length) -> {
                        file.seek(position);
                        file.write(block, 0, length);
                    });
                }
                break;
            case "channel-write":
                try (FileChannel channel = FileChannel.open(target, StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                    write(byteCount, 65536, (block, position, length) -> {
                        ByteBuffer buffer = ByteBuffer.wrap(block, 0, length);
                        while (buffer.hasRemaining()) channel.write(buffer);
                    });
                }
                break;
            case "copy":
                Files.copy(source.toPath(), target, StandardCopyOption.REPLACE_EXISTING);
                moved = Files.size(target);
                break;
            case "transfer":
                try (FileChannel in = FileChannel.open(source.toPath());
                        FileChannel out = FileChannel.open(target, StandardOpenOption.CREATE,
                                StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                    while (moved < in.size()) moved += in.transferTo(moved, in.size() - moved, out);
                }
                break;
            default:
                throw new IllegalArgumentException(args[0]);
        }
        report.println(args[0] + " has moved " + moved + " bytes, checksum " + Long.toHexString(CHECKSUM.getValue()));
    }
}
