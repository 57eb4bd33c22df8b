/** long arithmetic: a linear congruential generator. Prints: name, best time in ms, result. */
public class LongLcg {
    static long lcg(int rounds) {
        long state = 1;
        for (int i = 0; i < rounds; i++) state = state * 6364136223846793005L + 1442695040888963407L;
        return state;
    }

    public static void main(String[] args) {
        long result = lcg(10_000);
        long best = Long.MAX_VALUE;
        for (int round = 0; round < 4; round++) {
            long start = System.nanoTime();
            result = lcg(12_000_000);
            best = Math.min(best, System.nanoTime() - start);
        }
        System.out.println("lcg " + best / 1e6 + " " + result);
    }
}
