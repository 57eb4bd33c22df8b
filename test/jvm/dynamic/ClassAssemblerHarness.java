import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Loads classes that the test has assembled and uses them; members are open to the package, as no nest is shared. */
public class ClassAssemblerHarness {
    interface Wide {
        Object all(long a, double b, Object c, int d);
    }

    static String spread(long captured, long a, double b, Integer c, long d) {
        return captured + " " + a + " " + b + " " + c + " " + d;
    }

    static short small() {
        return 7;
    }

    String text(Object value) {
        return "text " + value;
    }

    final boolean z = true;
    final char c = 'x';
    final long j = 1L << 40;
    final float f;
    final String s;

    ClassAssemblerHarness(float f) {
        this.f = f;
        this.s = null;
    }

    static Object make(String name, Object... captured) throws Exception {
        Constructor<?> constructor = Class.forName(name).getDeclaredConstructors()[0];
        constructor.setAccessible(true);
        return constructor.newInstance(captured);
    }

    static Object call(String name, Object... values) throws Exception {
        Method method = Class.forName(name).getDeclaredMethods()[0];
        method.setAccessible(true);
        return method.invoke(null, values);
    }

    @SuppressWarnings("unchecked")
    public static void main(String[] args) throws Exception {
        System.out.println(((Wide) make("Lambda1", 5L)).all(1, 0.5, 3, -4));
        System.out.println(((LongSupplier) make("Lambda2")).getAsLong());
        System.out.println(((Function<Object, Object>) make("Lambda3", new ClassAssemblerHarness(1))).apply("v"));
        System.out.println(((IntFunction<ClassAssemblerHarness>) make("Lambda4")).apply(3).f);
        System.out.println(((Supplier<Object>) make("Lambda5", "cap", (byte) 3, 'q', 1.5, true)).get());
        try {
            ((Function<Object, Object>) make("Lambda6")).apply(5);
        } catch (ClassCastException e) {
            System.out.println("cast fails");
        }
        ClassAssemblerHarness one = new ClassAssemblerHarness(1.5f);
        System.out.println(call("Record1", one));
        System.out.println((int) call("Record2", one) == (((((1231 * 31) + 'x') * 31 + Long.hashCode(1L << 40)) * 31
            + Float.hashCode(1.5f)) * 31));
        System.out.println(call("Record3", one, new ClassAssemblerHarness(1.5f)) + " "
            + call("Record3", one, new ClassAssemblerHarness(2)) + " " + call("Record3", one, "x"));
    }

    static String five(String a, byte b, char c, double d, boolean e) {
        return a + b + c + d + e;
    }
}
