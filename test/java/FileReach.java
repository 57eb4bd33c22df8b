import java.io.*;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.nio.file.attribute.*;
import java.util.*;
import java.util.concurrent.TimeUnit;
import java.util.stream.*;

/** The reach of the file classes: each attempt prints what it gives, or the exception that says what is missing. */
public class FileReach {
    interface Attempt { Object run() throws Exception; }
    static void attempt(String title, Attempt attempt) {
        String result;
        try {
            result = String.valueOf(attempt.run());
        } catch (Throwable error) {
            result = error.getClass().getName() + ": " + error.getMessage();
        }
        System.out.println(title + " = " + result);
    }
    static String text(Path path) throws IOException { return Files.readString(path); }
    static ByteBuffer bytes(String text) { return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)); }

    public static void main(String[] args) throws Exception {
        if (args.length != 1) {
            System.out.println("usage: FileReach <empty folder>");
            return;
        }
        Path dir = Path.of(args[0]);
        Path file = dir.resolve("file");
        Files.writeString(file, "0123456789abcdef");
        File io = file.toFile();
        attempt("File.length", io::length);
        attempt("File.canRead", () -> io.canRead() + " " + io.canWrite() + " " + io.canExecute());
        attempt("File.setReadOnly", () ->
            io.setReadOnly() + " " + io.setWritable(true) + " " + io.setExecutable(true) + " " + io.setReadable(true, true));
        attempt("File.setLastModified", () -> io.setLastModified(1_000_000_000_000L) + " " + io.lastModified());
        attempt("File.space", () ->
            (io.getTotalSpace() > 0) + " " + (io.getFreeSpace() > 0) + " " + (io.getUsableSpace() > 0));
        attempt("File.list", () -> Arrays.toString(dir.toFile().list()));
        attempt("File.listRoots", () -> Arrays.toString(File.listRoots()));
        attempt("File.createTempFile", () -> {
            File f = File.createTempFile("abc", ".x", dir.toFile());
            boolean b = f.exists();
            f.delete();
            return b;
        });
        attempt("File.deleteOnExit", () -> {
            File f = new File(dir.toFile(), "onexit");
            f.createNewFile();
            f.deleteOnExit();
            return f.exists();
        });
        attempt("File.getCanonicalPath", () ->
            new File(dir.toFile(), "../" + dir.getFileName() + "/./x").getCanonicalPath().endsWith("/x"));
        attempt("File.renameTo", () -> {
            File f = new File(dir.toFile(), "r1");
            f.createNewFile();
            return f.renameTo(new File(dir.toFile(), "r2")) + " " + new File(dir.toFile(), "r2").delete();
        });
        attempt("File.mkdirs", () ->
            new File(dir.toFile(), "m/n/o").mkdirs() + " " + new File(dir.toFile(), "m/n/o").isDirectory() + " " + new File(dir.toFile(), "m").delete());
        attempt("File.isHidden", () -> new File(dir.toFile(), ".hid").isHidden());
        attempt("File.toURI", () -> io.toURI().getScheme() + " " + io.toPath().equals(file));

        attempt("RandomAccessFile", () -> {
            try (RandomAccessFile r = new RandomAccessFile(io, "rw")) {
                r.seek(3);
                r.writeInt(0x41424344);
                r.seek(0);
                String l = r.readLine();
                r.setLength(8);
                return l + " " + r.length() + " " + r.getFilePointer();
            }
        });
        attempt("RandomAccessFile.rwd", () -> {
            try (RandomAccessFile r = new RandomAccessFile(io, "rwd")) {
                r.write(65);
                r.getFD().sync();
                return r.getFD().valid();
            }
        });
        attempt("RandomAccessFile.negative", () -> {
            try (RandomAccessFile r = new RandomAccessFile(io, "r")) { r.seek(-1); return "?"; }
        });
        attempt("RandomAccessFile.readonly write", () -> {
            try (RandomAccessFile r = new RandomAccessFile(io, "r")) { r.write(1); return "?"; }
        });
        attempt("FileInputStream.skip", () -> {
            try (FileInputStream in = new FileInputStream(io)) {
                return in.skip(2) + " " + in.read() + " " + in.available() + " " + in.skip(100) + " " + in.read();
            }
        });
        attempt("FileInputStream.directory", () -> new FileInputStream(dir.toFile()));
        attempt("FileOutputStream.append", () -> {
            try (FileOutputStream o = new FileOutputStream(io, true)) { o.write("xyz".getBytes()); }
            return text(file).length();
        });
        attempt("FileDescriptor.sync", () -> {
            try (FileOutputStream o = new FileOutputStream(io, true)) {
                o.getFD().sync();
                return o.getFD().valid();
            }
        });

        Files.writeString(file, "0123456789abcdef");
        attempt("FileChannel.position", () -> {
            try (FileChannel c = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                c.position(4);
                ByteBuffer b = ByteBuffer.allocate(4);
                c.read(b);
                c.write(bytes("XX"), 20);
                return new String(b.array()) + c.position() + " " + c.size();
            }
        });
        attempt("FileChannel.truncate", () -> {
            try (FileChannel c = FileChannel.open(file, StandardOpenOption.WRITE)) {
                c.truncate(10);
                c.force(true);
                c.force(false);
                return c.size() + " " + c.position();
            }
        });
        attempt("FileChannel.scatter", () -> {
            try (FileChannel c = FileChannel.open(file)) {
                ByteBuffer[] b = {ByteBuffer.allocate(3), ByteBuffer.allocateDirect(3)};
                long n = c.read(b);
                return n + " " + b[0].position() + b[1].position();
            }
        });
        attempt("FileChannel.gather", () -> {
            try (FileChannel c = FileChannel.open(file, StandardOpenOption.WRITE)) {
                long n = c.write(new ByteBuffer[] {bytes("ab"), bytes("cd")});
                return n + " " + c.position();
            }
        });
        attempt("FileChannel.append", () -> {
            try (FileChannel c = FileChannel.open(file, StandardOpenOption.APPEND)) {
                c.write(bytes("end"));
                return c.position() + " " + text(file);
            }
        });
        attempt("FileChannel.map read", () -> {
            try (FileChannel c = FileChannel.open(file)) {
                MappedByteBuffer m = c.map(FileChannel.MapMode.READ_ONLY, 2, 5);
                return m.get(0) + " " + m.remaining() + " " + m.isLoaded();
            }
        });
        attempt("FileChannel.map load", () -> {
            try (FileChannel c = FileChannel.open(file)) {
                MappedByteBuffer m = c.map(FileChannel.MapMode.READ_ONLY, 0, 5);
                m.load();
                return m.get(1);
            }
        });
        attempt("FileChannel.map private", () -> {
            try (FileChannel c = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                MappedByteBuffer m = c.map(FileChannel.MapMode.PRIVATE, 0, 5);
                m.put(0, (byte) 'Q');
                return m.get(0) + " " + text(file).charAt(0);
            }
        });
        Path mapped = Files.copy(file, dir.resolve("mapped"));
        attempt("FileChannel.map write", () -> {
            try (FileChannel c = FileChannel.open(mapped, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                MappedByteBuffer m = c.map(FileChannel.MapMode.READ_WRITE, 0, 5);
                m.put(0, (byte) 'Z');
                m.force();
                return m.get(0) + " " + text(mapped).charAt(0);
            }
        });
        attempt("FileChannel.lock", () -> {
            try (FileChannel c = FileChannel.open(file, StandardOpenOption.WRITE); FileLock l = c.lock()) {
                return l.isValid() + " " + l.isShared();
            }
        });
        attempt("FileChannel.tryLock", () -> {
            try (FileChannel c = FileChannel.open(file, StandardOpenOption.WRITE); FileLock l = c.tryLock(0, 4, false)) {
                return l.isValid() + " " + l.size();
            }
        });
        attempt("FileChannel.lock shared", () -> {
            try (FileChannel c = FileChannel.open(file); FileLock l = c.lock(0, 2, true)) {
                return l.isShared();
            }
        });
        attempt("FileChannel.transferTo", () -> {
            try (FileChannel c = FileChannel.open(file); FileChannel o = FileChannel.open(dir.resolve("to"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                return c.transferTo(1, 100, o) + " " + text(dir.resolve("to"));
            }
        });
        attempt("FileChannel.transferFrom", () -> {
            try (FileChannel c = FileChannel.open(file); FileChannel o = FileChannel.open(dir.resolve("to"), StandardOpenOption.WRITE)) {
                return o.transferFrom(c, 2, 4) + " " + text(dir.resolve("to"));
            }
        });
        attempt("FileChannel.transferTo stream", () -> {
            ByteArrayOutputStream s = new ByteArrayOutputStream();
            try (FileChannel c = FileChannel.open(file)) {
                return c.transferTo(0, 5, java.nio.channels.Channels.newChannel(s)) + " " + s;
            }
        });
        attempt("AsynchronousFileChannel", () -> {
            try (AsynchronousFileChannel c = AsynchronousFileChannel.open(file)) {
                ByteBuffer b = ByteBuffer.allocate(4);
                return c.read(b, 0).get() + " " + new String(b.array());
            }
        });

        attempt("Files.walkFileTree", () -> {
            Files.createDirectories(dir.resolve("t/u"));
            Files.writeString(dir.resolve("t/u/v"), "1");
            StringBuilder names = new StringBuilder();
            Files.walkFileTree(dir.resolve("t"), new SimpleFileVisitor<Path>() {
                public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
                    names.append(path.getFileName()).append(attributes.size());
                    return FileVisitResult.CONTINUE;
                }

                public FileVisitResult postVisitDirectory(Path path, IOException error) {
                    names.append(path.getFileName()).append("/");
                    return FileVisitResult.CONTINUE;
                }
            });
            return names;
        });
        attempt("Files.walk", () -> { try (Stream<Path> s = Files.walk(dir.resolve("t"))) { return s.count(); } });
        attempt("Files.find", () -> {
            try (Stream<Path> s = Files.find(dir, 5, (p, a) -> a.isRegularFile() && p.endsWith("v"))) {
                return s.count();
            }
        });
        attempt("Files.list", () -> {
            try (Stream<Path> s = Files.list(dir)) {
                return s.map(p -> p.getFileName().toString()).sorted().collect(Collectors.toList());
            }
        });
        attempt("Files.newDirectoryStream glob", () -> {
            try (DirectoryStream<Path> s = Files.newDirectoryStream(dir, "f*")) {
                int n = 0;
                for (Path p : s) n++;
                return n;
            }
        });
        attempt("Files.lines", () -> { try (Stream<String> s = Files.lines(file)) { return s.count(); } });
        attempt("Files.createTempFile", () -> {
            Path p = Files.createTempFile(dir, "q", null);
            String m = PosixFilePermissions.toString(Files.getPosixFilePermissions(p));
            Files.delete(p);
            return m;
        });
        attempt("Files.createTempDirectory", () -> {
            Path p = Files.createTempDirectory(dir, "q");
            String m = PosixFilePermissions.toString(Files.getPosixFilePermissions(p));
            Files.delete(p);
            return m;
        });
        attempt("Files.copy", () -> {
            Files.copy(file, dir.resolve("copy"), StandardCopyOption.COPY_ATTRIBUTES);
            return text(dir.resolve("copy"));
        });
        attempt("Files.copy stream", () ->
            Files.copy(new ByteArrayInputStream(new byte[5]), dir.resolve("copy"), StandardCopyOption.REPLACE_EXISTING));
        attempt("Files.copy exists", () -> Files.copy(file, dir.resolve("copy")));
        attempt("Files.copy out", () -> Files.copy(file, OutputStream.nullOutputStream()));
        attempt("Files.move", () -> {
            Files.move(dir.resolve("copy"), dir.resolve("moved"), StandardCopyOption.ATOMIC_MOVE);
            return Files.exists(dir.resolve("moved"));
        });
        attempt("Files.mismatch", () -> Files.mismatch(file, dir.resolve("moved")));
        attempt("Files.isSameFile", () -> Files.isSameFile(file, dir.resolve("./file")));
        attempt("Files.symbolicLink", () -> {
            Files.createSymbolicLink(dir.resolve("link"), Path.of("file"));
            return Files.readSymbolicLink(dir.resolve("link")) + " " + Files.isSymbolicLink(dir.resolve("link")) + " " + dir.resolve("link").toRealPath().getFileName();
        });
        attempt("Files.createLink", () -> {
            Files.createLink(dir.resolve("hard"), file);
            return Files.getAttribute(file, "unix:nlink");
        });
        attempt("Files.attributes basic", () -> {
            BasicFileAttributes a = Files.readAttributes(file, BasicFileAttributes.class);
            return a.size() + " " + a.isRegularFile() + " " + (a.fileKey() != null) + " " + (a.creationTime() != null);
        });
        attempt("Files.attributes posix", () -> {
            PosixFileAttributes a = Files.readAttributes(file, PosixFileAttributes.class);
            return a.owner() + " " + a.group() + " " + PosixFilePermissions.toString(a.permissions());
        });
        attempt("Files.attributes all", () -> new TreeSet<>(Files.readAttributes(file, "*").keySet()));
        attempt("Files.attributes unix", () -> new TreeSet<>(Files.readAttributes(file, "unix:*").keySet()));
        attempt("Files.setPosixFilePermissions", () -> {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
            return Files.getPosixFilePermissions(file).size();
        });
        attempt("Files.setLastModifiedTime", () -> {
            Files.setLastModifiedTime(file, FileTime.fromMillis(1_500_000_000_123L));
            return Files.getLastModifiedTime(file);
        });
        attempt("Files.view times", () -> {
            Files.getFileAttributeView(file, BasicFileAttributeView.class).setTimes(FileTime.fromMillis(1000), FileTime.fromMillis(2000), null);
            return Files.getAttribute(file, "lastAccessTime") + "";
        });
        attempt("Files.getOwner", () -> Files.getOwner(file));
        attempt("Files.setOwner", () -> Files.setOwner(file, Files.getOwner(file)).getFileName());
        attempt("lookupPrincipal", () ->
            dir.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("root"));
        attempt("lookupGroup", () ->
            dir.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName("root"));
        attempt("lookup unknown", () ->
            dir.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("no-such-user"));
        attempt("user view", () -> {
            UserDefinedFileAttributeView v = Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
            return v.list();
        });
        attempt("user view write", () -> {
            UserDefinedFileAttributeView v = Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
            return v.write("key", bytes("value")) + " " + v.size("key");
        });
        attempt("dos view", () -> Files.getFileAttributeView(file, DosFileAttributeView.class) == null);
        attempt("dos attributes", () -> Files.readAttributes(file, DosFileAttributes.class).isHidden());
        attempt("acl view", () -> Files.getFileAttributeView(file, AclFileAttributeView.class) == null);
        attempt("FileStore", () -> {
            FileStore s = Files.getFileStore(file);
            return (s.getTotalSpace() > 0) + " " + (s.type() != null) + " " + s.supportsFileAttributeView("posix");
        });
        attempt("FileSystem.stores", () -> dir.getFileSystem().getFileStores().iterator().hasNext());
        attempt("FileSystem.views", () -> new TreeSet<>(dir.getFileSystem().supportedFileAttributeViews()));
        attempt("Files.probeContentType", () -> Files.probeContentType(Path.of("x.txt")));
        attempt("Files.isHidden", () ->
            Files.isHidden(dir.resolve(".x")) + " " + Files.isExecutable(file) + " " + Files.isReadable(file) + " " + Files.isWritable(file));
        attempt("Files.newByteChannel", () -> {
            try (SeekableByteChannel c = Files.newByteChannel(file, StandardOpenOption.READ)) {
                return c.size() + " " + c.position(3).position();
            }
        });
        attempt("Files.newBufferedWriter", () -> {
            try (BufferedWriter w = Files.newBufferedWriter(dir.resolve("w"))) { w.write("h\u00e4"); }
            return Files.size(dir.resolve("w"));
        });
        attempt("Files.deleteOnClose", () -> {
            try (SeekableByteChannel c = Files.newByteChannel(dir.resolve("doc"), StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE)) {
                c.write(bytes("x"));
            }
            return Files.exists(dir.resolve("doc"));
        });
        attempt("Files.createDirectory exists", () -> Files.createDirectory(dir));
        attempt("Files.delete not empty", () -> { Files.delete(dir.resolve("t")); return "?"; });
        attempt("Files.delete missing", () -> { Files.delete(dir.resolve("none")); return "?"; });
        attempt("Files.read missing", () -> Files.readString(dir.resolve("none")));
        attempt("Path.toRealPath missing", () -> dir.resolve("none").toRealPath());
        attempt("SecureDirectoryStream", () -> {
            try (DirectoryStream<Path> s = Files.newDirectoryStream(dir)) {
                return s instanceof SecureDirectoryStream;
            }
        });
        attempt("SecureDirectoryStream.open", () -> {
            try (DirectoryStream<Path> s = Files.newDirectoryStream(dir); SeekableByteChannel c = ((SecureDirectoryStream<Path>) s).newByteChannel(Path.of("file"), Set.of(StandardOpenOption.READ))) {
                return c.size();
            }
        });
        attempt("WatchService", () -> {
            try (WatchService w = dir.getFileSystem().newWatchService()) {
                dir.register(w, StandardWatchEventKinds.ENTRY_CREATE);
                Files.writeString(dir.resolve("watched"), "1");
                WatchKey k = w.poll(10, TimeUnit.SECONDS);
                return k.pollEvents().get(0).context();
            }
        });
        attempt("zip file system", () -> {
            Path z = dir.resolve("a.zip");
            try (FileSystem f = FileSystems.newFileSystem(z, Map.of("create", "true"))) {
                Files.writeString(f.getPath("/x"), "y");
            }
            try (FileSystem f = FileSystems.newFileSystem(z)) { return Files.readString(f.getPath("/x")); }
        });
        attempt("Deflater", () -> {
            ByteArrayOutputStream b = new ByteArrayOutputStream();
            try (java.util.zip.GZIPOutputStream g = new java.util.zip.GZIPOutputStream(b)) {
                g.write(new byte[1000]);
            }
            return b.size() < 100;
        });
        System.out.println("end");
    }
}
