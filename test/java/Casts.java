import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/** instanceof and checked casts over classes, interfaces and arrays, with OpenJDK's ClassCastException messages. */
public class Casts {
    static class A {}

    static class B extends A implements Runnable {
        public void run() {}
    }

    interface Unrelated {}

    static void attempt(Runnable action) {
        try {
            action.run();
            System.out.println("fine");
        } catch (ClassCastException e) {
            System.out.println(e.getMessage());
        }
    }

    public static void main(String[] args) {
        Object[] objects = {new A(), new B(), "text", 1, new int[0], new A[0], new B[0][0], new ArrayList<>(), null, (Runnable) () -> { }};
        for (Object o : objects) {
            System.out.println((o instanceof A) + " " + (o instanceof B) + " " + (o instanceof Runnable) + " " + (o instanceof Object[]) + " " + (o instanceof A[])
                + " " + (o instanceof Object[][]) + " " + (o instanceof Serializable) + " " + (o instanceof Comparable) + " " + (o instanceof Unrelated) + " " + (o instanceof int[]) + " " + (o instanceof List<?>));
        }
        attempt(() -> System.out.print(((B) objects[0]).hashCode()));
        attempt(() -> System.out.print(((Unrelated) objects[1]) + ""));
        attempt(() -> System.out.print(((Integer) objects[2]) + 1));
        attempt(() -> System.out.print(((long[]) objects[4]).length));
        attempt(() -> System.out.print(((B[]) objects[5]).length));
        attempt(() -> System.out.print(((A[]) objects[6]).length));
        attempt(() -> System.out.print(((A[][]) objects[6]).length));
        attempt(() -> System.out.print(((Unrelated) objects[8])));
        attempt(() -> System.out.print(((String) objects[3]).length()));
        attempt(() -> A[].class.cast(new B[1]));
        attempt(() -> B.class.cast(new A()));
        attempt(() -> List.class.cast("x"));
    }
}
