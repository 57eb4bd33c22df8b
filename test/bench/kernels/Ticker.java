/** Prints numbered lines, each after a little work, until killed or done: for measuring the time of a take-over. */
public class Ticker {
    public static void main(String[] args) {
        int lines = Integer.parseInt(args[0]);
        int state = 1;
        for (int line = 0; line < lines; line++) {
            for (int i = 0; i < 5_000; i++) state = state * 1103515245 + 12345;
            System.out.println(line + " " + state);
        }
    }
}
