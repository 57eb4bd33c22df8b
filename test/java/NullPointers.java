/** The helpful messages of NullPointerException (JEP 358). Compiled without -g, so locals are numbered. */
public class NullPointers {
    static class Node {
        Node next;
        int[] values;
        String name;
        long count;

        Node next() {
            return next;
        }

        static Node none() {
            return null;
        }
    }

    static Node root = new Node();
    static Object lock;

    interface Action {
        void run();
    }

    static void attempt(Action action) {
        try {
            action.run();
            System.out.println("fine");
        } catch (NullPointerException e) {
            System.out.println(e.getMessage());
        }
    }

    static void locals(Node parameter, int index) {
        Node local = parameter;
        Node[][] grid = new Node[2][2];
        String[] names = null;
        attempt(() -> System.out.println(local.next));
        try {
            System.out.println(local.count);
        } catch (NullPointerException e) {
            System.out.println(e.getMessage());
        }
        try {
            grid[1][index].name = "x";
        } catch (NullPointerException e) {
            System.out.println(e.getMessage());
        }
        try {
            System.out.println(names[index + 1]);
        } catch (NullPointerException e) {
            System.out.println(e.getMessage());
        }
        try {
            System.out.println(names.length);
        } catch (NullPointerException e) {
            System.out.println(e.getMessage());
        }
    }

    public static void main(String[] args) {
        attempt(() -> System.out.println(root.next.next));
        attempt(() -> root.next.count = 5);
        attempt(() -> root.values[3] = 4);
        attempt(() -> System.out.println(root.values[3]));
        attempt(() -> System.out.println(root.values.length));
        attempt(() -> root.name.length());
        attempt(() -> root.next().next());
        attempt(() -> Node.none().next());
        attempt(() -> System.out.println(Node.none().values[root.values.length]));
        attempt(() -> {
            synchronized (lock) {
                System.out.println("locked");
            }
        });
        attempt(() -> {
            RuntimeException none = null;
            throw none;
        });
        attempt(() -> {
            Integer boxed = (Integer) lock;
            int unboxed = boxed;
        });
        attempt(() -> {
            throw new NullPointerException();
        });
        attempt(() -> {
            throw new NullPointerException("own message");
        });
        attempt(() -> java.util.Objects.requireNonNull(null, "required"));
        attempt(() -> {
            int[][][] cube = new int[1][][];
            cube[0][2][3]++;
        });
        attempt(() -> ((Runnable) lock).run());
        locals(null, 0);
    }
}
