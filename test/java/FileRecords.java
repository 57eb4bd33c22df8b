import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Appends numbered records to a file, and makes, renames, replaces and deletes files in between, each exactly once. The
 *  last one is deleted while it is open, and the program ends without having closed it. */
public class FileRecords {
    public static void main(String[] arguments) throws IOException {
        if (arguments.length == 2) {
            write(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
            return;
        }
        Path folder = Files.createTempDirectory("rjvm-file-records");
        write(folder, 40);
        System.out.print(Files.readString(folder.resolve("records")));
        for (String name : folder.toFile().list()) Files.delete(folder.resolve(name));
        Files.delete(folder);
    }

    static void write(Path folder, int count) throws IOException {
        try (FileOutputStream records = new FileOutputStream(folder.resolve("records").toFile(), true)) {
            for (int i = 0; i < count; i++) {
                records.write(("record " + i + "\n").getBytes());
                Path made = folder.resolve("made");
                if (i % 10 == 3) Files.createFile(made);
                if (i % 10 == 4) Files.writeString(made, "version " + i);
                if (i % 10 == 5) Files.move(made, folder.resolve("kept" + i));
                if (i % 10 == 7) Files.delete(folder.resolve("kept" + (i - 2)));
                if (i % 10 == 6) replaceWhileOpen(folder, i);
                if (i % 10 == 8) Files.createDirectory(folder.resolve("folder" + i));
                if (i % 10 == 9) System.out.println(i);
            }
        }
        Path state = folder.resolve("state");
        FileInputStream open = new FileInputStream(state.toFile());
        Files.delete(state);
        System.out.println(new String(open.readAllBytes()) + " done");
    }

    /** The new state of a program takes the place of the one before it, which a reader still sees. */
    static void replaceWhileOpen(Path folder, int version) throws IOException {
        Path state = folder.resolve("state");
        if (version < 10) Files.writeString(state, "none");
        try (FileInputStream open = new FileInputStream(state.toFile())) {
            Path next = folder.resolve("next");
            Files.writeString(next, "state " + version);
            if (!next.toFile().renameTo(state.toFile())) throw new IOException("not replaced");
            String before = new String(open.readAllBytes());
            String expected = version < 10 ? "none" : "state " + (version - 10);
            if (!before.equals(expected)) throw new IOException(before + " is not " + expected);
        }
    }
}
