import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Allocates a hundred times its heap, in objects of all sizes, some of which live for a while. Run with -Xmx8m. */
public class HeapTurnover {
    static final long HEAP_BYTES = 8L << 20;

    static class Node {
        final Node next;
        final int[] values;

        Node(Node next, int size) {
            this.next = next;
            values = new int[size];
            if (size > 0) values[size - 1] = size;
        }
    }

    public static void main(String[] args) {
        long allocated = 0;
        int random = 12345;
        List<int[]> large = new ArrayList<>();
        Map<Integer, Node> lists = new HashMap<>();
        int sound = 0;
        int nodes = 0;
        while (allocated < 100 * HEAP_BYTES) {
            random = random * 1103515245 + 12345;
            int kind = random >>> 28;
            if (kind == 0) {
                int[] array = new int[50_000 + (random >>> 16 & 0xfff)];
                array[array.length - 1] = array.length;
                large.add(array);
                if (large.size() > 5) {
                    int[] oldest = large.remove(0);
                    if (oldest[oldest.length - 1] == oldest.length) sound++;
                }
                allocated += 16 + 4L * array.length;
                continue;
            }
            int size = kind < 14 ? random >>> 20 & 0x3ff : random >>> 18 & 0x1fff;
            int key = random >>> 12 & 0x3f;
            Node list = lists.get(key);
            if (list != null && list.values.length > 900) {
                for (Node node = list; node != null; node = node.next) {
                    int last = node.values.length;
                    nodes++;
                    if (last == 0 || node.values[last - 1] == last) sound++;
                }
                list = null;
            }
            lists.put(key, new Node(list, size));
            allocated += 40 + 4L * size;
        }
        System.out.println(nodes + " " + sound + " " + large.size() + " " + lists.size());
    }
}
