import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import rjvm.Preserve;
import rjvm.Preserve.Scope;

/** What the machine itself saves and restores: of each kind of field, by class, by method and by statement. */
public class Fields {
    static void say(Object words) {
        System.out.println(words);
    }

    @Preserve
    static class Base {
        boolean truth;
        byte small = 1;
        short mean = 2;
        char letter = 'c';
        int number = 3;
        long large = 4;
        float single = 1.5f;
        double exact = 2.5;
        String text = "text";
        byte[] bytes = {1, 2, 3};
        int[][] grid = {{1, 2}, {3}};
        Object[] mixed = {"a", new long[] {7}};
        List<String> list = new ArrayList<>(List.of("x"));

        @Override
        public String toString() {
            return truth + " " + small + mean + letter + number + large + " " + single + exact + text + " "
                + Arrays.toString(bytes) + Arrays.deepToString(grid) + Arrays.deepToString(mixed) + list;
        }

        void change() {
            truth = true;
            small = 11;
            mean = 12;
            letter = 'd';
            number = 13;
            large = 14;
            single = 3.5f;
            exact = 4.5;
            text = "changed";
            bytes[1] = 9;
            bytes = new byte[0];
            grid[0][1] = 7;
            grid[1] = new int[] {8, 8, 8};
            ((long[]) mixed[1])[0] = 8;
            mixed[0] = "b";
            list.add("y");
        }

        void byClass() {
            try {
                change();
                throw new IllegalStateException();
            } catch (IllegalStateException e) {
                say(this);
            }
        }

        @Preserve(Scope.NONE)
        void none() {
            try {
                change();
                throw new IllegalStateException();
            } catch (IllegalStateException e) {
                say(this);
            }
        }

        @Preserve(Scope.REACHABLE)
        void reachable() {
            try {
                change();
                throw new IllegalStateException();
            } catch (IllegalStateException e) {
                say(this);
            }
        }

        /** The first one saves nothing of the second. */
        void twice() {
            try {
                number = 30;
                throw new IllegalStateException();
            } catch (IllegalStateException e) {
                say(number);
            }
            number = 40;
            try {
                number = 50;
                throw new IllegalStateException();
            } catch (IllegalStateException e) {
                say(number);
            }
        }
    }

    static class Derived extends Base {
        int own = 5;

        void inherited() {
            try {
                own = 6;
                number = 7;
                throw new IllegalStateException();
            } catch (IllegalStateException e) {
                say(own + " " + number);
            }
        }

        synchronized int recursive(int depth) {
            int result = depth * 10;
            try {
                own = depth;
                if (depth > 0) recursive(depth - 1);
                throw new IllegalStateException();
            } catch (IllegalStateException e) {
                say("depth " + depth + ", " + own + " " + Thread.holdsLock(this));
                return result;
            }
        }

        static void ofClass() {
            try {
                throw new IllegalStateException();
            } catch (IllegalStateException e) {
                say("static");
            }
        }
    }

    static class Node {
        Node next;
        int value;
        final Map<String, Node> map = new HashMap<>();

        Node(int value) {
            this.value = value;
        }
    }

    static class Statements {
        int number = 1;
        final Node ring = new Node(1);
        final StringBuilder text = new StringBuilder("abc");

        Statements() {
            ring.next = new Node(2);
            ring.next.next = ring;
            ring.map.put("k", ring.next);
        }

        @Override
        public String toString() {
            return number + " " + ring.value + " " + ring.next.value + " " + ring.map.keySet() + " " + text + " "
                + (ring.next.next == ring) + (ring.map.get("k") == ring.next);
        }

        void change() {
            number = 2;
            ring.value = 11;
            ring.next.value = 12;
            ring.map.put("z", null);
            ring.map.remove("k");
            text.append("def").setCharAt(0, 'Z');
            ring.next.next = null;
        }

        void change(int value) throws IOException {
            number = value;
            throw new IOException();
        }

        void run() {
            try {
                change(8);
            } catch (IOException e) {
                say("not asked for " + number);
            }
            number = 1;
            try {
                try {
                    change();
                    throw new IOException();
                } catch (IllegalArgumentException e) {
                    say("wrong");
                }
            } catch (@Preserve(Scope.REACHABLE) IOException e) {
                say(this);
            }
            try {
                change(7);
            } catch (FileNotFoundException e) {
                say("wrong");
            } catch (@Preserve IOException e) {
                say("one of two clauses " + number);
            }
            try {
                number = 9;
                Object nothing = null;
                nothing.hashCode();
            } catch (@Preserve ArithmeticException | NullPointerException e) {
                say(number + " " + e.getMessage() + " " + e.getStackTrace()[0].getLineNumber());
            }
        }
    }

    /** Fields of its superclass are the JDK's affair. */
    @Preserve(Scope.REACHABLE)
    static class Worker extends Thread {
        int value = 1;
        final Worker other = this;

        @Override
        public void run() {
            try {
                value = 2;
                setName("worker");
                Thread.sleep(1);
                throw new IllegalStateException();
            } catch (InterruptedException | IllegalStateException e) {
                say(value + " " + getName() + " " + isAlive());
            }
        }
    }

    @Preserve
    interface WithDefault {
        int[] state();

        default void run() {
            try {
                state()[0] = 2;
                throw new IllegalStateException();
            } catch (IllegalStateException e) {
                say(state()[0]);
            }
        }
    }

    static class Implementing implements WithDefault {
        final int[] state = {1};

        public int[] state() {
            return state;
        }
    }

    public static void main(String[] words) throws Exception {
        new Base().byClass();
        new Base().none();
        new Base().reachable();
        new Base().twice();
        new Derived().inherited();
        say(new Derived().recursive(2));
        Derived.ofClass();
        new Statements().run();
        Worker worker = new Worker();
        worker.start();
        worker.join();
        new Implementing().run();
    }
}
