import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;

/** Copies standard input to standard output, line by line and numbered. */
public class CopyLines {
    public static void main(String[] arguments) throws IOException {
        BufferedReader reader = new BufferedReader(new InputStreamReader(System.in));
        int number = 0;
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            System.out.println(++number + " " + line);
        }
        System.out.println("end");
    }
}
