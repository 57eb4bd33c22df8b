import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.EnumSet;
import java.util.Optional;
import java.util.function.Function;

/** Method.invoke and Constructor.newInstance: conversions, selection, wrapped exceptions, and Class.forName. */
public class ReflectiveCalls {
    interface Shape<T> {
        T grow(T by);

        default String name() {
            return "shape";
        }
    }

    abstract static class Base implements Shape<Integer> {
        Base() {}

        abstract String kind();
    }

    public static class Square extends Base {
        final int side;

        public Square() {
            this.side = 1;
        }

        Square(int side, String... names) throws IOException {
            if (side < 0) {
                throw new IOException("negative");
            }
            this.side = side;
        }

        public Integer grow(Integer by) {
            return side + by;
        }

        String kind() {
            return "square " + side;
        }

        public void fail() {
            throw new IllegalStateException("failed");
        }

        private static long sum(char c, byte b, short s, float f, boolean z) {
            return c + b + s + (long) f + (z ? 1 : 0);
        }

        static double mix(int a, long b, double c) {
            return a + b + c;
        }

        static float narrow(float f) {
            return f;
        }

        static boolean not(boolean b) {
            return !b;
        }
    }

    static class Broken {
        static {
            if (true) {
                throw new IllegalStateException("in initializer");
            }
        }

        static void nothing() {}
    }

    interface Attempt {
        Object run() throws Throwable;
    }

    static void attempt(String what, Attempt attempt) {
        try {
            System.out.println(what + ": " + attempt.run());
        } catch (Throwable e) {
            System.out.println(what + ": " + e + (e.getCause() == null ? "" : " caused by " + e.getCause()));
        }
    }

    static void conversions() throws Exception {
        Method mix = Square.class.getDeclaredMethod("mix", int.class, long.class, double.class);
        Object[][] lists = {{1, 2, 3.5f}, {(byte) 1, 'a', 3L}, {1, 2}, null, {1, null, 3.0}, {1, "x", 3.0},
            {1L, 2L, 3.0}, {true, 2, 3}};
        for (Object[] list : lists) {
            attempt("mix", () -> mix.invoke(null, list));
        }
        Method sum = Square.class.getDeclaredMethod("sum", char.class, byte.class, short.class, float.class,
                boolean.class);
        attempt("sum", () -> sum.invoke(null, 'b', (byte) 3, (byte) 4, 5L, true));
        Method narrow = Square.class.getDeclaredMethod("narrow", float.class);
        for (long value : new long[] {Long.MAX_VALUE - 12345, 0x4000_0040_0000_0001L, -0x4000_0040_0000_0000L, 16777217}) {
            attempt("narrow", () -> narrow.invoke(null, value));
        }
        Method not = Square.class.getDeclaredMethod("not", boolean.class);
        attempt("not", () -> not.invoke(null, false));
        attempt("not", () -> not.invoke(null, 0));
    }

    static void selection() throws Exception {
        Square square = new Square();
        Method grow = Shape.class.getMethod("grow", Object.class);
        attempt("interface", () -> grow.invoke(square, 4));
        attempt("default", () -> Shape.class.getMethod("name").invoke(square));
        attempt("abstract", () -> Base.class.getDeclaredMethod("kind").invoke(square));
        attempt("null receiver", () -> grow.invoke(null, 4));
        attempt("wrong receiver", () -> grow.invoke("text", 4));
        attempt("wrong argument", () -> grow.invoke(square, "text"));
        attempt("native", () -> Object.class.getMethod("getClass").invoke(square));
        attempt("caller-sensitive", () -> Class.class.getMethod("forName", String.class).invoke(null, "ReflectiveCalls"));
    }

    static void exceptions() throws Exception {
        try {
            Square.class.getMethod("fail").invoke(new Square());
        } catch (InvocationTargetException e) {
            e.printStackTrace(System.out);
        }
        attempt("owner", () -> Object.class.getMethod("notify").invoke(new Square()));
        attempt("broken", () -> Broken.class.getDeclaredMethod("nothing").invoke(null));
        attempt("broken again", () -> Broken.class.getDeclaredMethod("nothing").invoke(null));
    }

    static void constructors() throws Exception {
        Constructor<Square> constructor = Square.class.getDeclaredConstructor(int.class, String[].class);
        attempt("new", () -> constructor.newInstance(5, null).side);
        attempt("throws", () -> constructor.newInstance(-5, new String[0]));
        attempt("wrong type", () -> constructor.newInstance("s", null));
        attempt("wrong number", () -> constructor.newInstance(1));
        attempt("abstract", () -> Base.class.getDeclaredConstructor().newInstance());
    }

    /** Often enough that the JDK makes classes for the calls. */
    static void manyCalls() throws Exception {
        Method mix = Square.class.getDeclaredMethod("mix", int.class, long.class, double.class);
        Constructor<Square> constructor = Square.class.getDeclaredConstructor(int.class, String[].class);
        double total = 0;
        for (int i = 0; i < 40; i++) {
            total += (Double) mix.invoke(null, i, (short) i, 0.5) + constructor.newInstance(i, null).side;
        }
        System.out.println(total);
        attempt("generated", () -> mix.invoke(null, "x", 1, 1));
        attempt("generated", () -> constructor.newInstance(-1, null));
        for (Method method : new Method[] {String.class.getMethod("substring", int.class), Square.class.getMethod("fail")}) {
            Object receiver = method.getDeclaringClass() == String.class ? "text" : new Square();
            Object[] arguments = method.getParameterCount() == 0 ? new Object[0] : new Object[] {99};
            InvocationTargetException last = null;
            for (int i = 0; i < 40; i++) {
                try {
                    method.invoke(receiver, arguments);
                } catch (InvocationTargetException e) {
                    last = e;
                }
            }
            last.getCause().printStackTrace(System.out);
        }
        boolean[] inModule = {false};
        Method map = Optional.class.getMethod("map", Function.class);
        Function<Object, Object> ask = value -> inModule[0] = StackWalker
            .getInstance(EnumSet.allOf(StackWalker.Option.class))
            .walk(frames -> frames.map(StackWalker.StackFrame::getDeclaringClass)
                .filter(type -> type.getName().contains("GeneratedMethodAccessor"))
                .allMatch(type -> type.getModule() == Object.class.getModule()));
        for (int i = 0; i < 40; i++) map.invoke(Optional.of(i), ask);
        System.out.println("accessor in java.base: " + inModule[0]);
    }

    static void names() {
        String[] names = {"java.lang.String", "ReflectiveCalls$Square", "[I", "[[LReflectiveCalls$Square;",
            "[Ljava.util.Map;", "int", "no.Such", "no/Such", "[Lno.Such;", "[no", "", "a..b", "java/lang/String",
            "[[[[", "[V", "Hello;"};
        for (String name : names) {
            attempt(name, () -> Class.forName(name, false, ReflectiveCalls.class.getClassLoader()));
            attempt(name + " (boot)", () -> Class.forName(name, false, null));
        }
        attempt("null", () -> Class.forName(null));
    }

    public static void main(String[] args) throws Exception {
        conversions();
        selection();
        exceptions();
        constructors();
        manyCalls();
        names();
    }
}
