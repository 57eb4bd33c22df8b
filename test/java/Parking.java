import java.util.concurrent.locks.LockSupport;

/** Natives of threads: sleep, park, interrupt, yield, stack traces of other threads, deep stacks, the shutdown hook. */
public class Parking {
    static volatile boolean started;

    static void awaitState(Thread thread, Thread.State state) {
        while (thread.getState() != state) Thread.yield();
    }

    static boolean within(long startNs, int fromMs, int toMs) {
        long elapsedMs = (System.nanoTime() - startNs) / 1_000_000;
        return elapsedMs >= fromMs && elapsedMs < toMs;
    }

    static void sleeping() throws InterruptedException {
        long start = System.nanoTime();
        Thread.sleep(50);
        System.out.println("slept " + within(start, 49, 5000));
        Thread.sleep(0);
        try {
            Thread.sleep(-1);
        } catch (IllegalArgumentException e) {
            System.out.println(e);
        }
        Thread.currentThread().interrupt();
        try {
            Thread.sleep(10);
        } catch (InterruptedException e) {
            System.out.println(e + " " + Thread.currentThread().isInterrupted());
        }
        Thread sleeper = new Thread(() -> {
            try {
                Thread.sleep(100_000);
            } catch (InterruptedException e) {
                System.out.println("sleeper: " + e);
            }
        });
        sleeper.start();
        awaitState(sleeper, Thread.State.TIMED_WAITING);
        StackTraceElement[] trace = sleeper.getStackTrace();
        System.out.println(trace[0] + " " + trace[1].getClassName() + " " + trace[1].getLineNumber());
        sleeper.interrupt();
        sleeper.join();
        System.out.println(sleeper.getState() + " " + sleeper.getStackTrace().length);
    }

    static void parking() throws InterruptedException {
        Thread main = Thread.currentThread();
        LockSupport.unpark(main);
        LockSupport.unpark(main);
        LockSupport.park();
        long start = System.nanoTime();
        LockSupport.parkNanos(20_000_000);
        System.out.println("one permit only " + within(start, 19, 5000));
        start = System.nanoTime();
        LockSupport.parkUntil(System.currentTimeMillis() + 30);
        System.out.println("until " + within(start, 25, 5000));
        LockSupport.parkUntil(1);
        main.interrupt();
        LockSupport.park();
        System.out.println("interrupted " + Thread.interrupted() + " " + Thread.interrupted());
        Thread parked = new Thread(() -> {
            LockSupport.park("a blocker");
            System.out.println("unparked " + LockSupport.getBlocker(Thread.currentThread()));
        });
        parked.start();
        awaitState(parked, Thread.State.WAITING);
        System.out.println(LockSupport.getBlocker(parked));
        LockSupport.unpark(parked);
        parked.join();
        LockSupport.unpark(parked);
        LockSupport.unpark(null);
    }

    static int depth(int n) {
        return n == 0 ? 0 : 1 + depth(n - 1);
    }

    public static void main(String[] args) throws InterruptedException {
        sleeping();
        parking();
        Object lock = new Object();
        synchronized (lock) {
            System.out.println(Thread.holdsLock(lock) + " " + Thread.holdsLock("other"));
        }
        try {
            Thread.holdsLock(null);
        } catch (NullPointerException e) {
            System.out.println(e);
        }
        Thread once = new Thread(() -> started = true);
        once.start();
        once.join();
        try {
            once.start();
        } catch (IllegalThreadStateException e) {
            System.out.println(e + " " + started);
        }
        Thread deep = new Thread(null, () -> System.out.println("deep " + depth(20_000)), "deep", 64 << 20);
        deep.start();
        deep.join();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (!thread.getName().equals("Reference Handler")) continue;
            System.out.println(thread.getState() + " " + thread.isDaemon() + " " + thread.getPriority());
        }
        Thread forever = new Thread(() -> {
            for (;;) LockSupport.park();
        });
        forever.setDaemon(true);
        forever.start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("hook")));
    }
}
