import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.NotSerializableException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.*;

/**
 * Lambdas and method references of every kind of implementation and adaptation: boxing, unboxing, widening, casts,
 * receivers, constructors, marker interfaces, bridges and serialization.
 */
public class LambdaAdaptation {
    interface Widening {
        long apply(int value);
    }

    interface ToDouble {
        double apply(float value);
    }

    interface Boxing {
        Object apply(int value);
    }

    interface Numbers {
        Number apply(char c, byte b);
    }

    interface Generic<T extends Comparable<T>> {
        T pick(T a, T b);
    }

    interface Text extends Generic<String> {
        String pick(String a, String b);
    }

    interface WithDefault {
        int one();
        default int two() {
            return one() * 2;
        }
        static int three() {
            return 3;
        }
    }

    interface Initialized {
        Object LOG = log("Initialized");
        void run();
        default void unused() {}
    }

    interface Variadic {
        String join(String... parts);
    }

    interface Wide {
        String all(long a, double b, Object c, int d, float e, boolean f, char g, short h, byte i, String j);
    }

    static Object log(String text) {
        System.out.println("init " + text);
        return text;
    }

    static class Base {
        protected String name() {
            return "base";
        }
        static class Nested {}
    }

    static class Derived extends Base {
        private final int id;
        Derived() {
            this(1);
        }
        Derived(int id) {
            this.id = id;
        }
        protected String name() {
            return "derived" + id;
        }
        Supplier<String> superName() {
            return super::name;
        }
        Supplier<String> ownName() {
            return this::name;
        }
        private String secret(String s) {
            return s + id;
        }
        Function<String, String> secret() {
            return this::secret;
        }
        static <T> T same(T value) {
            return value;
        }
    }

    class Inner {
        final int n;
        Inner(int n) {
            this.n = n;
        }
        public String toString() {
            return "Inner" + n;
        }
    }

    static int counter;
    static int next() {
        return ++counter;
    }

    static long sum(long... values) {
        long total = 0;
        for (long v : values) total += v;
        return total;
    }

    static void print(Object value) {
        System.out.println(value);
    }

    static int length(Object o) {
        return String.valueOf(o).length();
    }

    static Integer boxed(int value) {
        return value;
    }

    static short narrow() {
        return 7;
    }

    public static void main(String[] args) throws Exception {
        Widening widen = LambdaAdaptation::length2;
        print(widen.apply(5));
        Widening identity = v -> v;
        print(identity.apply(-3));
        ToDouble d = v -> v;
        print(d.apply(1.1f));
        Boxing box = LambdaAdaptation::boxed;
        print(box.apply(8));
        Boxing box2 = v -> (long) v;
        print(box2.apply(8).getClass());
        Numbers n = (c, b) -> c + b;
        print(n.apply('a', (byte) 2));
        Function<Integer, Long> unboxWiden = LambdaAdaptation::length3;
        print(unboxWiden.apply(4));
        ToIntFunction<Integer> unbox = Integer::intValue;
        print(unbox.applyAsInt(9));
        ToLongFunction<Integer> unboxLong = Derived::<Integer>same;
        print(unboxLong.applyAsLong(10));
        IntFunction<Object> objects = Integer::valueOf;
        print(objects.apply(11));
        DoubleSupplier ds = LambdaAdaptation::narrow;
        print(ds.getAsDouble());
        Supplier<Object> so = LambdaAdaptation::narrow;
        print(so.get().getClass());
        Runnable dropped = LambdaAdaptation::next;
        dropped.run();
        print(counter);
        Consumer<String> droppedToo = new ArrayList<String>()::add;
        droppedToo.accept("x");
        BiFunction<String, String, Boolean> eq = String::equals;
        print(eq.apply("a", "a"));
        Comparator<String> cmp = String::compareTo;
        print(cmp.compare("a", "b"));
        Function<Object, String> str = Object::toString;
        print(str.apply(12));
        Function<List<String>, Integer> size = List::size;
        print(size.apply(List.of("q")));
        Supplier<Derived> ctor = Derived::new;
        print(ctor.get().name());
        IntFunction<Base> ctor1 = Derived::new;
        print(ctor1.apply(5).name());
        Function<Integer, Derived> ctor2 = Derived::new;
        print(ctor2.apply(6).name());
        IntFunction<int[]> array = int[]::new;
        print(array.apply(3).length);
        UnaryOperator<int[]> copy = int[]::clone;
        print(copy.apply(new int[] {1, 2}).length);
        print(new Derived(2).superName().get() + new Derived(3).ownName().get()
            + new Derived(4).secret().apply("s"));
        LambdaAdaptation outer = new LambdaAdaptation();
        IntFunction<Inner> inner = outer.inner();
        print(inner.apply(4));
        Text text = (a, b) -> a.compareTo(b) > 0 ? a : b;
        print(text.pick("m", "n"));
        Generic<String> generic = text;
        print(generic.pick("z", "b"));
        WithDefault wd = () -> 21;
        print(wd.two() + WithDefault.three());
        print("before");
        Initialized in = () -> print("run");
        print("after");
        in.run();
        Variadic variadic = parts -> String.join("-", parts);
        print(variadic.join("a", "b", "c"));
        LongBinaryOperator varargs = LambdaAdaptation::sum;
        print(varargs.applyAsLong(3, 4));
        long a = 1L << 40;
        double b = 2.5;
        Object c = List.of(1);
        int i = -7;
        float f = 0.25f;
        boolean z = true;
        char ch = 'q';
        short s = -300;
        byte by = -1;
        String j = null;
        Supplier<String> captured = () -> "" + a + b + c + i + f + z + ch + s + by + j;
        print(captured.get());
        Wide wide = (p, q, r, t, u, v, w, x, y, k) -> "" + p + q + r + t + u + v + w + x + y + k;
        print(wide.all(a, b, c, i, f, z, ch, s, by, j));
        Supplier<Supplier<String>> nested = () -> () -> ch + j;
        print(nested.get().get());
        print(sameSite(1) == sameSite(2));
        print(capturing(1) == capturing(1));
        casts();
        serialization();
        shape(captured.getClass());
        recursion(5);
    }

    static long length2(int v) {
        return v * 2L;
    }

    static Long length3(int v) {
        return v * 3L;
    }

    IntFunction<Inner> inner() {
        return Inner::new;
    }

    static Runnable sameSite(int ignored) {
        return () -> { };
    }

    static Supplier<Integer> capturing(int value) {
        return () -> value;
    }

    static IntUnaryOperator factorial;
    static void recursion(int n) {
        factorial = v -> v <= 1 ? 1 : v * factorial.applyAsInt(v - 1);
        print(factorial.applyAsInt(n));
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) static void casts() {
        Function<String, Integer> length = String::length;
        Function raw = length;
        try {
            print(raw.apply(5));
        } catch (ClassCastException e) {
            print(e.getMessage().substring(0, 40));
        }
        ToIntFunction<Integer> unbox = x -> x;
        try {
            print(unbox.applyAsInt(null));
        } catch (NullPointerException e) {
            print("null unboxed");
        }
        Object nothing = null;
        try {
            Supplier<String> bound = nothing::toString;
            print(bound);
        } catch (NullPointerException e) {
            print("null receiver");
        }
    }

    static void serialization() throws Exception {
        int captured = 5;
        String text = "t";
        Supplier<String> plain = () -> text + captured;
        Supplier<String> marked = (Supplier<String> & Serializable) () -> text + captured;
        Function<String, Integer> reference = (Function<String, Integer> & Serializable) String::length;
        print(marked instanceof Serializable);
        print(plain instanceof Serializable);
        print(marked.get());
        Method replace = marked.getClass().getDeclaredMethod("writeReplace");
        replace.setAccessible(true);
        SerializedLambda form = (SerializedLambda) replace.invoke(marked);
        print(form.getCapturingClass() + form.getFunctionalInterfaceClass()
            + form.getFunctionalInterfaceMethodName() + form.getFunctionalInterfaceMethodSignature()
            + form.getImplClass() + form.getImplMethodSignature() + form.getImplMethodKind()
            + form.getInstantiatedMethodType() + form.getCapturedArgCount() + form.getCapturedArg(1));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ObjectOutputStream out = new ObjectOutputStream(bytes);
        out.writeObject(marked);
        out.writeObject(reference);
        out.flush();
        ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()));
        @SuppressWarnings("unchecked") Supplier<String> back = (Supplier<String>) in.readObject();
        print(back.get());
        @SuppressWarnings("unchecked") Function<String, Integer> ref = (Function<String,
            Integer>) in.readObject();
        print(ref.apply("four"));
        try {
            out.writeObject(plain);
        } catch (NotSerializableException e) {
            print("not serializable");
        }
    }

    static void shape(Class<?> type) {
        print(type.isHidden() + " " + type.isSynthetic() + " " + type.isAnonymousClass() + " "
            + type.getNestHost() + " " + type.getSuperclass());
        print(type.getName().substring(0, type.getName().indexOf("$$Lambda$") + 9));
        print(type.getPackage() + " " + type.getInterfaces()[0] + " "
            + type.getDeclaredConstructors().length);
        print(type.getCanonicalName() + " " + type.getModifiers() + " " + type.getDeclaredFields().length);
    }
}
