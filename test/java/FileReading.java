import java.io.BufferedReader;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.FileReader;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.Arrays;
import java.util.Scanner;

/** java.io on files that every JDK has: attributes, streams, random access, and what goes wrong. */
public class FileReading {
    static final File HOME = new File(System.getProperty("java.home"));
    static final File RELEASE = new File(HOME, "release");

    interface Action {
        Object run() throws Exception;
    }

    static void attempt(String what, Action action) {
        try {
            System.out.println(what + " = " + action.run());
        } catch (Exception e) {
            System.out.println(what + " ! " + e);
        }
    }

    static void attributes() throws IOException {
        for (File file : new File[] {RELEASE, HOME, new File(HOME, "missing"), new File("/dev/null"), new File("")}) {
            System.out.println(file + " " + file.exists() + file.isFile() + file.isDirectory() + file.canRead() + file.isHidden());
        }
        System.out.println(RELEASE.length() + " " + RELEASE.lastModified() + " " + new File(HOME, "missing").length() + " " + RELEASE.canExecute());
        String[] names = new File(HOME, "lib/server").list();
        Arrays.sort(names);
        System.out.println(Arrays.toString(names) + " " + RELEASE.list() + " " + new File(HOME, "missing").listFiles());
        System.out.println(new File(HOME, "lib/../lib/./modules").getCanonicalPath() + " " + new File("a/../b").getCanonicalPath());
        System.out.println(new File("relative").getAbsolutePath());
    }

    static void streams() throws IOException {
        FileInputStream in = new FileInputStream(RELEASE);
        int size = in.available();
        byte[] bytes = new byte[10];
        System.out.println(size + " " + in.read() + " " + in.skip(3) + " " + in.read(bytes, 2, 5) + " " + Arrays.toString(bytes));
        System.out.println(in.skip(-4) + " " + in.read() + " " + in.available());
        System.out.println(in.readAllBytes().length + " " + in.read() + " " + in.read(bytes) + " " + in.read(bytes, 0, 0) + " " + in.available());
        System.out.println(in.skip(100) + " " + in.available());
        attempt("bounds", () -> in.read(bytes, 5, 6));
        attempt("null", () -> in.read(null, 0, 0));
        System.out.println(in.getFD().valid());
        in.close();
        in.close();
        System.out.println(in.getFD().valid());
        attempt("closed", in::read);
        attempt("missing", () -> new FileInputStream(new File(HOME, "missing")));
        attempt("folder", () -> new FileInputStream(HOME));
        attempt("beneath a file", () -> new FileInputStream(new File(RELEASE, "x")));
        attempt("missing folder", () -> new FileReader("missing/file"));
        try (BufferedReader reader = new BufferedReader(new FileReader(RELEASE))) {
            System.out.println(reader.lines().filter(line -> line.startsWith("JAVA_VERSION=")).findFirst());
        }
        try (Scanner scanner = new Scanner(RELEASE)) {
            System.out.println(scanner.useDelimiter("[=\n]").next());
        }
    }

    static void randomAccess() throws IOException {
        RandomAccessFile file = new RandomAccessFile(RELEASE, "r");
        System.out.println((file.length() == RELEASE.length()) + " " + file.getFilePointer());
        file.seek(5);
        System.out.println(file.readInt() + " " + file.readUnsignedByte() + " " + file.skipBytes(2) + " " + file.getFilePointer() + " " + file.readLine());
        file.seek(1L << 40);
        System.out.println(file.read() + " " + file.getFilePointer());
        attempt("negative", () -> { file.seek(-1); return null; });
        attempt("end of file", () -> file.readLong());
        attempt("missing", () -> new RandomAccessFile(new File(HOME, "missing"), "r"));
        attempt("mode", () -> new RandomAccessFile(RELEASE, "x"));
        file.close();
        attempt("closed", file::length);
    }

    static void devices() throws IOException {
        try (FileInputStream random = new FileInputStream("/dev/urandom"); FileInputStream nothing = new FileInputStream("/dev/null"); FileOutputStream sink = new FileOutputStream("/dev/null")) {
            byte[] a = random.readNBytes(16);
            byte[] b = random.readNBytes(16);
            System.out.println(!Arrays.equals(a, b) + " " + nothing.read() + " " + nothing.available());
            sink.write(1);
            sink.write(new byte[1000]);
        }
        System.out.println(new java.security.SecureRandom().ints(100).distinct().count() > 90);
    }

    public static void main(String[] args) throws Exception {
        attributes();
        streams();
        randomAccess();
        devices();
    }
}
