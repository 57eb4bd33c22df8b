/** try, catch and finally in all their combinations: what is kept, replaced, suppressed. */
public class Finally {
    static String log = "";

    static int flow(int kind) {
        int result = 0;
        for (int i = 0; i < 3; i++) {
            try {
                log += "t" + i;
                if (kind == 1 && i == 1) continue;
                if (kind == 2 && i == 1) break;
                if (kind == 3 && i == 1) return result;
                if (kind == 4 && i == 1) throw new IllegalStateException("kind 4");
                result += 10;
            } catch (IllegalStateException e) {
                log += "c";
                result += 100;
                if (i == 1) continue;
            } finally {
                log += "f";
                result++;
            }
            log += ".";
        }
        return result;
    }

    static int valueBeforeFinally() {
        int x = 1;
        try {
            return x;
        } finally {
            x = 2;
        }
    }

    @SuppressWarnings("finally")
    static String replaced() {
        try {
            try {
                throw new RuntimeException("first");
            } finally {
                throw new IllegalStateException("second");
            }
        } catch (RuntimeException e) {
            return e.getMessage() + " " + e.getSuppressed().length;
        }
    }

    static class Resource implements AutoCloseable {
        private final String name;

        Resource(String name) {
            if (name.equals("bad")) throw new IllegalArgumentException("cannot open " + name);
            this.name = name;
            System.out.println("open " + name);
        }

        @Override
        public void close() throws Exception {
            System.out.println("close " + name);
            if (name.startsWith("x")) throw new Exception("close failed: " + name);
        }
    }

    static void resources(String first, String second, boolean fails) {
        try (Resource a = new Resource(first); Resource nothing = null; Resource b = new Resource(second)) {
            if (fails) throw new IllegalStateException("body");
            System.out.println("body of " + a.name + " " + b.name);
        } catch (Exception e) {
            System.out.println(e + " suppressed " + java.util.Arrays.toString(e.getSuppressed()));
        } finally {
            System.out.println("finally");
        }
    }

    static void rethrown() throws Exception {
        try {
            Object o = "s";
            System.out.println((Integer) o);
        } catch (ArithmeticException | ClassCastException e) {
            throw new Exception("wrapped", e);
        }
    }

    public static void main(String[] args) {
        for (int kind = 0; kind <= 4; kind++) {
            int result = flow(kind);
            System.out.println(kind + " " + result + " " + log);
            log = "";
        }
        System.out.println(valueBeforeFinally() + " " + replaced());
        resources("a", "b", false);
        resources("xa", "xb", true);
        resources("xa", "b", false);
        resources("a", "bad", false);
        try {
            rethrown();
        } catch (Exception e) {
            System.out.println(e.getMessage() + " " + e.getCause().getClass().getName());
        }
        Exception self = new Exception("self");
        try {
            self.addSuppressed(self);
        } catch (IllegalArgumentException e) {
            System.out.println(e.getMessage());
        }
    }
}
