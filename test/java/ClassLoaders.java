import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.nio.ByteBuffer;
import java.security.ProtectionDomain;
import java.util.List;

/** Class loaders written in Java, hidden classes, and what classes know of loader, module and package. */
public class ClassLoaders {
    public interface Greeter {
        String greet();
    }

    public static class Plain implements Greeter {
        static int count;

        public String greet() {
            return "plain " + ++count + " by " + getClass().getClassLoader().getName();
        }
    }

    /** Defines Plain anew, and leaves everything else to its parent. */
    static class Own extends ClassLoader {
        Own(String name) {
            super(name, ClassLoaders.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.equals("ClassLoaders$Plain")) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> known = findLoadedClass(name);
                return known != null ? known : define(name, bytes(name), 0);
            }
        }

        Class<?> define(String name, byte[] bytes, int offset) {
            return defineClass(name, bytes, offset, bytes.length - offset);
        }

        Class<?> define(String name, ByteBuffer bytes) {
            return defineClass(name, bytes, (ProtectionDomain) null);
        }
    }

    static byte[] bytes(String name) {
        try (InputStream in = ClassLoaders.class.getResourceAsStream("/" + name + ".class")) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    interface Attempt {
        Object run() throws Throwable;
    }

    /** Identity hash codes and the numbers of hidden classes are every machine's own. */
    static String plain(Object text) {
        return String.valueOf(text).replaceAll("@[0-9a-f]+", "@#").replaceAll("0x[0-9a-f]+", "#");
    }

    static void attempt(String what, Attempt attempt) {
        try {
            System.out.println(what + ": " + plain(attempt.run()));
        } catch (Throwable e) {
            System.out.println(what + ": " + plain(e));
        }
    }

    static Greeter make(Class<?> type) throws Exception {
        return (Greeter) type.getDeclaredConstructor().newInstance();
    }

    static void ownLoader() throws Exception {
        Own own = new Own("own");
        Class<?> type = own.loadClass("ClassLoaders$Plain");
        Greeter greeter = make(type);
        System.out.println(greeter.greet() + ", " + greeter.greet() + ", " + new Plain().greet());
        System.out.println(Class.forName("ClassLoaders$Plain", true, own) == type);
        System.out.println(Class.forName("[LClassLoaders$Plain;", true, own).getComponentType() == type);
        attempt("cast", () -> (Plain) greeter);
        attempt("twice", () -> own.define("ClassLoaders$Plain", bytes("ClassLoaders$Plain"), 0));
        attempt("missing", () -> own.loadClass("no.Such"));
    }

    static void badBytes() {
        Own own = new Own("bad");
        byte[] bytes = bytes("ClassLoaders$Plain");
        attempt("other name", () -> own.define("Other", bytes, 0));
        attempt("no class", () -> own.define("ClassLoaders$Plain", bytes, 1));
        attempt("bad range", () -> own.define("ClassLoaders$Plain", bytes, -1));
        attempt("java package", () -> own.define("java.lang.Own", bytes, 0));
        byte[] newer = bytes.clone();
        newer[7] = 99;
        attempt("newer", () -> own.define("ClassLoaders$Plain", newer, 0));
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length + 3).position(3).put(bytes).position(3);
        attempt("direct", () -> own.define("ClassLoaders$Plain", direct.slice()));
    }

    static void hiddenClasses() throws Throwable {
        MethodHandles.Lookup here = MethodHandles.lookup();
        byte[] bytes = bytes("ClassLoadersHidden");
        Class<?> hidden = here.defineHiddenClass(bytes, true, MethodHandles.Lookup.ClassOption.NESTMATE).lookupClass();
        System.out.println(plain(hidden + " " + hidden.getSimpleName() + " " + hidden.descriptorString() + " "
                + hidden.arrayType().getName() + " " + hidden.getCanonicalName()));
        System.out.println(hidden.isHidden() + " " + hidden.getNestHost());
        System.out.println(make(hidden).greet());
        attempt("by name", () -> Class.forName(hidden.getName()));
        MethodHandles.Lookup data = here.defineHiddenClassWithClassData(bytes, List.of("data"), false);
        System.out.println(MethodHandles.classData(data, "_", List.class));
        System.out.println(data.lookupClass().getNestHost() == data.lookupClass());
    }

    static void places() {
        Class<?>[] types = {Object.class, ClassLoaders.class, java.sql.Driver.class, java.util.logging.Level.class,
            int[].class, Plain[].class};
        for (Class<?> type : types) {
            ClassLoader loader = type.getClassLoader();
            System.out.println(type.getName() + ": " + (loader == null ? "boot" : loader.getName()) + ", "
                    + type.getModule().getName() + ", " + type.getPackageName() + ", "
                    + (type.getProtectionDomain().getCodeSource() != null));
        }
        Module base = Object.class.getModule();
        System.out.println(base.isExported("java.lang") + " " + base.isExported("jdk.internal.misc") + " "
                + base.isOpen("java.lang") + " " + ClassLoaders.class.getModule().canRead(base));
        attempt("library", () -> {
            System.load("/no/such/library.so");
            return "loaded";
        });
    }

    public static void main(String[] args) throws Throwable {
        ownLoader();
        badBytes();
        hiddenClasses();
        places();
    }
}

class ClassLoadersHidden implements ClassLoaders.Greeter {
    public String greet() {
        return "hidden, seen from " + new Throwable().getStackTrace()[0];
    }
}
