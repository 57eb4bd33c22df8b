import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Writing to the standard streams: interleaved, raw bytes, large pieces, replaced streams, other character sets. */
public class Output {
    public static void main(String[] args) throws Exception {
        System.out.print('c');
        System.out.print(1L);
        System.out.print(2.5f);
        System.out.print(new char[] {'x', 'y'});
        System.out.print((Object) null);
        System.out.println();
        System.err.println("to stderr");
        System.out.write(65);
        System.out.write("raw bytes\n".getBytes());
        System.out.flush();
        StringBuilder large = new StringBuilder();
        for (int i = 0; i < 20_000; i++) large.append((char) ('a' + i % 26));
        System.out.println(large);
        PrintStream utf8 = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        utf8.println("utf-8: é € 😀");
        OutputStreamWriter latin = new OutputStreamWriter(System.out, StandardCharsets.ISO_8859_1);
        latin.write("latin-1: é €\n");
        latin.flush();
        java.io.ByteArrayOutputStream captured = new java.io.ByteArrayOutputStream();
        PrintStream original = System.out;
        System.setOut(new PrintStream(captured, true));
        System.out.print("captured");
        System.setOut(original);
        System.out.println(captured.size() + " " + captured + " \u00e9\u20ac");
    }
}
