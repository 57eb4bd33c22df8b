/** Exceptions: thrown by the program and by the machine, nested, suppressed, chained, and those of exhausted stacks. */
public class Exceptions {
    static class AppException extends Exception {
        final int code;

        AppException(String message, int code, Throwable cause) {
            super(message, cause);
            this.code = code;
        }
    }

    /** A resource that tells when it is opened and closed, and may fail in closing. */
    record Resource(String name, boolean failsInClose) implements AutoCloseable {
        Resource {
            System.out.println("  open " + name);
        }

        @Override
        public void close() {
            System.out.println("  close " + name);
            if (failsInClose) throw new IllegalStateException("closing " + name);
        }
    }

    interface Action {
        void run() throws Exception;
    }

    static void attempt(String title, Action action) {
        try {
            action.run();
            System.out.println(title + ": nothing thrown");
        } catch (Exception e) {
            System.out.println(title + ": " + e);
        }
    }

    static int finallyOrder(int n) {
        try {
            if (n == 0) throw new RuntimeException("zero");
            return n;
        } catch (RuntimeException e) {
            return -1;
        } finally {
            System.out.println("  finally for " + n);
        }
    }

    @SuppressWarnings("finally")
    static int finallyWins() {
        try {
            throw new IllegalStateException("lost");
        } finally {
            return 7;
        }
    }

    static void withResources() throws Exception {
        try (Resource first = new Resource("first", true); Resource second = new Resource("second", true)) {
            throw new AppException("in the body of " + first.name() + " and " + second.name(), 3, null);
        }
    }

    static int depth;

    static void dive() {
        depth++;
        dive();
    }

    static void stackOverflow() {
        try {
            dive();
        } catch (StackOverflowError e) {
            System.out.println("stack overflow caught, deep enough: " + (depth > 500) + ", message: " + e.getMessage());
        }
    }

    static void chained() throws AppException {
        try {
            Integer.parseInt("twelve");
        } catch (NumberFormatException e) {
            throw new AppException("bad number", 12, e);
        }
    }

    public static void main(String[] args) throws Exception {
        int zero = args.length > 100 ? 1 : 0;
        Object text = "text";
        Object[] strings = new String[1];
        attempt("divide", () -> System.out.println(1 / zero));
        attempt("remainder of long", () -> System.out.println(1L % zero));
        attempt("null", () -> ((String) null).length());
        attempt("array index", () -> System.out.println((new int[3])[3 + zero]));
        attempt("negative size", () -> System.out.println(new int[zero - 1].length));
        attempt("cast", () -> System.out.println((Integer) text));
        attempt("store", () -> strings[0] = 1);
        attempt("substring", () -> "abc".substring(2, 5));
        attempt("charAt", () -> "abc".charAt(3));
        attempt("nothing", () -> { });
        System.out.println("finally: " + finallyOrder(1) + " " + finallyOrder(0) + " " + finallyWins());

        try {
            withResources();
        } catch (AppException e) {
            System.out.println(e.getMessage() + ", code " + e.code + ", suppressed " + java.util.Arrays.toString(e.getSuppressed()));
        }
        stackOverflow();
        try {
            chained();
        } catch (AppException e) {
            System.out.println("cause: " + e.getCause());
            StackTraceElement top = e.getStackTrace()[0];
            System.out.println("thrown in " + top.getMethodName() + " line " + top.getLineNumber());
            e.printStackTrace();
        }
    }
}
