import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.lang.invoke.WrongMethodTypeException;
import java.util.List;

/** Method handles and var handles used directly. */
public class Handles {
    int value = 3;
    static long counter = 5;

    int plus(int other) {
        return value + other;
    }

    static String twice(String text) {
        return text + text;
    }

    public static void main(String[] args) throws Throwable {
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        MethodHandle length = lookup.findVirtual(String.class, "length", MethodType.methodType(int.class));
        System.out.println((int) length.invokeExact("four") + " " + length.type());
        MethodHandle plus = lookup.findVirtual(Handles.class, "plus", MethodType.methodType(int.class, int.class));
        System.out.println((int) plus.invoke(new Handles(), 4) + " " + plus.bindTo(new Handles()).invoke(10));
        MethodHandle twice = lookup.findStatic(Handles.class, "twice", MethodType.methodType(String.class, String.class));
        System.out.println((String) twice.invokeExact("ab") + " " + (int) MethodHandles.filterReturnValue(twice, length).invoke("xyz"));
        MethodHandle list = lookup.findConstructor(java.util.ArrayList.class, MethodType.methodType(void.class));
        System.out.println((List<?>) (Object) list.invoke());
        try {
            Object wrong = twice.invokeExact("x");
            System.out.println(wrong);
        } catch (WrongMethodTypeException e) {
            System.out.println(e.getMessage());
        }
        VarHandle field = lookup.findVarHandle(Handles.class, "value", int.class);
        Handles object = new Handles();
        System.out.println(field.compareAndSet(object, 3, 8) + " " + (int) field.getAndAdd(object, 2) + " " + object.value);
        VarHandle statics = lookup.findStaticVarHandle(Handles.class, "counter", long.class);
        statics.setVolatile(9L);
        VarHandle elements = MethodHandles.arrayElementVarHandle(int[].class);
        int[] array = {1, 2, 3};
        elements.set(array, 1, 20);
        System.out.println(counter + " " + array[1] + " " + (int) elements.getVolatile(array, 2));
    }
}
