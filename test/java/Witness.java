import java.util.Random;

/**
 * Prints what differs from run to run as `name = value`, each twice and at different times: replicas that do not agree on
 * a value show it there. All other lines are the same in any Java machine. Argument: how often (default 1).
 */
public class Witness {
    static final Object LOCK = new Object();
    static final int SLEEP_MS = 40;
    static int round;
    static int turn;
    static long state = 1;
    /** Without a lock: what comes of it depends on when threads take turns. */
    static long raced = 1;

    static class Worker extends Thread {
        final int number;

        Worker(int number) {
            this.number = number;
        }

        @Override
        public void run() {
            for (int i = 0; i < 10_000; i++) raced = raced * 31 + number;
            for (int i = 0; i < 2; i++) {
                synchronized (LOCK) {
                    try {
                        while (turn % 2 != number) LOCK.wait();
                    } catch (InterruptedException e) {
                        return;
                    }
                    work(30_000);
                    show("worker", number, " has come to ", state);
                    turn++;
                    LOCK.notifyAll();
                }
            }
        }
    }

    static void work(int steps) {
        for (int i = 0; i < steps; i++) state = state * 6364136223846793005L + 1442695040888963407L;
    }

    // Without invokedynamic the program starts faster.
    static void show(String name, int number, String between, long value) {
        System.out.println(new StringBuilder(name).append(number).append(between).append(value).toString());
    }

    static void show(String name, long value) {
        show(name, round, " = ", value);
    }

    static void testify() throws InterruptedException {
        long clock = System.nanoTime();
        long wall = System.currentTimeMillis();
        show("clock", clock);
        int hash = System.identityHashCode(new Object());
        show("hash", hash);
        Random generator = new Random();
        int random = generator.nextInt();
        show("random", random);
        Worker[] workers = {new Worker(0), new Worker(1)};
        for (Worker worker : workers) worker.start();
        System.err.println("workers are under way");
        for (Worker worker : workers) worker.join();
        show("clock", clock);
        show("raced", raced);
        show("wall", wall);
        long before = System.nanoTime();
        Thread.sleep(SLEEP_MS);
        if (System.nanoTime() - before < SLEEP_MS * 1_000_000L) System.out.println("the clock has lost time");
        int next = generator.nextInt();
        show("next", next);
        work(60_000);
        show("raced", raced);
        show("hash", hash);
        show("random", random);
        show("wall", wall);
        show("next", next);
        show("round ", round, " ends with ", state);
    }

    public static void main(String[] words) throws InterruptedException {
        int rounds = words.length > 0 ? Integer.parseInt(words[0]) : 1;
        System.out.println("begin");
        for (round = 0; round < rounds; round++) testify();
        System.exit(3);
    }
}
