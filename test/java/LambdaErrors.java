import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/** Errors in and around lambdas, method references, handles: their messages, and stack traces without hidden frames. */
public class LambdaErrors {
    interface Code {
        void run() throws Throwable;
    }

    static class Uninitializable {
        static {
            fail("initializer");
        }

        static void call() {}
    }

    static class Silent {
        @Override
        public String toString() {
            throw new IllegalStateException("no text");
        }
    }

    static void fail(String message) {
        throw new RuntimeException(message);
    }

    static int twice(int value) {
        return 2 * value;
    }

    static void attempt(Code code) {
        try {
            code.run();
            System.out.println("nothing thrown");
        } catch (Throwable e) {
            StringWriter text = new StringWriter();
            e.printStackTrace(new PrintWriter(text));
            System.out.println(text);
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    public static void main(String[] args) {
        ToIntFunction<Integer> reference = Integer::intValue;
        attempt(() -> reference.applyAsInt(null));
        ToIntFunction<Integer> lambda = value -> value;
        attempt(() -> lambda.applyAsInt(null));
        Function<String, Integer> length = String::length;
        attempt(() -> ((Function) length).apply(3));
        attempt(() -> length.apply(null));
        Supplier<Integer> nothing = () -> null;
        attempt(() -> twice(nothing.get()));
        IntSupplier unboxing = nothing::get;
        attempt(unboxing::getAsInt);
        attempt(Uninitializable::call);
        attempt(Uninitializable::new);
        PrintStream nowhere = null;
        attempt(() -> List.of(1).forEach(nowhere::println));
        attempt(() -> fail("in a lambda"));
        attempt(() -> new ArrayList<>(List.of(3, 1)).forEach(value -> fail("at " + value)));
        Object[] integers = new Integer[1];
        Consumer<Object> store = value -> integers[0] = value;
        attempt(() -> store.accept("text"));
        attempt(() -> System.out.println("text of " + new Silent() + 1));
        handles();
    }

    static void handles() {
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        MethodType unary = MethodType.methodType(int.class, int.class);
        MethodHandle missing = null;
        attempt(() -> missing.invokeExact());
        VarHandle none = null;
        attempt(() -> none.set(1));
        attempt(() -> lookup.findStatic(LambdaErrors.class, "absent", unary));
        attempt(() -> lookup.findVirtual(LambdaErrors.class, "twice", unary));
        attempt(() -> lookup.findStatic(LambdaErrors.class, "twice", unary).invokeExact("text"));
        attempt(() -> lookup.findStatic(LambdaErrors.class, "twice", unary).invoke("text"));
        attempt(() -> lookup.findStatic(LambdaErrors.class, "twice", unary).invoke((Object) null));
        MethodType parse = MethodType.methodType(int.class, String.class);
        attempt(() -> lookup.findStatic(Integer.class, "parseInt", parse).invoke("text"));
        attempt(() -> MethodHandles.publicLookup().findStatic(LambdaErrors.class, "twice", unary));
    }
}
