/** Byte array reads and writes. Prints: name, best time in ms, result. */
public class SieveBytes {
    static int sieve(int limit) {
        byte[] composite = new byte[limit + 1];
        int count = 0;
        for (int candidate = 2; candidate <= limit; candidate++) {
            if (composite[candidate] != 0) continue;
            count++;
            for (int multiple = candidate + candidate; multiple <= limit; multiple += candidate) composite[multiple] = 1;
        }
        return count;
    }

    public static void main(String[] args) {
        int result = sieve(10_000);
        long best = Long.MAX_VALUE;
        for (int round = 0; round < 4; round++) {
            long start = System.nanoTime();
            result = sieve(3_000_000);
            best = Math.min(best, System.nanoTime() - start);
        }
        System.out.println("sieve " + best / 1e6 + " " + result);
    }
}
