import java.io.File;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.FileWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Files made, written, cut, renamed and deleted, by java.io and java.nio, and what goes wrong. */
public class FileWriting {
    static Path folder;

    public static void main(String[] arguments) throws Exception {
        folder = Files.createTempDirectory("rjvm-file-writing");
        try {
            streams();
            randomAccess();
            channels();
            files();
            fileClass();
            openWhileChanged();
            deletedWhileOpen();
            openWhileReplaced();
            errors();
        } finally {
            try (Stream<Path> all = Files.walk(folder)) {
                all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
            }
        }
        System.out.println("cleaned up: " + !Files.exists(folder));
    }

    static File file(String name) {
        return folder.resolve(name).toFile();
    }

    /** Messages hold the name of the folder, which is another one each time. */
    static String without(String message) {
        return message == null ? null : message.replace(folder.toString(), "FOLDER").replaceAll("/a\\d+b", "/aNNb");
    }

    static String text(String name) throws IOException {
        return Files.readString(folder.resolve(name));
    }

    static void streams() throws IOException {
        try (FileOutputStream out = new FileOutputStream(file("stream"))) {
            out.write('a');
            out.write("bcdef".getBytes(), 1, 3);
            out.write(new byte[0]);
            out.flush();
            out.getFD().sync();
            System.out.println("before close: " + text("stream"));
        }
        try (FileOutputStream out = new FileOutputStream(file("stream"), true)) {
            out.write("+more".getBytes());
            System.out.println("position " + out.getChannel().position());
        }
        System.out.println(text("stream"));
        try (FileOutputStream first = new FileOutputStream(file("stream"), true);
                FileOutputStream second = new FileOutputStream(file("stream"), true)) {
            first.write('1');
            second.write('2');
            first.write('3');
        }
        System.out.println(text("stream"));
        new FileOutputStream(file("stream")).close();
        System.out.println("truncated: " + file("stream").length());
        try (PrintWriter writer = new PrintWriter(new FileWriter(file("lines"), StandardCharsets.UTF_8))) {
            for (int i = 0; i < 1000; i++) writer.printf("line %d \u00e4%n", i);
        }
        List<String> lines = Files.readAllLines(folder.resolve("lines"));
        System.out.println(lines.size() + " " + lines.get(999) + " " + file("lines").length());
        FileOutputStream closed = new FileOutputStream(file("stream"));
        closed.close();
        try {
            closed.write(1);
        } catch (IOException e) {
            System.out.println(e);
        }
        try (FileOutputStream nothing = new FileOutputStream("/dev/null")) {
            nothing.write(new byte[10]);
        }
    }

    static void randomAccess() throws IOException {
        try (RandomAccessFile f = new RandomAccessFile(file("random"), "rw")) {
            f.writeInt(0x01020304);
            f.writeUTF("h\u00e9llo");
            f.writeDouble(Math.PI);
            System.out.println(f.getFilePointer() + " " + f.length());
            f.seek(2);
            f.write(9);
            f.seek(0);
            System.out.println(f.readInt() + " " + f.readUTF() + " " + f.readDouble());
            f.setLength(30);
            System.out.println(f.length() + " " + f.getFilePointer());
            f.seek(29);
            System.out.println(f.read() + " " + f.read());
            f.setLength(6);
            System.out.println(f.length() + " " + f.getFilePointer());
            f.seek(10);
            f.write(7);
            f.seek(6);
            byte[] gap = new byte[5];
            f.readFully(gap);
            System.out.println(Arrays.toString(gap));
        }
        try (RandomAccessFile f = new RandomAccessFile(file("random"), "r")) {
            f.write(1);
        } catch (IOException e) {
            System.out.println(e);
        }
        try (RandomAccessFile f = new RandomAccessFile(file("random"), "rws")) {
            f.write(1);
            System.out.println(f.length());
        }
        try (RandomAccessFile f = new RandomAccessFile(file("none"), "r")) {
            System.out.println("not reached");
        } catch (FileNotFoundException e) {
            System.out.println(without(e.getMessage()));
        }
    }

    static void channels() throws IOException {
        Path path = folder.resolve("channel");
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE,
                StandardOpenOption.READ)) {
            System.out.println(channel.write(ByteBuffer.wrap("0123456789".getBytes())));
            System.out.println(channel.write(ByteBuffer.wrap("xy".getBytes()), 4) + " " + channel.position());
            ByteBuffer[] parts = {ByteBuffer.wrap("ab".getBytes()), ByteBuffer.allocateDirect(3).put(0, (byte) 'c')};
            long count = 0;
            while (parts[1].hasRemaining()) count += channel.write(parts);
            System.out.println(count + " " + channel.size());
            channel.force(true);
            channel.truncate(11);
            System.out.println(channel.size() + " " + channel.position());
            channel.position(20).write(ByteBuffer.wrap(new byte[] {'z'}));
            System.out.println(channel.size());
            ByteBuffer back = ByteBuffer.allocate(32);
            System.out.println(channel.read(back, 0) + " " + new String(back.array(), 0, 11));
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.APPEND)) {
            channel.write(ByteBuffer.wrap("!".getBytes()));
            System.out.println(channel.position() + " " + channel.size());
        }
        try (FileChannel source = FileChannel.open(path);
                FileChannel target = FileChannel.open(folder.resolve("copied"), StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE)) {
            System.out.println(source.transferTo(0, 100, target) + " " + target.size());
            System.out.println(target.transferFrom(source.position(5), 2, 3) + " " + target.size());
        }
        System.out.println(text("copied").substring(0, 10));
    }

    static void files() throws IOException {
        Path path = folder.resolve("f");
        Files.write(path, "one\n".getBytes());
        Files.writeString(path, "two\n", StandardOpenOption.APPEND);
        Files.write(path, List.of("three", "four"), StandardOpenOption.APPEND);
        System.out.print(Files.readString(path));
        Files.copy(path, folder.resolve("g"));
        try {
            Files.copy(path, folder.resolve("g"));
        } catch (FileAlreadyExistsException e) {
            System.out.println("exists: " + without(e.getMessage()));
        }
        Files.copy(path, folder.resolve("g"), StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.COPY_ATTRIBUTES);
        Files.move(folder.resolve("g"), folder.resolve("h"));
        System.out.println(Files.exists(folder.resolve("g")) + " " + Files.mismatch(path, folder.resolve("h")));
        Files.move(folder.resolve("h"), path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Files.createDirectories(folder.resolve("a/b/c"));
        Files.createDirectories(folder.resolve("a/b/c"));
        try {
            Files.createDirectory(folder.resolve("a"));
        } catch (FileAlreadyExistsException e) {
            System.out.println("exists: " + without(e.getMessage()));
        }
        try {
            Files.delete(folder.resolve("a"));
        } catch (DirectoryNotEmptyException e) {
            System.out.println("not empty: " + without(e.getMessage()));
        }
        Files.createFile(folder.resolve("a/b/c/new"));
        System.out.println(Files.size(folder.resolve("a/b/c/new")));
        Files.createSymbolicLink(folder.resolve("link"), Path.of("f"));
        System.out.println(Files.readSymbolicLink(folder.resolve("link")) + " " + Files.readString(folder.resolve("link")).length());
        Files.createLink(folder.resolve("hard"), path);
        System.out.println(Files.isSameFile(path, folder.resolve("hard")));
        Files.setLastModifiedTime(path, FileTime.fromMillis(1_234_567_891_234L));
        System.out.println(Files.getLastModifiedTime(path));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r-----"));
        System.out.println(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
        System.out.println(Files.deleteIfExists(folder.resolve("link")) + " " + Files.deleteIfExists(folder.resolve("link")));
        Path temporary = Files.createTempFile(folder, "pre", ".suf");
        String name = temporary.getFileName().toString();
        System.out.println(name.startsWith("pre") + " " + name.endsWith(".suf") + " "
                + PosixFilePermissions.toString(Files.getPosixFilePermissions(temporary)));
        byte[] large = new byte[3_000_000];
        for (int i = 0; i < large.length; i++) large[i] = (byte) (i * 31);
        Files.write(folder.resolve("large"), large);
        System.out.println(Arrays.equals(large, Files.readAllBytes(folder.resolve("large"))));
        Files.copy(folder.resolve("large"), folder.resolve("large2"));
        System.out.println(Files.mismatch(folder.resolve("large"), folder.resolve("large2")));
    }

    static void fileClass() throws IOException {
        File file = file("io");
        System.out.println(file.createNewFile() + " " + file.createNewFile() + " " + file.exists());
        System.out.println(file.setLastModified(1_000_000_000_123L) + " " + file.lastModified());
        System.out.println(file.setReadOnly() + " " + PosixFilePermissions.toString(Files.getPosixFilePermissions(file.toPath())));
        System.out.println(file.setWritable(true) + " " + file.setExecutable(true, false) + " "
                + PosixFilePermissions.toString(Files.getPosixFilePermissions(file.toPath())));
        System.out.println(file.renameTo(file("io2")) + " " + file.exists() + " " + file("io2").exists());
        System.out.println(file.renameTo(file("io3")) + " " + file.delete() + " " + file("io2").delete());
        File directory = file("d/e");
        System.out.println(directory.mkdir() + " " + directory.mkdirs() + " " + directory.mkdirs());
        System.out.println(file("d").delete() + " " + Arrays.toString(file("d").list()));
        System.out.println(directory.delete() + " " + file("d").delete());
        File temporary = File.createTempFile("abc", null, folder.toFile());
        System.out.println(temporary.length() + " " + temporary.getName().endsWith(".tmp"));
        System.out.println(file("none").setLastModified(5) + " " + file("none").setReadOnly());
        temporary.deleteOnExit();
    }

    /** What is open stays what it is when its name goes or changes. */
    /** A file that is deleted while it is open is in no folder any more, and stands in the way of nothing. */
    static void deletedWhileOpen() throws IOException {
        Path inner = Files.createDirectory(folder.resolve("inner"));
        Path gone = Files.writeString(inner.resolve("gone"), "contents");
        try (RandomAccessFile open = new RandomAccessFile(gone.toFile(), "rw");
                RandomAccessFile other = new RandomAccessFile(inner.resolve("other").toFile(), "rw")) {
            Files.delete(gone);
            System.out.println(Arrays.toString(inner.toFile().list()));
            try (Stream<Path> names = Files.list(inner)) {
                System.out.println(names.map(Path::getFileName).toList());
            }
            System.out.println("other left: " + inner.toFile().delete());
            System.out.println(inner.resolve("other").toFile().delete());
            other.writeBytes("other");
            Files.delete(inner);
            System.out.println(Files.exists(inner) + " " + Arrays.toString(inner.toFile().list()));
            open.seek(open.length());
            open.writeBytes(" and more");
            open.seek(0);
            other.seek(0);
            System.out.println(open.readLine() + ", " + other.readLine());
        }
        try (Stream<Path> names = Files.list(folder)) {
            System.out.println("left of it: " + names.anyMatch(path -> path.toString().contains("deleted")));
        }
    }

    static void openWhileChanged() throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file("open"), "rw")) {
            open.writeBytes("before ");
            System.out.println(file("open").renameTo(file("renamed")));
            open.writeBytes("after ");
            System.out.println(text("renamed"));
            System.out.println(file("renamed").delete() + " " + file("renamed").exists());
            open.writeBytes("deletion");
            open.seek(0);
            System.out.println(open.readLine() + " " + open.length());
        }
        try (FileChannel gone = FileChannel.open(folder.resolve("gone"), StandardOpenOption.CREATE,
                StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE)) {
            gone.write(ByteBuffer.wrap("temporary".getBytes()));
            System.out.println(gone.size());
        }
        System.out.println(Files.exists(folder.resolve("gone")));
    }

    /** What is open stays what it is when another file takes its name. */
    static void openWhileReplaced() throws IOException {
        Path path = folder.resolve("replaced");
        Files.writeString(path, "the first one");
        try (FileInputStream reader = new FileInputStream(path.toFile());
                RandomAccessFile writer = new RandomAccessFile(path.toFile(), "rw")) {
            System.out.println((char) reader.read());
            Files.writeString(folder.resolve("other"), "THE SECOND ONE");
            System.out.println(file("other").renameTo(path.toFile()));
            writer.writeBytes("The F");
            System.out.println(new String(reader.readAllBytes()) + ", " + Files.readString(path));
            Files.writeString(folder.resolve("other"), "the third one");
            Files.move(folder.resolve("other"), path, StandardCopyOption.ATOMIC_MOVE);
            writer.writeBytes("IRST");
            writer.seek(0);
            System.out.println(writer.readLine() + ", " + Files.readString(path));
            Files.createLink(folder.resolve("other"), path);
            System.out.println(file("other").renameTo(path.toFile()) + " " + file("other").delete());
        }
        try (FileInputStream dotted = new FileInputStream(folder + "/././replaced")) {
            Files.delete(path);
            System.out.println(new String(dotted.readAllBytes()));
            System.out.println(new File(folder + "/.").list().length);
        }
        System.out.println(folder.toFile().list().length);
    }

    interface Attempt {
        void run() throws Exception;
    }

    static void attempt(Attempt attempt) {
        try {
            attempt.run();
            System.out.println("no exception");
        } catch (Exception e) {
            System.out.println(e.getClass().getName() + ": " + without(e.getMessage()));
        }
    }

    static void errors() {
        attempt(() -> new FileOutputStream(folder.toFile()));
        attempt(() -> new FileOutputStream(file("no/such/folder")));
        attempt(() -> new FileOutputStream(""));
        attempt(() -> new RandomAccessFile(folder.toFile(), "rw"));
        attempt(() -> file("no/such").createNewFile());
        attempt(() -> Files.write(folder.resolve("no/such"), new byte[1]));
        attempt(() -> Files.createDirectory(folder.resolve("no/such")));
        attempt(() -> Files.delete(folder.resolve("none")));
        attempt(() -> Files.move(folder.resolve("none"), folder.resolve("other")));
        attempt(() -> Files.writeString(folder.resolve("f"), "x", StandardOpenOption.CREATE_NEW));
        attempt(() -> Files.createLink(folder.resolve("f"), folder.resolve("none")));
        attempt(() -> Files.createLink(folder.resolve("f"), folder.resolve("f")));
        attempt(() -> Files.newOutputStream(folder.resolve("none"), StandardOpenOption.WRITE));
        attempt(() -> Files.createTempFile(folder.resolve("no"), "a", "b"));
        attempt(() -> {
            try (FileOutputStream full = new FileOutputStream("/dev/full")) {
                full.write(new byte[100]);
            }
        });
        attempt(() -> {
            try (FileInputStream in = new FileInputStream(file("none"))) {
                in.read();
            }
        });
        System.out.println(file("f").renameTo(file("no/such")) + " " + folder.toFile().delete());
    }
}
