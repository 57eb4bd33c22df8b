import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.FileWriter;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Disks that fail: `DiskFaults <folder>` fills the small disk of a folder, removes files that are open, and, when the
 *  folder has become read-only, for which it waits at standard input, tries to change it. */
public class DiskFaults {
    interface Attempt {
        Object run() throws IOException;
    }

    static void attempt(String title, Attempt attempt) {
        try {
            System.out.println(title + ": " + attempt.run());
        } catch (IOException error) {
            System.out.println(title + ": " + error);
        }
    }

    /** Writes until it fails. */
    static Object fill(Path path, int size) throws IOException {
        try (FileOutputStream out = new FileOutputStream(path.toFile())) {
            byte[] block = new byte[size];
            for (int i = 0; i < 100_000; i++) out.write(block);
        }
        return "never full";
    }

    static void full(Path folder) {
        Path path = folder.resolve("full");
        attempt("fill", () -> fill(path, 10_000));
        attempt("one byte more", () -> {
            try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
                file.seek(file.length());
                while (file.length() < 1 << 30) file.write(1);
                return "?";
            }
        });
        attempt("channel", () -> {
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.APPEND)) {
                return channel.write(ByteBuffer.allocate(1 << 20));
            }
        });
        attempt("Files.write", () -> Files.write(folder.resolve("other"), new byte[1 << 20]));
        attempt("writer", () -> {
            try (FileWriter writer = new FileWriter(folder.resolve("text").toFile())) {
                writer.write("text");
                writer.flush();
                return "?";
            }
        });
        attempt("room again", () -> {
            Files.delete(path);
            Files.deleteIfExists(folder.resolve("other"));
            return Files.write(folder.resolve("other"), new byte[1000]).getFileName();
        });
    }

    static void removed(Path folder) {
        Path path = folder.resolve("removed");
        attempt("removed", () -> {
            Files.writeString(path, "0123456789");
            try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
                Files.delete(path);
                file.seek(4);
                file.write('x');
                file.seek(3);
                return (char) file.read() + " " + (char) file.read() + " " + file.length() + " " + Files.exists(path);
            }
        });
        attempt("opened again", () -> new FileInputStream(path.toFile()));
        attempt("size", () -> Files.size(path));
        attempt("folder removed", () -> {
            Path inner = Files.createDirectory(folder.resolve("inner"));
            Files.delete(inner);
            return new FileOutputStream(inner.resolve("file").toFile());
        });
    }

    static void readOnly(Path folder) {
        attempt("create", () -> new FileOutputStream(folder.resolve("new").toFile()));
        attempt("createNewFile", () -> folder.resolve("new").toFile().createNewFile());
        attempt("open to write", () -> new RandomAccessFile(folder.resolve("kept").toFile(), "rw"));
        attempt("delete", () -> {
            Files.delete(folder.resolve("kept"));
            return "?";
        });
        attempt("File.delete", () -> folder.resolve("kept").toFile().delete());
        attempt("createDirectory", () -> Files.createDirectory(folder.resolve("directory")));
        attempt("mkdir", () -> folder.resolve("directory").toFile().mkdir());
        attempt("temporary file", () -> File.createTempFile("abc", "", folder.toFile()));
        attempt("canWrite", () -> folder.resolve("kept").toFile().canWrite());
        attempt("read", () -> Files.readString(folder.resolve("kept")));
    }

    public static void main(String[] args) throws IOException {
        if (args.length != 1) {
            System.out.println("usage: DiskFaults <folder>");
            return;
        }
        Path folder = Path.of(args[0]);
        full(folder);
        removed(folder);
        attempt("kept", () -> Files.writeString(folder.resolve("kept"), "kept").getFileName());
        System.out.println("input: " + (char) System.in.read());
        readOnly(folder);
    }
}
