import java.util.ArrayList;
import java.util.List;

/** Three hundred megabytes stay alive while as much again comes and goes. Run with -Xmx512m. */
public class LargeHeap {
    static class Leaf {
        final int value;
        Leaf next;

        Leaf(int value, Leaf next) {
            this.value = value;
            this.next = next;
        }
    }

    public static void main(String[] args) {
        List<Object> kept = new ArrayList<>();
        for (int i = 0; i < 200; i++) kept.add(new byte[1 << 20]);
        for (int i = 0; i < 60; i++) {
            Object[] block = new Object[128 << 10];
            for (int j = 0; j < block.length; j += 64) block[j] = kept.get(j % 200);
            kept.add(block);
        }
        Leaf head = null;
        for (int i = 0; i < 1_500_000; i++) head = new Leaf(i, head);
        long garbage = 0;
        for (int i = 0; i < 400; i++) garbage += new byte[(1 << 20) + i].length;
        long sum = 0;
        int count = 0;
        for (Leaf leaf = head; leaf != null; leaf = leaf.next) {
            sum += leaf.value;
            count++;
        }
        long bytes = 0;
        for (Object object : kept) if (object instanceof byte[]) bytes += ((byte[]) object).length;
        System.out.println(kept.size() + " " + bytes + " " + count + " " + sum + " " + garbage);
    }
}
