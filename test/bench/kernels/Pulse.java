import java.util.ArrayList;
import java.util.List;

/**
 * Keeps so many megabytes alive, in small objects or in large arrays, and prints a numbered line each few milliseconds
 * of work on them, until killed or done: for measuring how long re-integration holds a program up.
 */
public class Pulse {
    private static final int LARGE_ARRAY_LENGTH = 1 << 18;
    /** A node takes 24 bytes. */
    private static final int NODES_PER_MEGABYTE = (1 << 20) / 24;

    static class Node {
        long value;
        final Node next;

        Node(long value, Node next) {
            this.value = value;
            this.next = next;
        }
    }

    public static void main(String[] args) {
        boolean small = args[0].equals("small");
        int megabytes = Integer.parseInt(args[1]);
        int lines = Integer.parseInt(args[2]);
        List<int[]> arrays = new ArrayList<>();
        Node head = null;
        if (small) for (int i = 0; i < megabytes * NODES_PER_MEGABYTE; i++) head = new Node(i | 1, head);
        else for (int i = 0; i < megabytes; i++) arrays.add(filled(i));
        Node node = head;
        long sum = 0;
        for (int line = 0; line < lines; line++) {
            for (int i = 0; i < 10_000; i++) {
                if (small) {
                    if (node == null) node = head;
                    sum += node.value++;
                    node = node.next;
                } else {
                    int[] array = arrays.get((line + i) % megabytes);
                    sum += array[(line * 97 + i) % LARGE_ARRAY_LENGTH]++;
                }
            }
            System.out.println(line + " " + sum);
        }
    }

    private static int[] filled(int seed) {
        int[] array = new int[LARGE_ARRAY_LENGTH];
        for (int i = 0; i < array.length; i++) array[i] = seed + i;
        return array;
    }
}
