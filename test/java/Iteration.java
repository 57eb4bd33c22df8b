import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.ListIterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.IntPredicate;

/** for-each over everything, own iterators, list iterators, map views, and changes while walking. */
public class Iteration {
    record Range(int from, int to) implements Iterable<Integer> {
        @Override
        public Iterator<Integer> iterator() {
            return new Iterator<>() {
                int next = from;

                @Override
                public boolean hasNext() {
                    return next < to;
                }

                @Override
                public Integer next() {
                    return next++;
                }
            };
        }

        Iterable<Integer> where(IntPredicate predicate) {
            List<Integer> kept = new ArrayList<>();
            for (int n : this) if (predicate.test(n)) kept.add(n);
            return kept;
        }
    }

    public static void main(String[] args) {
        int sum = 0;
        for (int n : new Range(0, 10).where(n -> n % 3 != 0)) sum += n;
        for (long l : new long[] {1L << 40, 2}) sum += (int) (l >> 1);
        for (char c : "ab".toCharArray()) sum += c;
        System.out.println(sum);
        try {
            new Range(0, 1).iterator().remove();
        } catch (UnsupportedOperationException e) {
            System.out.println(e.getMessage());
        }
        List<String> list = new ArrayList<>(List.of("a", "b", "c", "d"));
        ListIterator<String> it = list.listIterator(1);
        it.next();
        it.set("B");
        it.add("b2");
        System.out.println(it.previous() + it.nextIndex() + list);
        list.subList(1, 3).clear();
        list.removeIf(s -> s.equals("d"));
        list.replaceAll(String::toUpperCase);
        System.out.println(list);
        Map<Integer, String> lru = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Integer, String> eldest) {
                return size() > 3;
            }
        };
        for (int i = 0; i < 4; i++) {
            lru.put(i, "v" + i);
            lru.get(1);
        }
        System.out.println(lru);
        Map<String, Integer> map = new HashMap<>(Map.of("x", 1));
        try {
            for (String key : map.keySet()) map.put(key + key, 2);
            System.out.println("no exception for one entry: " + map.size());
            for (String key : map.keySet()) map.put(key + "y", 2);
        } catch (java.util.ConcurrentModificationException e) {
            System.out.println("changed while walking");
        }
        NavigableMap<Integer, String> tree = new TreeMap<>();
        for (int i = 0; i < 50; i += 7) tree.put(i * 37 % 50, "t" + i);
        System.out.println(tree + " " + tree.floorKey(20) + " " + tree.ceilingEntry(20) + " " + tree.descendingMap().firstKey() + " " + tree.subMap(5, true, 30, false) + " " + tree.pollFirstEntry());
        tree.entrySet().removeIf(e -> e.getKey() % 2 == 0);
        tree.values().remove("t7");
        tree.compute(3, (k, v) -> v == null ? "new" : null);
        System.out.println(tree + " " + tree.getOrDefault(99, "none"));
    }
}
