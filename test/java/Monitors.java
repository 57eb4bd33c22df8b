/** synchronized methods and blocks, wait, notify, notifyAll, interrupt, and misuse of monitors. */
public class Monitors {
    private int turn;

    synchronized void ping(StringBuilder log, int me, int players, int rounds) throws InterruptedException {
        for (int round = 0; round < rounds; round++) {
            while (turn != me) wait();
            log.append(me);
            turn = (turn + 1) % players;
            notifyAll();
        }
    }

    /** Waits with the monitor entered twice; meanwhile it is entered once by others. */
    synchronized void awaitTurn(int awaited) throws InterruptedException {
        synchronized (this) {
            while (turn != awaited) wait();
        }
    }

    synchronized void next() {
        turn++;
        notifyAll();
    }

    static synchronized int reentrant(int depth) {
        return depth == 0 ? 0 : 1 + reentrant(depth - 1);
    }

    public static void main(String[] args) throws InterruptedException {
        Monitors table = new Monitors();
        StringBuilder log = new StringBuilder();
        Thread[] players = new Thread[3];
        for (int p = 0; p < players.length; p++) {
            int me = p;
            players[p] = new Thread(() -> {
                try {
                    table.ping(log, me, players.length, 5);
                } catch (InterruptedException e) {
                    log.append('!');
                }
            });
            players[p].start();
        }
        for (Thread player : players) player.join();
        System.out.println(log + " " + reentrant(50));
        Object lock = new Object();
        for (Runnable misuse : new Runnable[] {lock::notify, lock::notifyAll, () -> {
            try {
                lock.wait();
            } catch (InterruptedException e) {
                System.out.println("unexpected");
            }
        }}) {
            try {
                misuse.run();
            } catch (IllegalMonitorStateException e) {
                System.out.println(e.getMessage());
            }
        }
        try {
            synchronized (lock) {
                throw new IllegalStateException("inside");
            }
        } catch (IllegalStateException e) {
            System.out.println("released: " + !Thread.holdsLock(lock));
        }
        Thread waiter = new Thread(() -> {
            synchronized (lock) {
                try {
                    lock.wait();
                } catch (InterruptedException e) {
                    System.out.println("interrupted in wait, owner again: " + Thread.holdsLock(lock) + ", " + e.getMessage());
                }
            }
        });
        waiter.start();
        while (waiter.getState() != Thread.State.WAITING) Thread.yield();
        waiter.interrupt();
        waiter.join();
        Thread.currentThread().interrupt();
        try {
            Thread.sleep(10);
        } catch (InterruptedException e) {
            System.out.println("sleep refused: " + e.getMessage() + " " + Thread.interrupted());
        }
        try {
            waiter.start();
        } catch (IllegalThreadStateException e) {
            System.out.println("started twice");
        }
        Monitors twice = new Monitors();
        Thread twiceEntered = new Thread(() -> {
            try {
                twice.awaitTurn(2);
                System.out.println("turn " + twice.turn);
            } catch (InterruptedException e) {
                System.out.println("unexpected");
            }
        });
        twiceEntered.start();
        while (twiceEntered.getState() != Thread.State.WAITING) Thread.yield();
        synchronized (twice) {
            twice.next();
            System.out.println("notified: " + twiceEntered.getState());
        }
        System.out.println("held after leaving: " + Thread.holdsLock(twice));
        twice.next();
        twiceEntered.join();
        System.out.println(waiter.getState() + " " + new Thread(() -> { }).getState());
    }
}
