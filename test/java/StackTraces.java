/** Printed stack traces: line numbers, causes, suppressed exceptions, lambdas, constructors, initialisers. */
public class StackTraces {
    static class Thrower {
        final int field;

        Thrower(int value) {
            field = check(
                value);
        }

        private int check(int value) {
            if (value < 0) {
                throw new IllegalArgumentException(
                    "negative");
            }
            return value;
        }
    }

    static class BadInit {
        static final String TEXT = compute();

        static String compute() {
            throw new UnsupportedOperationException("in initialiser");
        }
    }

    static void recursive(int depth) {
        if (depth == 0) throw new RuntimeException("bottom\nof two lines");
        recursive(depth - 1);
    }

    static void causes() {
        try {
            try {
                new Thrower(-1);
            } catch (IllegalArgumentException e) {
                RuntimeException outer = new RuntimeException(e);
                outer.addSuppressed(new IllegalStateException("suppressed one"));
                throw outer;
            }
        } catch (RuntimeException e) {
            throw new Error("outermost", e);
        }
    }

    interface Step {
        void run();
    }

    static void attempt(Step step) {
        try {
            step.run();
        } catch (Throwable t) {
            t.printStackTrace(System.out);
        }
    }

    public static void main(String[] args) {
        attempt(() -> new Thrower(-5));
        attempt(() -> recursive(3));
        attempt(StackTraces::causes);
        attempt(() -> System.out.println(BadInit.TEXT));
        attempt(() -> System.out.println(BadInit.TEXT));
        attempt(new Step() {
            @Override
            public void run() {
                int[] array = new int[2];
                array[
                    2] = 1;
            }
        });
        attempt(() -> java.util.List.of(3, 1, 2).forEach(n -> System.out.println(10 / (n - 1))));
        StackTraceElement[] here = new Throwable().getStackTrace();
        System.out.println(here.length + " " + here[0] + " " + Thread.currentThread().getStackTrace()[1].getMethodName());
        StackTraceElement[] own = {new StackTraceElement("a.B", "c", "B.java", 12), new StackTraceElement("a.B", "d", null, -2)};
        Exception shaped = new Exception("shaped");
        shaped.setStackTrace(own);
        shaped.printStackTrace(System.out);
        throw new IllegalStateException("last");
    }
}
