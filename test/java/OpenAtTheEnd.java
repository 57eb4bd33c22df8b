import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Ends with files open that are deleted, one already and one at the end: neither is left, by any name. */
public class OpenAtTheEnd {
    public static void main(String[] arguments) throws IOException {
        boolean isGiven = arguments.length > 1;
        Path folder = isGiven ? Path.of(arguments[1]) : Files.createTempDirectory("rjvm-open-at-the-end");
        if (!isGiven) folder.toFile().deleteOnExit();
        FileOutputStream first = new FileOutputStream(folder.resolve("deleted").toFile());
        first.write(1);
        Files.delete(folder.resolve("deleted"));
        first.write(2);
        File last = folder.resolve("deletedOnExit").toFile();
        last.deleteOnExit();
        new FileOutputStream(last).write(3);
        System.out.println(last.length() + " " + first.getChannel().size());
        if (arguments.length > 0 && arguments[0].equals("exit")) System.exit(3);
    }
}
