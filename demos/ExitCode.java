/** Leaves through System.exit: a shutdown hook runs, finally blocks do not; the exit code is the argument or 42. */
public class ExitCode {
    public static void main(String[] args) {
        int code = args.length > 0 ? Integer.parseInt(args[0]) : 42;
        Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("shutdown hook runs")));
        try {
            System.out.println("exiting with " + code);
            System.exit(code);
        } finally {
            System.out.println("never printed");
        }
    }
}
