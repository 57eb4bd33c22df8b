import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.invoke.CallSite;
import java.lang.invoke.ConstantCallSite;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.MutableCallSite;
import java.util.Arrays;

/**
 * Constants and call sites that javac does not write: dynamic constants of every type, method handles of every kind,
 * method types, bootstrap methods of the program's own, and their failures, once and again.
 */
public class DynamicConstants {
    private static final String LOOKUP = "Ljava/lang/invoke/MethodHandles$Lookup;";
    private static final String CONSTANT_BOOTSTRAP =
        "(" + LOOKUP + "Ljava/lang/String;Ljava/lang/Class;[Ljava/lang/Object;)Ljava/lang/Object;";
    private static final String SITE_BOOTSTRAP =
        "(" + LOOKUP + "Ljava/lang/String;Ljava/lang/invoke/MethodType;)Ljava/lang/Object;";

    int field = 1;
    static long staticField = 2;
    static MutableCallSite site;
    static int generatedCount;

    int virtual(int value) {
        return value;
    }

    static Object constant(MethodHandles.Lookup lookup, String name, Class<?> type, Object... arguments)
            throws Exception {
        System.out.println("bootstrap " + name + " " + type + " " + Arrays.toString(arguments));
        switch (name) {
            case "int": return 1 << 30;
            case "long": return 1L << 62;
            case "float": return 1.5f;
            case "double": return -0.0;
            case "boolean": return true;
            case "byte": return (byte) -3;
            case "char": return '\uffee';
            case "short": return (short) -300;
            case "null": return null;
            case "exception": throw new IOException("thrown by a bootstrap method");
            case "error": throw new AssertionError("thrown by a bootstrap method");
            default: return "text";
        }
    }

    static Object callSite(MethodHandles.Lookup lookup, String name, MethodType type) throws Exception {
        System.out.println("bootstrap " + name + type);
        switch (name) {
            case "constant": return new ConstantCallSite(MethodHandles.constant(int.class, 6));
            case "mutable": return site = new MutableCallSite(MethodHandles.constant(int.class, 7));
            case "exception": throw new IOException("thrown by a bootstrap method");
            case "wrongType": return new ConstantCallSite(MethodHandles.constant(String.class, "x"));
            case "noSite": return "no call site";
            default: return null;
        }
    }

    public static void main(String[] args) throws Exception {
        String[][] constants = {
            {"int", "I"}, {"long", "J"}, {"float", "F"}, {"double", "D"}, {"boolean", "Z"}, {"byte", "B"},
            {"char", "C"}, {"short", "S"}, {"text", "Ljava/lang/String;"}, {"null", "Ljava/lang/String;"},
            {"exception", "Ljava/lang/String;"}, {"error", "Ljava/lang/String;"}, {"text", "I"}, {"int", "[I"},
        };
        for (String[] constant : constants) {
            run(constant[0] + " " + constant[1], pool -> pool.dynamic(constant[0], constant[1]), constant[1]);
        }
        String self = "DynamicConstants";
        Object[][] handles = {
            {1, 9, self, "field", "I"}, {2, 9, self, "staticField", "J"}, {3, 9, self, "field", "I"},
            {4, 9, self, "staticField", "J"}, {5, 10, self, "virtual", "(I)I"},
            {6, 10, self, "callSite", SITE_BOOTSTRAP}, {8, 10, self, "<init>", "()V"},
            {9, 11, "java/util/List", "size", "()I"}, {6, 11, "java/util/List", "of", "()Ljava/util/List;"},
            {5, 10, "java/lang/invoke/MethodHandle", "invokeExact", "(I)I"}, {5, 10, self, "missing", "()V"},
            {1, 9, self, "missing", "I"}, {5, 10, "Missing", "method", "()V"},
        };
        for (Object[] h : handles) {
            run("handle " + h[3] + h[4],
                pool -> pool.handle((int) h[0], pool.member((int) h[1], (String) h[2], (String) h[3], (String) h[4])),
                "Ljava/lang/Object;");
        }
        for (String type : new String[] {"(ILjava/util/List;[J)V", "()LDynamicConstants;", "(LMissing;)V"}) {
            run("type " + type, pool -> pool.methodType(type), "Ljava/lang/Object;");
        }
        for (String name : new String[] {"constant", "mutable", "exception", "wrongType", "noSite", "null"}) {
            run("site " + name, pool -> pool.callSite(name, "()I"), "I");
        }
    }

    interface Entry {
        int add(Pool pool) throws IOException;
    }

    /** Runs a method that returns the constant, or the result of the call site, twice. */
    private static void run(String title, Entry entry, String type) throws Exception {
        byte[] bytes = new Pool().classWith("Generated" + ++generatedCount, entry, type);
        Class<?> generated = MethodHandles.lookup().defineClass(bytes);
        for (int time = 0; time < 2; time++) {
            try {
                Object result = generated.getMethod("run").invoke(null);
                String text = result instanceof MethodHandle h ? "handle " + h.type() : String.valueOf(result);
                System.out.println(title + ": " + text);
            } catch (java.lang.reflect.InvocationTargetException e) {
                for (Throwable t = e.getCause(); t != null; t = t.getCause()) {
                    System.out.println(title + ": " + t + " at " + t.getStackTrace()[0]);
                }
            }
            if (site != null) {
                site.setTarget(MethodHandles.constant(int.class, 8));
            }
        }
    }

    /** Writes a class file with one static method, run, around an entry of its constant pool. */
    static class Pool {
        private final ByteArrayOutputStream entries = new ByteArrayOutputStream();
        private final DataOutputStream out = new DataOutputStream(entries);
        private int count = 1;

        int utf8(String text) throws IOException {
            out.writeByte(1);
            out.writeUTF(text);
            return count++;
        }

        private int entry(int tag, int... indexes) throws IOException {
            out.writeByte(tag);
            for (int index : indexes) {
                out.writeShort(index);
            }
            return count++;
        }

        int type(String name) throws IOException {
            return entry(7, utf8(name));
        }

        int member(int tag, String holder, String name, String descriptor) throws IOException {
            return entry(tag, type(holder), entry(12, utf8(name), utf8(descriptor)));
        }

        int handle(int kind, int member) throws IOException {
            out.writeByte(15);
            out.writeByte(kind);
            out.writeShort(member);
            return count++;
        }

        int methodType(String descriptor) throws IOException {
            return entry(16, utf8(descriptor));
        }

        /** Uses bootstrap method 0. */
        int dynamic(String name, String descriptor) throws IOException {
            return entry(17, 0, entry(12, utf8(name), utf8(descriptor)));
        }

        /** Uses bootstrap method 1. */
        int callSite(String name, String descriptor) throws IOException {
            return entry(18, 1, entry(12, utf8(name), utf8(descriptor)));
        }

        byte[] classWith(String name, Entry added, String type) throws IOException {
            int index = added.add(this);
            int self = type(name);
            int parent = type("java/lang/Object");
            int run = utf8("run");
            int descriptor = utf8("()" + type);
            int code = utf8("Code");
            int bootstrapMethods = utf8("BootstrapMethods");
            String maker = "DynamicConstants";
            int constant = handle(6, member(10, maker, "constant", CONSTANT_BOOTSTRAP));
            int site = handle(6, member(10, maker, "callSite", SITE_BOOTSTRAP));
            int[] arguments = {
                integer(5), wide(5, 1L << 40), integer4(4, Float.floatToIntBits(0.5f)),
                wide(6, Double.doubleToLongBits(0.25)), entry(8, utf8("a string")), type("java/util/List"),
                methodType("(I)V"), handle(5, member(10, "java/lang/String", "length", "()I")),
            };
            byte[] body = body(entries.toByteArray(), index, type);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream file = new DataOutputStream(bytes);
            file.writeInt(0xcafebabe);
            file.writeInt(61);
            file.writeShort(count);
            entries.writeTo(file);
            for (int value : new int[] {0x21, self, parent, 0, 0, 1, 9, run, descriptor, 1, code}) {
                file.writeShort(value);
            }
            file.writeInt(12 + body.length);
            file.writeInt(2 << 16);
            file.writeInt(body.length);
            file.write(body);
            file.writeInt(0);
            file.writeShort(1);
            file.writeShort(bootstrapMethods);
            file.writeInt(10 + 2 * arguments.length);
            file.writeShort(2);
            file.writeShort(constant);
            file.writeShort(arguments.length);
            for (int argument : arguments) {
                file.writeShort(argument);
            }
            file.writeShort(site);
            file.writeShort(0);
            return bytes.toByteArray();
        }

        private int integer(int value) throws IOException {
            return integer4(3, value);
        }

        private int integer4(int tag, int bits) throws IOException {
            out.writeByte(tag);
            out.writeInt(bits);
            return count++;
        }

        private int wide(int tag, long bits) throws IOException {
            out.writeByte(tag);
            out.writeLong(bits);
            count += 2;
            return count - 2;
        }

        /** Pushes the constant, or calls the call site, and returns the value. */
        private static byte[] body(byte[] pool, int index, String type) throws IOException {
            boolean wide = type.equals("J") || type.equals("D");
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream code = new DataOutputStream(bytes);
            boolean isSite = type.equals("I") && tagAt(pool, index) == 18;
            code.writeByte(isSite ? 0xba : wide ? 0x14 : 0x13);
            code.writeShort(index);
            if (isSite) {
                code.writeShort(0);
            }
            code.writeByte(switch (type) {
                case "J" -> 0xad;
                case "F" -> 0xae;
                case "D" -> 0xaf;
                case "I", "Z", "B", "C", "S" -> 0xac;
                default -> 0xb0;
            });
            return bytes.toByteArray();
        }

        /** Tag of the last entry so far whose index is given; the entries before it are of fixed length or UTF-8. */
        private static int tagAt(byte[] pool, int index) {
            int at = 0;
            for (int i = 1; ; i++) {
                int tag = pool[at];
                if (i == index) {
                    return tag;
                }
                at += switch (tag) {
                    case 1 -> 3 + ((pool[at + 1] & 0xff) << 8 | pool[at + 2] & 0xff);
                    case 7, 8, 16 -> 3;
                    case 15 -> 4;
                    default -> 5;
                };
            }
        }
    }
}
