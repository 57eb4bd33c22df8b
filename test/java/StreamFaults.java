import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;

/** Standard streams that fail: `StreamFaults <report>` writes to both, and says in a file what came of it; a first line of
 *  standard input lets it begin. `StreamFaults -` writes until nobody reads its output any more. */
public class StreamFaults {
    static void write(PrintStream report, String name, FileDescriptor descriptor) {
        FileOutputStream out = new FileOutputStream(descriptor);
        for (int i = 0; i < 3; i++) {
            try {
                out.write(("line " + i + " of " + name + "\n").getBytes());
                report.println(name + ": written");
            } catch (IOException error) {
                report.println(name + ": " + error);
            }
        }
        try {
            out.write(new byte[0]);
            report.println(name + ": nothing written");
        } catch (IOException error) {
            report.println(name + ": " + error);
        }
    }

    static void read(PrintStream report) {
        try {
            int first = System.in.read();
            report.println("in: " + first);
            while (first >= 0 && first != '\n') first = System.in.read();
        } catch (IOException error) {
            report.println("in: " + error);
        }
    }

    public static void main(String[] args) throws IOException {
        if (args.length != 1) {
            System.out.println("usage: StreamFaults <report> | -");
            return;
        }
        if (args[0].equals("-")) {
            int count = 0;
            while (!System.out.checkError() && count < 10_000_000) System.out.println("line " + count++);
            System.err.println(count < 10_000_000 ? "nobody reads" : "somebody reads");
            System.exit(3);
        }
        try (PrintStream report = new PrintStream(new FileOutputStream(args[0]))) {
            report.println("begun");
            read(report);
            write(report, "out", FileDescriptor.out);
            write(report, "err", FileDescriptor.err);
            System.out.println("printed");
            System.err.println("printed");
            report.println("trouble: " + System.out.checkError() + " " + System.err.checkError());
        }
    }
}
