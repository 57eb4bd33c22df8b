import java.lang.ref.ReferenceQueue;
import java.lang.ref.SoftReference;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;
import java.util.WeakHashMap;

/** Much garbage in little memory, and weak references after System.gc(). Run with a small -Xmx. */
public class GarbageCollection {
    static class Tree {
        final Tree left;
        final Tree right;

        Tree(int depth) {
            left = depth == 0 ? null : new Tree(depth - 1);
            right = depth == 0 ? null : new Tree(depth - 1);
        }

        int count() {
            return 1 + (left == null ? 0 : left.count()) + (right == null ? 0 : right.count());
        }
    }

    static void makeWeak(ReferenceQueue<Object> queue, WeakReference<?>[] slots, Map<Object, String> map) {
        slots[0] = new WeakReference<>(new Object(), queue);
        map.put(new Object(), "gone");
    }

    public static void main(String[] args) throws InterruptedException {
        Tree kept = new Tree(8);
        int total = 0;
        for (int i = 0; i < 60; i++) total += new Tree(10).count();
        System.out.println(total + " " + kept.count());
        Map<Integer, String> map = new HashMap<>();
        for (int i = 0; i < 60_000; i++) {
            map.put(i % 500, "value " + i);
        }
        System.out.println(map.size() + " " + map.get(77));
        ReferenceQueue<Object> queue = new ReferenceQueue<>();
        WeakReference<?>[] slots = new WeakReference<?>[1];
        Map<Object, String> weakMap = new WeakHashMap<>();
        String strong = new String("strong");
        weakMap.put(strong, "stays");
        WeakReference<String> held = new WeakReference<>(strong);
        SoftReference<String> soft = new SoftReference<>(new String("soft"));
        makeWeak(queue, slots, weakMap);
        for (int i = 0; i < 5 && slots[0].get() != null; i++) System.gc();
        System.out.println("cleared " + (slots[0].get() == null) + ", queued " + (queue.remove(5000) == slots[0]) + ", held " + held.get() + ", soft " + soft.get());
        System.out.println("weak map " + weakMap + " " + strong.length());
    }
}
