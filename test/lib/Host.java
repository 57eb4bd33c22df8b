// What the JDK says of its host, to be compared with lib/host: properties, then a line for each argument.
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.io.PrintStream;

public class Host {
    private static final String[] PROPERTIES = {
        "user.dir", "user.name", "user.home", "os.name", "os.version", "os.arch", "java.io.tmpdir", "file.encoding",
        "native.encoding", "sun.jnu.encoding", "user.language", "user.country",
    };

    public static void main(String[] paths) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String name : PROPERTIES) {
            if (System.getProperty(name) != null) out.println(name + "=" + System.getProperty(name));
        }
        for (String path : paths) {
            File file = new File(path);
            String canonical;
            try {
                canonical = file.getCanonicalPath();
            } catch (IOException e) {
                canonical = "! " + e.getMessage();
            }
            out.println(canonical + " " + file.exists() + " " + file.isFile() + " " + file.isDirectory() + " "
                + (file.isDirectory() ? 0 : file.length()) + " " + file.lastModified() + " " + file.canRead() + " "
                + file.canWrite() + " " + file.canExecute());
        }
    }
}
