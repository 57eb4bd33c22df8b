/** The sieve of Eratosthenes over a byte array. */
public class Sieve {
    public static void main(String[] args) {
        int limit = args.length > 0 ? Integer.parseInt(args[0]) : 200_000;
        byte[] composite = new byte[limit + 1];
        int count = 0;
        int last = 0;
        long sum = 0;
        for (int candidate = 2; candidate <= limit; candidate++) {
            if (composite[candidate] != 0) continue;
            count++;
            last = candidate;
            sum += candidate;
            for (long multiple = (long) candidate * candidate; multiple <= limit; multiple += candidate) {
                composite[(int) multiple] = 1;
            }
        }
        System.out.println("primes up to " + limit + ": " + count);
        System.out.println("the last: " + last + ", their sum: " + sum);
    }
}
