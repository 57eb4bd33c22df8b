import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** java.nio.file and file channels, reading files that every JDK has. */
public class Channels {
    static final Path HOME = Path.of(System.getProperty("java.home"));
    static final Path RELEASE = HOME.resolve("release");

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
        System.out.println(Files.exists(RELEASE) + " " + Files.notExists(HOME.resolve("x")) + " " + Files.isDirectory(HOME) + " " + Files.isRegularFile(RELEASE) + " " + Files.size(RELEASE));
        System.out.println(Files.getLastModifiedTime(RELEASE) + " " + Files.isReadable(RELEASE) + " " + Files.isExecutable(RELEASE) + " " + Files.isHidden(RELEASE));
        System.out.println(Files.getOwner(RELEASE) + " " + PosixFilePermissions.toString(Files.getPosixFilePermissions(RELEASE)));
        BasicFileAttributes attributes = Files.readAttributes(RELEASE, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        System.out.println(attributes.isSymbolicLink() + " " + attributes.creationTime() + " " + attributes.fileKey());
        System.out.println(Files.isSymbolicLink(Path.of("/dev/stdin")) + " " + HOME.resolve("lib/../release").toRealPath() + " " + Files.isSameFile(RELEASE, HOME.resolve("lib/../release")));
        System.out.println(Files.probeContentType(Path.of("a.html")));
    }

    static void faults() {
        attempt("missing", () -> Files.readAllBytes(HOME.resolve("missing")));
        attempt("folder", () -> Files.readAllBytes(HOME));
        attempt("no folder", () -> Files.newDirectoryStream(RELEASE));
        attempt("real path", () -> HOME.resolve("missing").toRealPath());
        attempt("no link", () -> Files.readSymbolicLink(RELEASE));
        attempt("beneath a file", () -> Files.readAttributes(RELEASE.resolve("x"), BasicFileAttributes.class));
    }

    static void folders() throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(HOME.resolve("lib"), "*.jar")) {
            for (Path path : stream) names.add(path.getFileName().toString());
        }
        Collections.sort(names);
        System.out.println(names);
        try (Stream<Path> walk = Files.walk(HOME.resolve("lib").resolve("server"))) {
            System.out.println(walk.map(path -> path.getFileName().toString()).sorted().collect(Collectors.toList()));
        }
    }

    static void channels() throws IOException {
        FileChannel channel = FileChannel.open(RELEASE, StandardOpenOption.READ);
        System.out.println(channel.size() + " " + channel.position());
        ByteBuffer buffer = ByteBuffer.allocate(10);
        System.out.println(channel.read(buffer) + " " + channel.position() + " " + channel.read(ByteBuffer.allocateDirect(5), 7) + " " + channel.position());
        ByteBuffer[] buffers = {ByteBuffer.allocate(3), ByteBuffer.allocate(4)};
        channel.position(5);
        long total = 0;
        while (buffers[1].hasRemaining()) total += channel.read(buffers);
        System.out.println(total + " " + new String(buffers[0].array()) + "|" + new String(buffers[1].array()));
        MappedByteBuffer map = channel.map(FileChannel.MapMode.READ_ONLY, 5, 7);
        System.out.println(map.remaining() + " " + StandardCharsets.UTF_8.decode(map) + " " + map.isReadOnly());
        channel.position(channel.size());
        System.out.println(channel.read(ByteBuffer.allocate(3)));
        attempt("write", () -> channel.write(ByteBuffer.allocate(1)));
        channel.close();
        attempt("closed", channel::size);
        try (FileInputStream in = new FileInputStream(RELEASE.toFile())) {
            in.read();
            System.out.println(in.getChannel().position() + " " + in.getChannel().position(4).position() + " " + in.read());
        }
        System.out.flush();
        new FileOutputStream(FileDescriptor.out).getChannel().write(ByteBuffer.wrap("by a channel\n".getBytes()));
    }

    static void texts() throws IOException {
        System.out.println(Files.readAllLines(RELEASE).size() + " " + Files.readString(RELEASE).length());
        try (BufferedReader reader = Files.newBufferedReader(RELEASE); Stream<String> lines = Files.lines(RELEASE)) {
            System.out.println(reader.readLine().equals(lines.findFirst().get()));
        }
    }

    public static void main(String[] args) throws Exception {
        attributes();
        faults();
        folders();
        channels();
        texts();
    }
}
