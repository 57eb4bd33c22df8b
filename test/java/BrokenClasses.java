import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;

/** Class files whose faults are seen when they are parsed, and others that the verifier finds: the same errors. */
public class BrokenClasses {
    /** Pool: 1 "Broken", 2 its class, 3 "java/lang/Object", 4 its class, 5 "run", 6 "()V", 7 "Code", 8 "StackMapTable",
     *  9 a class that is no Throwable. */
    static byte[] broken(int version, byte[] code, int[][] handlers, byte[] frames) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(0xCAFEBABE);
        out.writeInt(version);
        out.writeShort(10);
        text(out, "Broken");
        reference(out, 1);
        text(out, "java/lang/Object");
        reference(out, 3);
        text(out, "run");
        text(out, "()V");
        text(out, "Code");
        text(out, "StackMapTable");
        reference(out, 1);
        out.writeShort(0x21);
        out.writeShort(2);
        out.writeShort(4);
        out.writeShort(0);
        out.writeShort(0);
        out.writeShort(1);
        out.writeShort(9);
        out.writeShort(5);
        out.writeShort(6);
        out.writeShort(1);
        out.writeShort(7);
        int attribute = frames == null ? 0 : 6 + frames.length;
        out.writeInt(12 + code.length + 8 * handlers.length + attribute);
        out.writeShort(2);
        out.writeShort(2);
        out.writeInt(code.length);
        out.write(code);
        out.writeShort(handlers.length);
        for (int[] handler : handlers) {
            for (int word : handler) out.writeShort(word);
        }
        out.writeShort(frames == null ? 0 : 1);
        if (frames != null) {
            out.writeShort(8);
            out.writeInt(frames.length);
            out.write(frames);
        }
        out.writeShort(0);
        return bytes.toByteArray();
    }

    static void text(DataOutputStream out, String text) throws IOException {
        out.writeByte(1);
        out.writeUTF(text);
    }

    static void reference(DataOutputStream out, int name) throws IOException {
        out.writeByte(7);
        out.writeShort(name);
    }

    static class Loader extends ClassLoader {
        Class<?> define(byte[] bytes) {
            return defineClass("Broken", bytes, 0, bytes.length);
        }
    }

    static void attempt(String title, byte[] bytes) {
        String moment = "defined";
        try {
            Class<?> type = new Loader().define(bytes);
            moment = "initialized";
            Class.forName(type.getName(), true, type.getClassLoader());
            moment = "run";
            type.getMethod("run").invoke(null);
            System.out.println(title + ": fine");
        } catch (Throwable error) {
            String[] lines = String.valueOf(error.getMessage()).split("\n");
            int shown = Math.min(lines.length, 5);
            System.out.println(title + ", when " + moment + ": " + error.getClass().getName());
            for (String line : Arrays.copyOf(lines, shown)) System.out.println("    " + line);
        }
    }

    public static void main(String[] args) throws IOException {
        byte[] nothing = {(byte) 0xb1};
        // sipush 258, pop, return
        byte[] longer = {0x11, 0x01, 0x02, 0x57, (byte) 0xb1};
        // goto +3, return
        byte[] jump = {(byte) 0xa7, 0, 3, (byte) 0xb1};
        int[][] none = {};
        byte[] sameFrame = {0, 1, 3};
        for (int version : new int[] {49, 50, 61}) {
            System.out.println("version " + version);
            attempt("right", broken(version, nothing, none, null));
            attempt("start within an instruction", broken(version, longer, new int[][] {{1, 4, 4, 0}}, null));
            attempt("end within an instruction", broken(version, longer, new int[][] {{0, 2, 4, 0}}, null));
            attempt("handler within an instruction", broken(version, longer, new int[][] {{0, 4, 2, 0}}, null));
            attempt("handler behind the code", broken(version, longer, new int[][] {{0, 4, 9, 0}}, null));
            attempt("empty range", broken(version, longer, new int[][] {{3, 3, 4, 0}}, null));
            attempt("no Throwable caught", broken(version, longer, new int[][] {{0, 4, 4, 9}}, null));
            attempt("no frame", broken(version, jump, none, null));
            attempt("a frame", broken(version, jump, none, sameFrame));
            attempt("a truncated frame table", broken(version, jump, none, new byte[] {0, 2, 3}));
            attempt("an empty frame table", broken(version, jump, none, new byte[] {}));
            attempt("more bytes than frames", broken(version, jump, none, new byte[] {0, 1, 3, 7, 7}));
            attempt("a reserved frame type", broken(version, jump, none, new byte[] {0, 1, (byte) 130}));
            attempt("a frame within an instruction", broken(version, jump, none, new byte[] {0, 1, 2}));
            attempt("a frame behind the code", broken(version, jump, none, new byte[] {0, 1, 40}));
            attempt("a bad tag in a frame", broken(version, jump, none, new byte[] {0, 1, 64 + 3, 33}));
            attempt("a bad index in a frame", broken(version, jump, none, new byte[] {0, 1, 64 + 3, 7, 0, 99}));
            attempt("an index of another kind", broken(version, jump, none, new byte[] {0, 1, 64 + 3, 7, 0, 5}));
            attempt("more locals chopped", broken(version, jump, none, new byte[] {0, 1, (byte) 248, 0, 3}));
            attempt("end of the code", broken(version, new byte[] {0}, none, null));
            attempt("no instruction", broken(version, new byte[] {(byte) 0xfe, (byte) 0xb1}, none, null));
            attempt("truncated instruction", broken(version, new byte[] {0x11, 1}, none, null));
        }
        byte[] right = broken(61, nothing, none, null);
        attempt("newer", broken(99, nothing, none, null));
        attempt("older", broken(44, nothing, none, null));
        attempt("half", Arrays.copyOf(right, right.length / 2));
        attempt("one more byte", Arrays.copyOf(right, right.length + 1));
        attempt("no class file", "not a class file".getBytes());
    }
}
