/** double arrays: a dot product. Prints: name, best time in ms, result. */
public class DotProduct {
    static double dot(double[] a, double[] b, int rounds) {
        double sum = 0;
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < a.length; i++) sum += a[i] * b[i];
        }
        return sum;
    }

    public static void main(String[] args) {
        double[] a = new double[100_000];
        double[] b = new double[100_000];
        for (int i = 0; i < a.length; i++) {
            a[i] = i * 0.5;
            b[i] = 1.0 / (i + 1);
        }
        double result = dot(a, b, 1);
        long best = Long.MAX_VALUE;
        for (int round = 0; round < 4; round++) {
            long start = System.nanoTime();
            result = dot(a, b, 100);
            best = Math.min(best, System.nanoTime() - start);
        }
        System.out.println("dot " + best / 1e6 + " " + result);
    }
}
