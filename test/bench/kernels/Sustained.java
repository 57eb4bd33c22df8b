/** One kernel again and again: `Sustained <kernel> <seconds of warm-up> <seconds>` prints its name, the mean time of a
 *  round in ms, and the number of rounds. */
public class Sustained {
    static volatile long seen;

    static Runnable kernel(String name) {
        switch (name) {
            case "Fib":
                return () -> seen = Fib.fib(29);
            case "SieveBytes":
                return () -> seen = SieveBytes.sieve(3_000_000);
            case "LongLcg":
                return () -> seen = LongLcg.lcg(12_000_000);
            case "DotProduct":
                double[] a = new double[100_000];
                return () -> seen = (long) DotProduct.dot(a, a, 100);
            case "Allocation":
                return () -> seen = Allocation.trees(80);
            case "VirtualCalls":
                VirtualCalls.Shape[] shapes = VirtualCalls.shapes();
                return () -> seen = VirtualCalls.total(shapes, 5_000);
            case "StringBuilding":
                return () -> seen = StringBuilding.build(600);
            default:
                throw new IllegalArgumentException("no kernel " + name);
        }
    }

    public static void main(String[] args) {
        Runnable kernel = kernel(args[0]);
        long start = System.nanoTime();
        long warmUp = Long.parseLong(args[1]) * 1_000_000_000;
        long measured = Long.parseLong(args[2]) * 1_000_000_000;
        while (System.nanoTime() - start < warmUp) kernel.run();
        start = System.nanoTime();
        long spent = 0;
        int rounds = 0;
        for (; spent < measured; rounds++) {
            kernel.run();
            spent = System.nanoTime() - start;
        }
        System.out.println(args[0] + " " + spent / 1e6 / rounds + " " + rounds);
    }
}
