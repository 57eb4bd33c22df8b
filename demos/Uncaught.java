/** Ends with an exception that nobody catches: a stack trace with its causes on stderr, exit code 1. */
public class Uncaught {
    static void inner(int value) {
        if (value > 2) throw new IllegalArgumentException("value too large: " + value);
        inner(value + 1);
    }

    static void outer() {
        try {
            inner(0);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException("outer failed", e);
        }
    }

    public static void main(String[] args) {
        System.out.println("before");
        outer();
        System.out.println("never printed");
    }
}
