import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Reflection: methods, fields, constructors, annotations, generic signatures, array creation, failures. */
public class Reflection {
    @Retention(RetentionPolicy.RUNTIME)
    @Target({ElementType.TYPE, ElementType.METHOD, ElementType.FIELD})
    @interface Info {
        String value() default "none";

        int[] numbers() default {1, 2};

        Class<?> kind() default Object.class;
    }

    @Info("sample")
    static class Sample {
        public int number = 5;
        private String text = "private";
        static final long CONSTANT = 9L;
        @Info(numbers = {}, kind = String.class)
        protected Map<String, List<? extends Number>> generic;

        public Sample() {}

        private Sample(String text, int number) {
            this.text = text;
            this.number = number;
        }

        @Info(value = "method", numbers = 3)
        public String describe(String prefix, int times) {
            return prefix.repeat(times) + text + number;
        }

        private static double half(double x) {
            return x / 2;
        }

        public void fails() throws java.io.IOException {
            throw new java.io.IOException("thrown inside");
        }

        public <T extends Comparable<T>> T generic(List<? super T> list, T[] array) {
            return array[0];
        }
    }

    public static void main(String[] args) throws Exception {
        Class<?> type = Class.forName("Reflection$Sample");
        Method[] methods = type.getDeclaredMethods();
        Arrays.sort(methods, Comparator.comparing(Method::getName).thenComparing(Method::getParameterCount));
        for (Method method : methods) System.out.println(method + " | " + method.toGenericString());
        Sample sample = (Sample) type.getDeclaredConstructor().newInstance();
        Method describe = type.getMethod("describe", String.class, int.class);
        System.out.println(describe.invoke(sample, "ab", 2));
        // Before the many calls below: after fifteen, HotSpot switches to generated accessors, which word this otherwise.
        for (Object[] bad : new Object[][] {{}, {1, 2}, {"x", "y"}}) {
            try {
                describe.invoke(sample, bad);
            } catch (IllegalArgumentException e) {
                System.out.println(e.getMessage());
            }
        }
        for (int i = 0; i < 40; i++) describe.invoke(sample, "", 0);
        Method half = type.getDeclaredMethod("half", double.class);
        half.setAccessible(true);
        System.out.println(half.invoke(null, 5));
        Constructor<?> constructor = type.getDeclaredConstructor(String.class, int.class);
        System.out.println(constructor + " " + Modifier.toString(constructor.getModifiers()));
        constructor.setAccessible(true);
        Object other = constructor.newInstance("made", 8);
        for (Field field : type.getDeclaredFields()) {
            field.setAccessible(true);
            System.out.println(field.toGenericString() + " = " + field.get(other));
        }
        Field number = type.getField("number");
        number.setInt(other, 77);
        System.out.println(number.getInt(other) + " " + ((Sample) other).number);
        try {
            type.getMethod("fails").invoke(sample);
        } catch (InvocationTargetException e) {
            System.out.println(e + " cause " + e.getCause());
        }
        try {
            type.getMethod("missing", int[].class);
        } catch (NoSuchMethodException e) {
            System.out.println(e);
        }
        try {
            Class.forName("no.such.Type");
        } catch (ClassNotFoundException e) {
            System.out.println(e);
        }
        System.out.println(type.getAnnotation(Info.class));
        System.out.println(describe.getAnnotation(Info.class).numbers()[0] + " " + type.getDeclaredField("generic").getAnnotation(Info.class).kind());
        Object array = Array.newInstance(int.class, 2, 3);
        Array.setInt(Array.get(array, 1), 2, 9);
        System.out.println(Arrays.deepToString((int[][]) array) + " " + Array.getLength(array));
    }
}
