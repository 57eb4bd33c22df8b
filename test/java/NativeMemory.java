import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Direct buffers and thread stacks of many sizes, one kind after the other: what one has given back the next one uses.
 *  Run with an -Xmx that leaves little memory beside the heap. Argument: what to divide all sizes by, 1 where absent. */
public class NativeMemory {
    static int megabyte = 1 << 20;
    static int million = 1_000_000;

    static List<ByteBuffer> allocate(int count, int size) {
        List<ByteBuffer> buffers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(size);
            buffer.putInt(0, i).putInt(size - 4, size ^ i);
            buffers.add(buffer);
        }
        return buffers;
    }

    static boolean isSound(List<ByteBuffer> buffers) {
        for (int i = 0; i < buffers.size(); i++) {
            ByteBuffer buffer = buffers.get(i);
            int size = buffer.capacity();
            if (buffer.getInt(0) != i || buffer.getInt(size - 4) != (size ^ i)) return false;
            if (size > 100 && buffer.getInt(size / 2) != 0) return false;
        }
        return true;
    }

    /** Buffers of four sizes, which are garbage when this returns. */
    static void fill(int large) {
        int[] sizes = { 10 * million, million, million / 10, million / 100 };
        int[] counts = { large, 9, 50, 300 };
        List<List<ByteBuffer>> all = new ArrayList<>();
        for (int i = 0; i < sizes.length; i++) all.add(allocate(counts[i], sizes[i]));
        int sound = 0;
        for (List<ByteBuffer> buffers : all) if (isSound(buffers)) sound++;
        System.out.println("filled, sound " + sound);
    }

    static void collect() throws InterruptedException {
        System.gc();
        Thread.sleep(500);
    }

    static int descend(int depth) {
        return depth == 0 ? 0 : 1 + descend(depth - 1);
    }

    /** Threads that all live at once, each with some frames on its stack. */
    static void threads(int count, int stackBytes) throws InterruptedException {
        CountDownLatch running = new CountDownLatch(count);
        CountDownLatch end = new CountDownLatch(1);
        int[] depths = new int[count];
        List<Thread> threads = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                int index = i;
                Thread thread = new Thread(null, () -> {
                    depths[index] = descend(300 + index);
                    running.countDown();
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        depths[index] = -1;
                    }
                }, "thread " + i, stackBytes);
                thread.start();
                threads.add(thread);
            }
            running.await();
        } catch (OutOfMemoryError e) {
            System.out.println(e);
        }
        end.countDown();
        int sum = 0;
        for (Thread thread : threads) thread.join();
        for (int depth : depths) sum += depth;
        System.out.println(threads.size() + " threads of " + stackBytes + ": " + sum);
    }

    static void once(int size) {
        try {
            System.out.println("one of " + size + ": " + isSound(allocate(1, size)));
        } catch (OutOfMemoryError e) {
            System.out.println(e);
        }
    }

    /** Buffers that nobody collects until there is no room for the next one. */
    static void drop(int count, int size) {
        int sound = 0;
        for (int i = 0; i < count; i++) if (isSound(allocate(1, size))) sound++;
        System.out.println("dropped, sound " + sound);
    }

    public static void main(String[] args) throws InterruptedException {
        int divisor = args.length == 0 ? 1 : Integer.parseInt(args[0]);
        megabyte /= divisor;
        million /= divisor;
        List<ByteBuffer> kept = allocate(3, 1000);
        for (int large = 8; large <= 10; large++) {
            fill(large);
            collect();
        }
        threads(100, megabyte);
        threads(25, 4 * megabyte);
        threads(200, megabyte / 2);
        once(2 * million);
        collect();
        once(100 * million);
        collect();
        threads(1, 100 * megabyte);
        fill(10);
        drop(100, 10 * million);
        System.out.println("kept, sound " + isSound(kept));
    }
}
