/** ThreadLocal, inheritable ones, thread names, priorities and groups. */
public class ThreadLocals {
    static final ThreadLocal<Integer> LOCAL = ThreadLocal.withInitial(() -> 7);
    static final InheritableThreadLocal<String> INHERITED = new InheritableThreadLocal<>();

    public static void main(String[] args) throws InterruptedException {
        LOCAL.set(LOCAL.get() + 1);
        INHERITED.set("from main");
        Thread thread = new Thread(() -> {
            System.out.println(LOCAL.get() + " " + INHERITED.get());
            LOCAL.set(99);
            INHERITED.set("changed");
        }, "named");
        thread.setPriority(Thread.MAX_PRIORITY);
        thread.start();
        thread.join();
        System.out.println(LOCAL.get() + " " + INHERITED.get());
        LOCAL.remove();
        System.out.println(LOCAL.get());
        System.out.println(thread.getName() + " " + thread.getPriority() + " " + thread.isDaemon() + " " + Thread.currentThread());
        System.out.println(Thread.currentThread().getThreadGroup().getName() + " " + Thread.currentThread().getId());
    }
}
