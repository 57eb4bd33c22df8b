import java.lang.StackWalker.Option;
import java.lang.StackWalker.StackFrame;
import java.util.Set;
import java.util.stream.Collectors;

/** StackWalker in its forms, and the elements of stack traces. */
public class StackWalking {
    static class Caller {
        Caller() {
            enter(3);
        }

        void enter(int depth) {
            if (depth > 0) {
                enter(depth - 1);
            } else {
                StackWalking.look();
            }
        }
    }

    static String describe(StackFrame frame) {
        return frame + " " + frame.getClassName() + " " + frame.getMethodName() + frame.getDescriptor() + " "
                + frame.getByteCodeIndex() + " " + frame.getFileName() + " " + frame.isNativeMethod();
    }

    static void look() {
        StackWalker plain = StackWalker.getInstance();
        plain.forEach(frame -> System.out.println(describe(frame)));
        StackWalker retaining = StackWalker.getInstance(Option.RETAIN_CLASS_REFERENCE);
        System.out.println(retaining.getCallerClass());
        System.out.println(retaining.<String>walk(frames -> frames.skip(1).limit(3)
                .map(frame -> frame.getDeclaringClass() + " " + frame.getMethodType())
                .collect(Collectors.joining(", "))));
        System.out.println(retaining.<Long>walk(frames -> frames.count()));
        try {
            plain.getCallerClass();
        } catch (UnsupportedOperationException e) {
            System.out.println(e.getMessage());
        }
        for (StackTraceElement element : Thread.currentThread().getStackTrace()) {
            System.out.println(element + " | " + element.getClassLoaderName() + " " + element.getModuleName() + " "
                    + element.getFileName() + " " + element.getLineNumber() + " " + element.isNativeMethod());
        }
    }

    /** Deep enough for several batches of frames. */
    static long deep(int depth) {
        if (depth > 0) {
            return deep(depth - 1);
        }
        Set<Option> all = Set.of(Option.SHOW_REFLECT_FRAMES, Option.RETAIN_CLASS_REFERENCE);
        return StackWalker.getInstance(all).walk(frames -> frames.filter(f -> f.getMethodName().equals("deep")).count());
    }

    public static void throwing(int number) {
        throw new IllegalArgumentException("number " + number, new RuntimeException("cause"));
    }

    public static void main(String[] args) throws Exception {
        new Caller();
        System.out.println(deep(200));
        StackWalking.class.getMethod("reflected").invoke(null);
        try {
            StackWalking.class.getMethod("throwing", int.class).invoke(null, 3);
        } catch (java.lang.reflect.InvocationTargetException e) {
            e.printStackTrace(System.out);
        }
    }

    public static void reflected() {
        System.out.println(StackWalker.getInstance(Option.RETAIN_CLASS_REFERENCE).getCallerClass());
        StackWalker.getInstance().forEach(System.out::println);
        StackWalker.getInstance(Option.SHOW_REFLECT_FRAMES).forEach(System.out::println);
    }
}
