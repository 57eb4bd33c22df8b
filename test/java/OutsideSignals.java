import sun.misc.Signal;

/** Waits for signals from outside where its argument says so: handles some itself, is ended by others, whose shutdown
 *  hook runs once. */
public class OutsideSignals {
    public static void main(String[] arguments) throws Exception {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("hook")));
        String how = arguments.length == 0 ? "" : arguments[0];
        if (how.startsWith("handle")) {
            Signal.handle(new Signal("HUP"), signal -> System.out.println(
                    "handled " + signal + " in " + Thread.currentThread().getName()));
        }
        System.out.println("ready");
        if (how.endsWith("busy")) {
            for (long i = 0; ; i++) if (i == Long.MAX_VALUE) System.out.println();
        }
        if (how.endsWith("sleep")) Thread.sleep(120_000);
    }
}
