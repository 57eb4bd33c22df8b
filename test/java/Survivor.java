import java.io.BufferedReader;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * Handles lines of standard input until its end: one thread reads them, one that is blocked without them chains their
 * checksums, prints, and writes a record of each to the file that is named by the argument, and one sleeps again and
 * again. What it prints and writes depends on every line before, so that one that is lost, doubled or changed shows.
 */
public class Survivor {
    private static final String END = new String("end");

    public static void main(String[] args) throws Exception {
        var queue = new ArrayBlockingQueue<String>(4);
        var sleeper = new Thread(Survivor::sleep, "sleeper");
        sleeper.setDaemon(true);
        sleeper.start();
        var worker = new Thread(() -> work(queue, args[0]), "worker");
        worker.start();
        var reader = new BufferedReader(new InputStreamReader(System.in));
        for (String line = reader.readLine(); line != null; line = reader.readLine()) queue.put(line);
        queue.put(END);
        worker.join();
        System.out.println("records " + checksum(args[0]));
    }

    private static void sleep() {
        try {
            while (true) Thread.sleep(7);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private static void work(ArrayBlockingQueue<String> queue, String file) {
        long checksum = 1;
        int count = 0;
        try (var records = new FileOutputStream(file)) {
            for (String line = queue.take(); line != END; line = queue.take()) {
                for (int round = 0; round < 2000; round++) {
                    checksum = checksum * 6364136223846793005L + line.hashCode() + round;
                }
                String record = ++count + " " + line + " " + Long.toHexString(checksum);
                records.write((record + "\n").getBytes());
                System.out.println(record);
                if (count % 3 == 0) Thread.sleep(2);
            }
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static String checksum(String file) throws IOException {
        try (var records = new RandomAccessFile(file, "r")) {
            long checksum = 0;
            for (String line = records.readLine(); line != null; line = records.readLine()) {
                checksum = checksum * 31 + line.hashCode();
            }
            return records.length() + " bytes, checksum " + Long.toHexString(checksum);
        }
    }
}
