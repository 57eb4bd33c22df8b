/** Sleeps and timed waits. They never end early, and a notified wait ends before its time. */
public class Sleeper {
    static long elapsedMs(long sinceNs) {
        return (System.nanoTime() - sinceNs) / 1_000_000;
    }

    public static void main(String[] args) throws InterruptedException {
        for (int i = 1; i <= 3; i++) {
            long start = System.nanoTime();
            Thread.sleep(50);
            System.out.println("sleep " + i + " long enough: " + (elapsedMs(start) >= 50));
        }
        Object lock = new Object();
        synchronized (lock) {
            long start = System.nanoTime();
            lock.wait(40);
            System.out.println("timed wait long enough: " + (elapsedMs(start) >= 40));
        }
        Thread waker = new Thread(() -> {
            synchronized (lock) {
                lock.notify();
            }
        });
        synchronized (lock) {
            waker.start();
            long start = System.nanoTime();
            lock.wait(60_000);
            System.out.println("notified in time: " + (elapsedMs(start) < 60_000));
        }
        Thread slow = new Thread(() -> {
            try {
                Thread.sleep(80);
            } catch (InterruptedException e) {
                System.out.println("unexpected " + e);
            }
        });
        slow.start();
        slow.join(1);
        System.out.println("joined too early, alive: " + slow.isAlive());
        slow.join();
        System.out.println("joined, alive: " + slow.isAlive());
    }
}
