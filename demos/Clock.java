import java.util.Random;

/** Reads what differs from run to run: clocks, random seeds, identity hash codes. Replicas must still agree on them. */
public class Clock {
    public static void main(String[] args) {
        long startNs = System.nanoTime();
        System.out.println("wall clock " + System.currentTimeMillis() + " ms");
        System.out.println("instant " + java.time.Instant.now().getEpochSecond());
        System.out.println("random seed by the clock " + Math.abs(new Random().nextInt()));
        System.out.println("Math.random " + (int) (Math.random() * 1_000_000));
        System.out.println("identity hash " + System.identityHashCode(new Object()));
        System.out.println("object " + new Clock().toString().startsWith("Clock@"));
        long elapsedNs = System.nanoTime() - startNs;
        System.out.println("time went on: " + (elapsedNs > 0));
    }
}
