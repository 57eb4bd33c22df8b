/** An uncaught exception ends its thread only; handlers; the exit code when main fails while others go on, and
 *  one that waits for main to end. */
public class ThreadExceptions {
    public static void main(String[] args) throws InterruptedException {
        Thread failing = new Thread(() -> {
            throw new IllegalStateException("in a thread");
        }, "worker");
        failing.start();
        failing.join();
        System.out.println("main goes on, state " + failing.getState());
        Thread handled = new Thread(() -> {
            throw new IllegalArgumentException("handled");
        }, "second");
        handled.setUncaughtExceptionHandler((thread, e) -> System.out.println(thread.getName() + " threw " + e.getMessage()));
        handled.start();
        handled.join();
        for (String name : new String[] {"third", "of an \"odd\" name"}) {
            Thread doubled = new Thread(() -> {
                throw new IllegalArgumentException("not handled");
            }, name);
            doubled.setUncaughtExceptionHandler((thread, e) -> {
                throw new UnsupportedOperationException("the handler fails");
            });
            doubled.start();
            doubled.join();
        }
        Thread unprintable = new Thread(() -> {
            throw new RuntimeException() {
                @Override
                public String toString() {
                    throw new Error("cannot be told");
                }
            };
        });
        unprintable.start();
        unprintable.join();
        Thread.currentThread().setUncaughtExceptionHandler((thread, e) -> {
            System.out.println(thread.getName() + " threw " + e.getMessage());
            throw new IllegalStateException("the handler of main fails");
        });
        Thread late = new Thread(() -> {
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                return;
            }
            System.out.println("late thread ends after main");
        });
        late.start();
        Thread main = Thread.currentThread();
        Thread joining = new Thread(() -> {
            try {
                main.join(60_000);
            } catch (InterruptedException e) {
                return;
            }
            System.out.println("joined in time: " + main.getState());
        });
        joining.start();
        while (joining.getState() != Thread.State.TIMED_WAITING) Thread.yield();
        Thread daemon = new Thread(() -> {
            while (true) Thread.onSpinWait();
        });
        daemon.setDaemon(true);
        daemon.start();
        throw new RuntimeException("main fails");
    }
}
