import java.util.ArrayDeque;
import java.util.Deque;
import rjvm.Recoverable;

/** Tells when its state is saved and restored: by which statements, and in which order. */
public class Statements implements Recoverable {
    private final Deque<Integer> saved = new ArrayDeque<>();
    private int value;

    static void say(Object words) {
        System.out.println(words);
    }

    public void saveObjectState() {
        say("  save " + value);
        saved.push(value);
    }

    public void restoreObjectState() {
        value = saved.pop();
        say("  restore " + value);
    }

    void nested() {
        try {
            value = 1;
            try {
                value = 2;
                throw new IllegalStateException();
            } catch (IllegalArgumentException e) {
                say("wrong");
            } finally {
                say("finally " + value);
            }
        } catch (IllegalStateException e) {
            say("outer " + value);
        }
        saved.clear();
        try {
            value = 5;
            try {
                value = 6;
                throw new IllegalStateException();
            } catch (IllegalStateException e) {
                say("inner " + value);
                throw new RuntimeException();
            }
        } catch (RuntimeException e) {
            say("outer " + value);
        }
    }

    /** Two statements begin with the same instruction. */
    void together() {
        value = 7;
        try {
            try {
                value++;
                Integer.parseInt("x");
            } catch (IllegalStateException e) {
                say("wrong");
            }
        } catch (NumberFormatException e) {
            say("together " + value + " " + saved.size());
        }
        saved.clear();
    }

    void recursive(int depth) {
        try {
            value += depth;
            if (depth == 0) throw new IllegalStateException();
            recursive(depth - 1);
        } catch (IllegalStateException e) {
            say("depth " + depth + ", " + value);
            if (depth < 2) throw e;
        }
    }

    static void fail(boolean now) throws Exception {
        if (now) throw new Exception();
    }

    void loops() {
        for (int i = 0; i < 3; i++) {
            try {
                value += 10;
                fail(i == 1);
            } catch (Exception e) {
                say("for " + i + ", " + value);
            }
        }
        saved.clear();
        int i = 0;
        for (;;) {
            try {
                i++;
                value++;
                if (i == 3) continue;
                if (i == 5) break;
                fail(true);
            } catch (Exception e) {
                say("forever " + i + ", " + value);
            }
        }
        saved.clear();
        // The loop begins where the try block does: it is entered once.
        try {
            while (i < 9) i++;
            fail(true);
        } catch (Exception e) {
            say("while " + i);
        }
        do {
            try {
                fail(i++ == 9);
            } catch (Exception e) {
                say("do " + i);
            }
        } while (i < 11);
        saved.clear();
    }

    int finallyClause(boolean early) {
        try {
            value = 100;
            if (early) return 1;
            value = 200;
            fail(true);
            return 3;
        } catch (RuntimeException e) {
            return 4;
        } catch (Exception e) {
            say("caught " + value);
            return 2;
        } finally {
            say("finally " + value);
        }
    }

    /** No catch clauses: nothing is saved. */
    void withoutCatch() throws Exception {
        try (AutoCloseable resource = () -> say("closed")) {
            value = 300;
        }
        try {
            value = 301;
        } finally {
            say("finally");
        }
        synchronized (this) {
            value = 302;
        }
    }

    void resource() {
        try (AutoCloseable resource = () -> say("closed")) {
            value = 400;
            throw new IllegalStateException("body");
        } catch (Exception e) {
            say(e.getMessage() + " " + value);
        }
    }

    int inSwitch(int which) {
        switch (which) {
            case 1:
                try {
                    value = Integer.parseInt("one");
                } catch (NumberFormatException e) {
                    return value;
                }
            default:
                Runnable lambda = () -> {
                    try {
                        value = -1;
                        throw new IllegalStateException();
                    } catch (IllegalStateException e) {
                        say("lambda " + value);
                    }
                };
                lambda.run();
                return -1;
        }
    }

    public static void main(String[] words) throws Exception {
        Statements it = new Statements();
        it.nested();
        it.together();
        it.recursive(2);
        it.saved.clear();
        it.loops();
        say(it.finallyClause(true) + " " + it.finallyClause(false));
        it.withoutCatch();
        it.resource();
        say(it.inSwitch(1) + " " + it.inSwitch(2));
    }
}
