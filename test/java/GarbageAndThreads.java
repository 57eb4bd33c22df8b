import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/** What must stay alive while other threads fill the heap: objects that only a blocked thread, a deep stack, an exception
 *  under way or a class that is being initialized holds. Run with a small -Xmx. */
public class GarbageAndThreads {
    static volatile boolean done;

    /** An object whose state tells whether its memory was taken away. */
    static class Witness {
        final int[] values = new int[50];
        final String text;

        Witness(int seed) {
            for (int i = 0; i < values.length; i++) values[i] = seed + i;
            text = "witness " + seed;
        }

        boolean isSound(int seed) {
            if (!text.equals("witness " + seed)) return false;
            for (int i = 0; i < values.length; i++) if (values[i] != seed + i) return false;
            return true;
        }

        /** Does not look at itself: its monitor alone keeps it. */
        synchronized int enterOnly(int result) {
            return result;
        }

        synchronized void hold(CountDownLatch entered, CountDownLatch leave) throws InterruptedException {
            entered.countDown();
            leave.await();
        }

        synchronized boolean waitFor(int seed, long ms) throws InterruptedException {
            wait(ms);
            return isSound(seed);
        }
    }

    /** Allocates several times the heap. */
    static int churn(int megabytes) {
        int sum = 0;
        List<Object> recent = new ArrayList<>();
        for (int i = 0; i < megabytes * 64; i++) {
            byte[] bytes = new byte[12 << 10];
            bytes[i % bytes.length] = 1;
            Object[] small = { bytes, i, "text " + i };
            recent.add(small);
            if (recent.size() > 50) recent.clear();
            sum += bytes.length + small.length;
        }
        return sum;
    }

    static void blockedThreads() throws InterruptedException {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        int[] results = new int[8];
        startHolders(threads, entered, leave, results);
        threads.add(start(() -> {
            Witness witness = new Witness(20);
            results[3] = witness.waitFor(20, 300) ? 1 : -1;
        }));
        threads.add(start(() -> {
            Witness witness = new Witness(30);
            LockSupport.parkNanos(200_000_000);
            results[4] = witness.isSound(30) ? 1 : -1;
        }));
        threads.add(start(() -> {
            Witness witness = new Witness(40);
            Thread.sleep(200);
            results[5] = witness.isSound(40) ? 1 : -1;
        }));
        threads.add(start(() -> {
            Object lock = new Object();
            Witness witness = new Witness(50);
            synchronized (lock) {
                while (!done) lock.wait(50);
            }
            results[6] = witness.isSound(50) ? 1 : -1;
        }));
        entered.await();
        churn(40);
        leave.countDown();
        churn(40);
        done = true;
        for (Thread thread : threads) thread.join();
        StringBuilder text = new StringBuilder("blocked threads:");
        for (int result : results) text.append(' ').append(result);
        System.out.println(text);
    }

    /** The witness is reachable from these threads' stacks alone. */
    static void startHolders(List<Thread> threads, CountDownLatch entered, CountDownLatch leave, int[] results) {
        Witness shared = new Witness(10);
        threads.add(start(() -> shared.hold(entered, leave)));
        for (int i = 0; i < 3; i++) {
            int index = i;
            threads.add(start(() -> {
                entered.await();
                results[index] = shared.enterOnly(index + 1);
            }));
        }
    }

    interface Task {
        void run() throws Exception;
    }

    static Thread start(Task task) {
        Thread thread = new Thread(() -> {
            try {
                task.run();
            } catch (Exception e) {
                System.out.println("failed: " + e);
            }
        });
        thread.start();
        return thread;
    }

    static int descend(int depth) {
        Witness witness = new Witness(depth);
        if (depth == 0) churn(20);
        int below = depth == 0 ? 0 : descend(depth - 1);
        return below + (witness.isSound(depth) ? 1 : 0);
    }

    static class Slow {
        static final Witness WITNESS = new Witness(60);
        static final int CHURNED = churn(20);
        static final boolean SOUND = WITNESS.isSound(60);
    }

    static class Failing {
        static final Object[] VALUE = fail();

        static Object[] fail() {
            Witness witness = new Witness(70);
            churn(20);
            throw new IllegalStateException(witness.text);
        }
    }

    static void initializers() {
        System.out.println("initializer: " + Slow.SOUND + " " + Slow.CHURNED);
        for (int i = 0; i < 2; i++) {
            try {
                System.out.println(Failing.VALUE.length);
            } catch (LinkageError e) {
                churn(20);
                System.out.println(e + ", cause " + e.getCause());
            }
        }
    }

    static int throwAndCatch(int depth) {
        Witness witness = new Witness(depth);
        try {
            if (depth == 0) throw new IllegalArgumentException(new Witness(99).text);
            return throwAndCatch(depth - 1);
        } catch (IllegalArgumentException e) {
            if (depth % 10 == 0) churn(1);
            if (depth < 40) throw new IllegalArgumentException(e.getMessage() + depth % 10, depth % 7 == 0 ? e : null);
            return e.getMessage().length() + (witness.isSound(depth) ? 1000 : 0);
        } finally {
            if (depth % 11 == 0) churn(1);
        }
    }

    static void otherWays() throws Exception {
        IntFunction<Supplier<Witness>> makers = seed -> {
            Witness witness = new Witness(seed);
            return () -> witness;
        };
        List<Supplier<Witness>> suppliers = new ArrayList<>();
        for (int i = 0; i < 100; i++) suppliers.add(makers.apply(i));
        churn(20);
        int sound = 0;
        for (int i = 0; i < 100; i++) if (suppliers.get(i).get().isSound(i)) sound++;
        String text = "";
        for (int i = 0; i < 100; i++) text = text + i + new StringBuilder("x").append(i) + 'c' + (i * 0.5) + null;
        churn(5);
        int reflected = 0;
        for (int i = 0; i < 40; i++) {
            Object made = Witness.class.getDeclaredConstructor(int.class).newInstance(i);
            if ((Boolean) Witness.class.getDeclaredMethod("isSound", int.class).invoke(made, i)) reflected++;
            if (i % 10 == 0) churn(2);
        }
        long[][][] cube = new long[20][30][40];
        for (int i = 0; i < 20; i++) for (int j = 0; j < 30; j++) cube[i][j] = cube[i][j].clone();
        cube[3][4][5] = 6;
        churn(5);
        System.out.println("lambdas " + sound + ", text " + text.length() + " " + text.hashCode() + ", reflection " + reflected + ", cube " + cube[3][4][5]);
    }

    public static void main(String[] args) throws Exception {
        System.out.println("churned " + churn(100));
        blockedThreads();
        System.out.println("deep stack " + descend(400));
        initializers();
        System.out.println("exceptions " + throwAndCatch(60));
        otherWays();
    }
}
