import java.io.FileOutputStream;

/** Writes three lines with a reading of the clock into a file: where each replica reads a clock of its own they differ. */
public class Parting {
    public static void main(String[] arguments) throws Exception {
        String path = arguments.length > 0 ? arguments[0] : "/dev/null";
        try (FileOutputStream out = new FileOutputStream(path)) {
            for (int line = 0; line < 3; line++) {
                out.write((System.nanoTime() + "\n").getBytes());
                System.out.println("line " + line);
            }
        }
    }
}
