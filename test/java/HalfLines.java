import java.io.IOException;

/** Begins lines on both streams, and finishes them when a byte of input has come. */
public class HalfLines {
    public static void main(String[] args) throws IOException {
        for (int round = 0; ; round++) {
            System.err.print("begun " + round);
            System.out.print("asked " + round);
            System.out.flush();
            if (System.in.read() < 0) break;
            System.err.println(", finished");
            System.out.println(", answered");
        }
        System.err.println();
    }
}
