/** Recursive calls. Prints: name, best time in ms, result. */
public class Fib {
    static int fib(int n) {
        return n < 2 ? n : fib(n - 1) + fib(n - 2);
    }

    public static void main(String[] args) {
        int result = fib(20);
        long best = Long.MAX_VALUE;
        for (int round = 0; round < 4; round++) {
            long start = System.nanoTime();
            result = fib(29);
            best = Math.min(best, System.nanoTime() - start);
        }
        System.out.println("fib " + best / 1e6 + " " + result);
    }
}
