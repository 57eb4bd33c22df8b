/** Fibonacci numbers by recursion, by iteration and by memory of earlier results. */
public class Fibonacci {
    static int recursive(int n) {
        return n < 2 ? n : recursive(n - 1) + recursive(n - 2);
    }

    static long iterative(int n) {
        long previous = 0;
        long current = 1;
        for (int i = 0; i < n; i++) {
            long next = previous + current;
            previous = current;
            current = next;
        }
        return previous;
    }

    static long memoised(int n, long[] known) {
        if (n < 2) return n;
        if (known[n] == 0) known[n] = memoised(n - 1, known) + memoised(n - 2, known);
        return known[n];
    }

    public static void main(String[] args) {
        int n = args.length > 0 ? Integer.parseInt(args[0]) : 20;
        System.out.println("recursive(" + n + ") = " + recursive(n));
        System.out.println("iterative(90) = " + iterative(90));
        System.out.println("memoised(90)  = " + memoised(90, new long[91]));
        // The 93rd does not fit a long any more: it wraps silently, as Java's arithmetic does.
        System.out.println("iterative(93) = " + iterative(93));
    }
}
