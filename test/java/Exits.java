/** Ways to end: halt runs no hooks, exit codes are taken modulo 256, output without a newline is not lost. */
public class Exits {
    public static void main(String[] args) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("hook")));
        String how = args.length > 0 ? args[0] : "";
        System.out.print("no newline at the end");
        System.err.print("nor here");
        switch (how) {
            case "halt" -> Runtime.getRuntime().halt(3);
            case "large" -> System.exit(259);
            case "negative" -> System.exit(-1);
            case "thread" -> new Thread(() -> System.exit(7)).start();
            case "hook-fails" -> {
                Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                    throw new IllegalStateException("in hook");
                }, "failing hook"));
                System.exit(4);
            }
            default -> { }
        }
    }
}
