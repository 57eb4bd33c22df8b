/** Does one thing until it is killed: compute, read the clock after a little work each time, or nothing at all. */
public class Steady {
    static volatile long seen;

    public static void main(String[] args) throws InterruptedException {
        System.out.println("running");
        int state = 1;
        while (true) {
            if (args[0].equals("idle")) Thread.sleep(3_600_000);
            for (int i = 0; i < 5_000; i++) state = state * 1103515245 + 12345;
            seen = args[0].equals("clock") ? System.nanoTime() : state;
        }
    }
}
