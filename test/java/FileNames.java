import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Open files whose names change: an open file is the one that it was when it was opened, whatever happens to the name that
 * it was opened by.
 */
public class FileNames {
    interface Case { void run(Path dir) throws IOException; }

    /** A host that keeps the last few files open must not be what makes it right. */
    static void openOthers(Path dir) throws IOException {
        List<FileOutputStream> others = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            FileOutputStream other = new FileOutputStream(dir.resolve("other" + i).toFile());
            other.write(i);
            others.add(other);
        }
        for (FileOutputStream other : others) other.close();
        for (int i = 0; i < 20; i++) {
            Path path = dir.resolve("other" + i);
            Files.readAllBytes(path);
            Files.delete(path);
        }
    }

    static void print(Path dir) throws IOException {
        try (Stream<Path> paths = Files.walk(dir)) {
            for (Path path : (Iterable<Path>) paths.sorted()::iterator) {
                Path name = dir.relativize(path);
                if (Files.isSymbolicLink(path)) System.out.println("  " + name + " -> " + Files.readSymbolicLink(path));
                else if (Files.isRegularFile(path)) System.out.println("  " + name + " = " + Files.readString(path));
            }
        }
    }

    static void write(FileOutputStream out, String text) throws IOException {
        out.write(text.getBytes());
    }

    static void check(String title, Path parent, Case work) throws IOException {
        System.out.println(title);
        Path dir = Files.createTempDirectory(parent, "case");
        work.run(dir);
        print(dir);
        delete(dir.toFile());
    }

    static void delete(File file) {
        File[] inside = Files.isSymbolicLink(file.toPath()) ? null : file.listFiles();
        if (inside != null) for (File each : inside) delete(each);
        file.delete();
    }

    public static void main(String[] args) throws IOException {
        Path parent = Files.createTempDirectory("names");
        check("the file behind a link is renamed", parent, (dir) -> {
            Files.createSymbolicLink(dir.resolve("link"), Path.of("file"));
            try (var out = new FileOutputStream(dir.resolve("link").toFile())) {
                write(out, "a");
                Files.move(dir.resolve("file"), dir.resolve("moved"));
                openOthers(dir);
                write(out, "b");
            }
        });
        check("the file behind a link is deleted, and another takes its place", parent, (dir) -> {
            Files.createSymbolicLink(dir.resolve("link"), Path.of("file"));
            Files.writeString(dir.resolve("file"), "old");
            try (var out = new FileOutputStream(dir.resolve("link").toFile(), true);
                    var in = new FileInputStream(dir.resolve("link").toFile())) {
                System.out.println((char) in.read());
                Files.delete(dir.resolve("file"));
                Files.writeString(dir.resolve("file"), "new");
                openOthers(dir);
                write(out, "er");
                System.out.println(new String(in.readAllBytes()));
            }
        });
        check("the link leads elsewhere", parent, (dir) -> {
            Path link = dir.resolve("link");
            Files.createSymbolicLink(link, Path.of("first"));
            try (var out = new FileOutputStream(link.toFile())) {
                write(out, "a");
                Files.delete(link);
                Files.createSymbolicLink(link, Path.of("second"));
                openOthers(dir);
                write(out, "b");
                try (var other = new FileOutputStream(link.toFile())) {
                    write(other, "c");
                    write(out, "d");
                }
                print(dir);
            }
        });
        check("a link is replaced by a link", parent, (dir) -> {
            Path link = dir.resolve("link");
            Files.createSymbolicLink(link, Path.of("first"));
            try (var out = new FileOutputStream(link.toFile())) {
                write(out, "a");
                Files.createSymbolicLink(dir.resolve("fresh"), Path.of("second"));
                Files.move(dir.resolve("fresh"), link, StandardCopyOption.ATOMIC_MOVE);
                openOthers(dir);
                write(out, "b");
            }
        });
        check("a folder is renamed by another name than the file's", parent, (dir) -> {
            Files.createDirectory(dir.resolve("folder"));
            Files.createSymbolicLink(dir.resolve("link"), Path.of("folder"));
            try (var out = new FileOutputStream(dir.resolve("link/file").toFile())) {
                write(out, "a");
                Files.move(dir.resolve("folder"), dir.resolve("moved"));
                openOthers(dir);
                write(out, "b");
            }
        });
        check("the link to the folder goes", parent, (dir) -> {
            Files.createDirectory(dir.resolve("folder"));
            Files.createSymbolicLink(dir.resolve("link"), Path.of("folder"));
            try (var out = new FileOutputStream(dir.resolve("link/file").toFile())) {
                write(out, "a");
                Files.delete(dir.resolve("link"));
                openOthers(dir);
                write(out, "b");
            }
        });
        check("names with a dot and a folder's parent", parent, (dir) -> {
            Files.createDirectory(dir.resolve("folder"));
            try (var out = new FileOutputStream(dir + "/./folder/../file")) {
                write(out, "a");
                Files.move(dir.resolve("file"), dir.resolve("moved"));
                openOthers(dir);
                write(out, "b");
                Files.delete(dir.resolve("moved"));
                Files.writeString(dir.resolve("moved"), "new");
                openOthers(dir);
                write(out, "c");
            }
        });
        check("a file is replaced while it is read", parent, (dir) -> {
            Files.writeString(dir.resolve("file"), "old contents");
            try (var in = new FileInputStream(dir.resolve("file").toFile())) {
                System.out.println((char) in.read());
                Files.writeString(dir.resolve("fresh"), "new");
                Files.move(dir.resolve("fresh"), dir.resolve("file"), StandardCopyOption.ATOMIC_MOVE);
                openOthers(dir);
                System.out.println(new String(in.readAllBytes()));
                Files.writeString(dir.resolve("fresh"), "newer");
                System.out.println(dir.resolve("fresh").toFile().renameTo(dir.resolve("file").toFile()));
                System.out.println(in.read());
            }
        });
        check("a file is replaced while it is written", parent, (dir) -> {
            try (var out = new FileOutputStream(dir.resolve("file").toFile())) {
                write(out, "old");
                Files.writeString(dir.resolve("fresh"), "new");
                Files.move(dir.resolve("fresh"), dir.resolve("file"), StandardCopyOption.ATOMIC_MOVE);
                openOthers(dir);
                write(out, "er");
            }
        });
        check("a file takes its own place, and a folder refuses to be replaced by a file", parent, (dir) -> {
            try (var out = new FileOutputStream(dir.resolve("file").toFile())) {
                write(out, "a");
                Files.createDirectory(dir.resolve("folder"));
                Files.createDirectory(dir.resolve("folder/inside"));
                File file = dir.resolve("file").toFile();
                System.out.println(file.renameTo(file) + " " + file.renameTo(dir.resolve("folder").toFile()));
                System.out.println(dir.resolve("folder").toFile().renameTo(file));
                openOthers(dir);
                write(out, "b");
            }
        });
        check("a second name stays", parent, (dir) -> {
            try (var out = new FileOutputStream(dir.resolve("file").toFile())) {
                write(out, "a");
                Files.createLink(dir.resolve("second"), dir.resolve("file"));
                Files.delete(dir.resolve("file"));
                openOthers(dir);
                write(out, "b");
                Files.createLink(dir.resolve("third"), dir.resolve("second"));
                Files.delete(dir.resolve("second"));
                openOthers(dir);
                write(out, "c");
            }
        });
        check("both names go, and are open", parent, (dir) -> {
            Files.writeString(dir.resolve("file"), "a");
            Files.createLink(dir.resolve("second"), dir.resolve("file"));
            try (var out = new FileOutputStream(dir.resolve("file").toFile(), true);
                    var in = new FileInputStream(dir.resolve("second").toFile())) {
                Files.delete(dir.resolve("file"));
                Files.delete(dir.resolve("second"));
                openOthers(dir);
                write(out, "b");
                System.out.println(new String(in.readAllBytes()));
                print(dir);
            }
        });
        delete(parent.toFile());
    }
}
