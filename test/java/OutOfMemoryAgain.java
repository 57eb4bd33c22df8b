import java.util.ArrayList;
import java.util.List;

/** The heap is full again and again: every time the error is thrown, caught, and the memory used anew. Run with a small
 *  -Xmx. */
public class OutOfMemoryAgain {
    static class Node {
        final Node next;
        final long[] payload = new long[20];

        Node(Node next) {
            this.next = next;
        }
    }

    static int fillWithNodes() {
        int count = 0;
        Node head = null;
        try {
            while (true) {
                head = new Node(head);
                count++;
            }
        } catch (OutOfMemoryError e) {
            return count;
        }
    }

    static int fillWithText() {
        List<String> hoard = new ArrayList<>();
        String text = "0123456789".repeat(100);
        try {
            while (true) hoard.add(text + hoard.size());
        } catch (OutOfMemoryError e) {
            int count = hoard.size();
            hoard = null;
            return count;
        }
    }

    static int fillWithClones() {
        List<byte[]> hoard = new ArrayList<>();
        byte[] bytes = new byte[40_000];
        try {
            while (true) hoard.add(bytes.clone());
        } catch (OutOfMemoryError e) {
            return hoard.size();
        }
    }

    static int fillInAThread() throws InterruptedException {
        int[] count = new int[1];
        Thread thread = new Thread(() -> {
            List<Object> hoard = new ArrayList<>();
            while (true) {
                hoard.add(new int[5000]);
                count[0]++;
            }
        });
        thread.setUncaughtExceptionHandler((t, e) -> System.out.println("in a thread: " + e.getClass().getName()));
        thread.start();
        thread.join();
        return count[0];
    }

    public static void main(String[] args) throws InterruptedException {
        List<OutOfMemoryError> errors = new ArrayList<>();
        for (int round = 0; round < 6; round++) {
            System.out.println("nodes " + (fillWithNodes() > 10_000) + ", text " + (fillWithText() > 1000) + ", clones " + (fillWithClones() > 100));
            try {
                errors.add(null);
                Object[][] tooMuch = new Object[1000][1 << 20];
                System.out.println(tooMuch.length);
            } catch (OutOfMemoryError e) {
                errors.set(round, e);
            }
        }
        System.out.println("thread " + (fillInAThread() > 100));
        int messages = 0;
        for (OutOfMemoryError error : errors) if ("Java heap space".equals(error.getMessage())) messages++;
        System.out.println("errors " + messages);
        long sum = 0;
        for (int i = 0; i < 100; i++) sum += new byte[1 << 20].length;
        System.out.println("in use again " + sum);
    }
}
