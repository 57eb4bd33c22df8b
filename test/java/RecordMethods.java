import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** Methods of records: every type of component, order of evaluation, special values, empty and wide records. */
public class RecordMethods {
    record Empty() {}
    record All(boolean z, byte b, char c, short s, int i, long l, float f, double d, String t, Object o,
        int[] a, long[][] m) {}
    record Generic<A, B extends Comparable<B>>(A first, B second) {}
    record Node(int value, Node next) {}
    record Own(int x) {
        public String toString() {
            return "own" + x;
        }
        public int hashCode() {
            return 1;
        }
    }

    record Floats(float f, double d) {}
    record Many(int a, int b, int c, int d, int e, int f, int g, int h, int i, int j, int k, int l, int m,
        int n, int o, int p) {}
    record Nothing(Object text) {}
    static class Loud {
        final String name;
        Loud(String name) {
            this.name = name;
        }
        public boolean equals(Object o) {
            System.out.print("e" + name);
            return o instanceof Loud l && l.name.equals(name);
        }
        public int hashCode() {
            System.out.print("h" + name);
            return name.hashCode();
        }
        public String toString() {
            System.out.print("t" + name);
            return name;
        }
    }

    record Louds(Loud a, Loud b, Loud c) {}
    static class Fails {
        public String toString() {
            throw new IllegalStateException("no text");
        }
    }

    static class Null {
        public String toString() {
            return null;
        }
    }

    public static void main(String[] args) {
        int[] shared = {1};
        All one = new All(true, (byte) -1, 'x', (short) 300, 1 << 20, -1L << 33, 1.5f, -0.0, "t",
            List.of(1), shared, null);
        All two = new All(true, (byte) -1, 'x', (short) 300, 1 << 20, -1L << 33, 1.5f, -0.0, "t",
            List.of(1), shared, null);
        All three = new All(true, (byte) -1, 'x', (short) 300, 1 << 20, -1L << 33, 1.5f, 0.0, "t",
            List.of(1), shared, null);
        System.out.println(one.equals(two) + " " + one.equals(three) + " " + one.equals(null) + " "
            + one.equals("x"));
        System.out.println(new All(false, (byte) 2, 'é', (short) -4, 5, 6L, 7f, 8d, null, null, null, null));
        System.out.println(new All(false, (byte) 2, 'é', (short) -4, 5, 6L, 7f, 8d, "h", 3, null,
            null).hashCode());
        System.out.println(new Empty() + " " + new Empty().hashCode() + " "
            + new Empty().equals(new Empty()));
        System.out.println(new Generic<>(List.of(1, 2), "b") + " " + new Generic<>(null, 2).hashCode());
        System.out.println(new Node(1, new Node(2, null)) + " " + new Node(1, new Node(2,
            null)).equals(new Node(1, new Node(2, null))));
        System.out.println(new Own(3) + " " + new Own(3).hashCode() + " " + new Own(3).equals(new Own(3)));
        Floats nan = new Floats(Float.NaN, Double.NaN);
        System.out.println(nan.equals(new Floats(Float.NaN, Double.NaN)) + " " + nan + " " + nan.hashCode());
        System.out.println(new Floats(0f, 0d).equals(new Floats(-0f, 0d)) + " " + new Floats(-0f, -0d));
        System.out.println(new Many(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16));
        System.out.println(new Many(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16).hashCode());
        Louds louds = new Louds(new Loud("a"), new Loud("b"), new Loud("c"));
        System.out.println(louds.equals(new Louds(new Loud("a"), new Loud("b"), new Loud("c"))));
        System.out.println(louds.equals(new Louds(new Loud("a"), new Loud("x"), new Loud("c"))));
        System.out.println(louds.hashCode());
        System.out.println(louds);
        System.out.println(new Nothing(new Null()));
        try {
            System.out.println(new Nothing(new Fails()));
        } catch (IllegalStateException e) {
            for (var f : e.getStackTrace()) System.out.println(f);
        }
        record Local(String s, int... rest) {}
        System.out.println(new Local("s").s() + new Local("ü€").equals(new Local("ü€")) + new Local("ü€",
            (int[]) null));
        System.out.println(Objects.hash(one.i(), one.t())
            + Arrays.toString(All.class.getRecordComponents()).substring(0, 20));
    }
}
