import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.util.Scanner;

/** Standard input: bytes, lines, words, what is left, the end; other threads run while one waits. */
public class StandardInput {
    public static void main(String[] arguments) throws Exception {
        System.out.println("available at first: " + (System.in.available() > 0));
        switch (arguments.length == 0 ? "" : arguments[0]) {
            case "lines" -> lines();
            case "words" -> words();
            case "bytes" -> bytes();
            case "count" -> count();
            case "threads" -> threads();
            default -> System.out.println("first byte: " + System.in.read());
        }
        System.out.println("after the end: " + System.in.read() + " " + System.in.available());
    }

    static void lines() throws IOException {
        BufferedReader reader = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
        int number = 0;
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            System.out.println(++number + ": " + line + " (" + line.length() + ")");
        }
    }

    static void words() {
        Scanner scanner = new Scanner(System.in);
        long sum = 0;
        while (scanner.hasNext()) {
            if (scanner.hasNextInt()) sum += scanner.nextInt();
            else System.out.println("word " + scanner.next());
        }
        System.out.println("sum " + sum);
    }

    static void bytes() throws IOException {
        InputStream in = System.in;
        System.out.println(in.read() + " " + in.read());
        byte[] some = new byte[5];
        System.out.println(in.read(some, 1, 3) + " " + some[0] + " " + some[1] + " " + some[4]);
        System.out.println(in.skip(4) + " " + in.read());
        System.out.println(new String(in.readNBytes(6), "ISO-8859-1"));
        System.out.println(in.readAllBytes().length);
    }

    static void count() throws IOException {
        byte[] buffer = new byte[8192];
        long total = 0;
        int hash = 0;
        for (int n = System.in.read(buffer); n >= 0; n = System.in.read(buffer)) {
            total += n;
            for (int i = 0; i < n; i += 512) hash += buffer[i];
        }
        System.out.println(total + " bytes");
    }

    static void threads() throws Exception {
        int[] turns = new int[1];
        Thread worker = new Thread(() -> {
            for (int i = 0; i < 1000; i++) turns[0]++;
        });
        worker.start();
        int first = System.in.read();
        worker.join();
        System.out.println("first " + first + ", turns " + turns[0]);
    }
}
