import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.InputMismatchException;
import java.util.Scanner;
import java.util.StringTokenizer;

/** Reading text: Scanner, StringTokenizer, readers and writers over strings. */
public class Scanning {
    public static void main(String[] args) throws IOException {
        Scanner scanner = new Scanner("12 word 3.5 true\nsecond line\n0x1f -7");
        scanner.useLocale(java.util.Locale.ROOT);
        System.out.println(scanner.nextInt() + " " + scanner.next() + " " + scanner.nextDouble() + " " + scanner.nextBoolean() + " [" + scanner.nextLine() + "] " + scanner.nextLine());
        System.out.println(scanner.hasNextInt() + " " + scanner.next() + " " + scanner.nextLong() + " " + scanner.hasNext());
        try {
            new Scanner("abc").nextInt();
        } catch (InputMismatchException e) {
            System.out.println(e.getMessage());
        }
        Scanner commas = new Scanner("a,b,,c").useDelimiter(",");
        while (commas.hasNext()) System.out.print("<" + commas.next() + ">");
        System.out.println();
        StringTokenizer tokens = new StringTokenizer("one two;three", " ;", true);
        System.out.print(tokens.countTokens() + ":");
        while (tokens.hasMoreTokens()) System.out.print("(" + tokens.nextToken() + ")");
        System.out.println();
        BufferedReader reader = new BufferedReader(new StringReader("first\r\nsecond\n\nlast"));
        for (String line = reader.readLine(); line != null; line = reader.readLine()) System.out.print(line.length() + " ");
        StringWriter text = new StringWriter();
        PrintWriter writer = new PrintWriter(text);
        writer.printf("%s-%03d%n", "formatted", 7);
        writer.print('c');
        writer.flush();
        System.out.println(text.toString().replace("\n", "\\n") + " " + writer.checkError());
    }
}
