import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.jar.JarFile;
import java.util.zip.Adler32;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.DataFormatException;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Checksums, decompression in pieces and with faults, zip files. */
public class Compression {
    /** "abcabcabc..." of 300 characters, with the zlib header. */
    static final byte[] ZLIB = Base64.getDecoder().decode("eJxLTEpOHEXEIQCITXLZ");
    static final String JAR = System.getProperty("java.home") + "/lib/jrt-fs.jar";

    static void checksums() {
        byte[] bytes = new byte[5000];
        for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) (i * 31);
        CRC32 crc = new CRC32();
        Adler32 adler = new Adler32();
        CRC32C crcC = new CRC32C();
        for (java.util.zip.Checksum sum : new java.util.zip.Checksum[] {crc, adler, crcC}) {
            sum.update(bytes, 0, 4321);
            sum.update(200);
            sum.update(-1);
            System.out.print(sum.getValue() + " ");
            ByteBuffer direct = ByteBuffer.allocateDirect(100);
            direct.put(bytes, 0, 100).flip();
            sum.update(direct);
            System.out.println(sum.getValue());
        }
        crc.reset();
        System.out.println(crc.getValue());
    }

    static void pieces() throws DataFormatException {
        Inflater inflater = new Inflater();
        byte[] text = new byte[400];
        int length = 0;
        for (int at = 0; at < ZLIB.length && !inflater.finished(); at += 3) {
            inflater.setInput(ZLIB, at, Math.min(3, ZLIB.length - at));
            int count;
            while ((count = inflater.inflate(text, length, Math.min(50, text.length - length))) > 0) length += count;
        }
        System.out.println(length + " " + inflater.finished() + " " + inflater.getTotalIn() + " " + inflater.getTotalOut() + " " + inflater.getRemaining() + " " + inflater.getAdler());
        inflater.reset();
        ByteBuffer in = ByteBuffer.allocateDirect(ZLIB.length);
        in.put(ZLIB).flip();
        ByteBuffer out = ByteBuffer.allocateDirect(40);
        inflater.setInput(in);
        System.out.println(inflater.inflate(out) + " " + out.position() + " " + in.remaining() + " " + inflater.finished());
        inflater.end();
        try {
            inflater.inflate(text);
        } catch (NullPointerException e) {
            System.out.println(e.getMessage());
        }
    }

    static void faults() {
        byte[][] broken = {{1, 2, 3}, {0x78, (byte) 0x9c, 7, 0, 0}, {0x78, (byte) 0x9c, 1, 5, 0, 0, 0}, ZLIB.clone()};
        broken[3][ZLIB.length - 1]++;
        for (byte[] bytes : broken) {
            Inflater inflater = new Inflater();
            inflater.setInput(bytes);
            try {
                System.out.println(inflater.inflate(new byte[1000]) + " " + inflater.needsInput());
            } catch (DataFormatException e) {
                System.out.println(e.getMessage() + " " + inflater.getTotalIn() + " " + inflater.getRemaining());
            }
            inflater.end();
        }
        Inflater inflater = new Inflater();
        inflater.setInput(new byte[] {0x78, (byte) 0xbb, 1, 2, 3, 4});
        try {
            System.out.println(inflater.inflate(new byte[10]) + " " + inflater.needsDictionary() + " " + inflater.getAdler());
            inflater.setDictionary(new byte[] {1});
        } catch (DataFormatException | IllegalArgumentException e) {
            System.out.println(e);
        }
        try {
            new GZIPInputStream(new ByteArrayInputStream(ZLIB));
        } catch (IOException e) {
            System.out.println(e);
        }
        try {
            new ZipFile("missing.zip");
        } catch (IOException e) {
            System.out.println(e);
        }
        try {
            new ZipFile(System.getProperty("java.home") + "/release");
        } catch (IOException e) {
            System.out.println(e);
        }
    }

    static void files() throws IOException {
        System.out.println(new String(new InflaterInputStream(new ByteArrayInputStream(ZLIB)).readAllBytes()).length());
        try (JarFile jar = new JarFile(JAR)) {
            System.out.println(jar.getManifest().getMainAttributes().getValue("Manifest-Version") + " " + jar.size());
            ZipEntry entry = jar.getEntry("jdk/internal/jrtfs/JrtFileSystem.class");
            CheckedInputStream in = new CheckedInputStream(jar.getInputStream(entry), new CRC32());
            byte[] bytes = in.readAllBytes();
            System.out.println(bytes.length == entry.getSize() && in.getChecksum().getValue() == entry.getCrc());
            System.out.println(Arrays.toString(Arrays.copyOf(bytes, 4)) + " " + jar.getEntry("missing") + " " + jar.stream().filter(ZipEntry::isDirectory).count());
        }
    }

    public static void main(String[] args) throws Exception {
        checksums();
        pieces();
        faults();
        files();
    }
}
