import java.util.Arrays;

/** What Class objects say of themselves. */
public class ClassNames {
    enum Color { RED, GREEN { } }

    record Point(int x, int y) {}

    @interface Marker {}

    sealed interface Sealed permits One, Two {}

    static final class One implements Sealed {}

    static non-sealed class Two implements Sealed {}

    public static void main(String[] args) {
        class Local {}
        Object anonymous = new Object() { };
        Class<?>[] types = {
            Object.class, String.class, int.class, void.class, int[].class, String[][].class, ClassNames.class, Color.class, Color.GREEN.getClass(),
            Point.class, Marker.class, Local.class, anonymous.getClass(), Runnable.class, Sealed.class, java.util.Map.Entry.class, Two[].class,
        };
        for (Class<?> type : types) {
            System.out.println(type + " | " + type.getName() + " | " + type.getSimpleName() + " | " + type.getTypeName() + " | " + type.getCanonicalName() + " | " + type.getPackageName()
                + " | " + java.lang.reflect.Modifier.toString(type.getModifiers()) + " | " + type.getSuperclass() + " | " + Arrays.toString(type.getInterfaces()));
            System.out.println("  " + type.isInterface() + type.isArray() + type.isPrimitive() + type.isEnum() + type.isRecord() + type.isAnnotation() + type.isSealed() + type.isAnonymousClass() + type.isLocalClass() + type.isMemberClass()
                + " " + type.getEnclosingClass() + " " + type.getModule() .isNamed() + " " + type.descriptorString());
        }
        System.out.println(Arrays.toString(Point.class.getRecordComponents()) + " " + Arrays.toString(Sealed.class.getPermittedSubclasses()));
        System.out.println(Object.class.isAssignableFrom(int[].class) + " " + int.class.isAssignableFrom(long.class) + " " + Number.class.isInstance(5));
        System.out.println(Color.GREEN.getDeclaringClass() + " " + Color.class.getEnumConstants().length + " " + String.class.getClassLoader() + " " + (ClassNames.class.getClassLoader() == ClassLoader.getSystemClassLoader()));
        System.out.println(ClassNames.class.getModule().getName() + " " + String.class.getModule() + " " + Object.class.getPackage());
    }
}
