import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A tour of the collection classes. Everything hashed here has a value-based hash code, so the order is fixed. */
public class Collections {
    private static final String TEXT =
        "it was the best of times it was the worst of times it was the age of wisdom it was the age of foolishness";

    static void maps() {
        Map<String, Integer> counts = new HashMap<>();
        for (String word : TEXT.split(" ")) counts.merge(word, 1, Integer::sum);
        System.out.println("HashMap: " + counts);
        System.out.println("TreeMap: " + new TreeMap<>(counts));
        System.out.println("headMap: " + new TreeMap<>(counts).headMap("the", true));

        Map<String, List<String>> byLetter = new LinkedHashMap<>();
        for (String word : TEXT.split(" ")) {
            List<String> words = byLetter.computeIfAbsent(word.substring(0, 1), letter -> new ArrayList<>());
            if (!words.contains(word)) words.add(word);
        }
        byLetter.forEach((letter, words) -> System.out.println("  " + letter + " " + words));

        // Enough entries for several resizes, and colliding hash codes for a bucket that becomes a tree.
        Map<Object, Integer> large = new HashMap<>();
        for (int i = 0; i < 5000; i++) large.put(i * 31, i);
        for (int i = 0; i < 64; i++) large.put((i * 65536.0), i);
        long sum = 0;
        for (int value : large.values()) sum += value;
        System.out.println("large map: " + large.size() + " entries, sum " + sum + ", get " + large.get(31 * 77));
    }

    static void queues() {
        Deque<Integer> deque = new ArrayDeque<>();
        for (int i = 0; i < 6; i++) {
            if (i % 2 == 0) deque.addFirst(i);
            else deque.addLast(i);
        }
        System.out.println("ArrayDeque: " + deque + ", pop " + deque.pop() + ", pollLast " + deque.pollLast());
        PriorityQueue<String> queue = new PriorityQueue<>(Comparator.comparing(String::length).thenComparing(w -> w));
        queue.addAll(new HashSet<>(Arrays.asList(TEXT.split(" "))));
        StringBuilder order = new StringBuilder();
        while (!queue.isEmpty()) order.append(queue.poll()).append(' ');
        System.out.println("PriorityQueue: " + order.toString().trim());
        LinkedList<Integer> list = new LinkedList<>(List.of(5, 3, 8, 1));
        list.add(2, 99);
        list.removeFirst();
        System.out.println("LinkedList: " + list);
    }

    static void sets() {
        Set<Integer> odd = new TreeSet<>(List.of(9, 1, 7, 3, 5));
        Set<Integer> small = new TreeSet<>(List.of(1, 2, 3, 4));
        odd.retainAll(small);
        System.out.println("intersection: " + odd);
        BitSet bits = new BitSet();
        for (int i = 1; i < 100; i *= 3) bits.set(i);
        System.out.println("BitSet: " + bits + ", next clear from 3: " + bits.nextClearBit(3));
    }

    static void sorting() {
        List<String> words = new ArrayList<>(List.of(TEXT.split(" ")).subList(0, 12));
        words.sort(Comparator.reverseOrder());
        System.out.println("sorted down: " + words);
        java.util.Collections.sort(words, Comparator.comparing(String::length));
        System.out.println("by length, stable: " + words);
        System.out.println("binary search: " + java.util.Collections.binarySearch(List.of(1, 3, 5, 7, 9), 7));
        for (Iterator<String> it = words.iterator(); it.hasNext();) if (it.next().length() < 3) it.remove();
        System.out.println("without the short: " + words);
        try {
            for (String word : words) words.remove(word);
        } catch (java.util.ConcurrentModificationException e) {
            System.out.println("removing while walking: " + e);
        }
        try {
            List.of(1, 2).add(3);
        } catch (UnsupportedOperationException e) {
            System.out.println("adding to List.of: " + e);
        }
    }

    public static void main(String[] args) {
        maps();
        queues();
        sets();
        sorting();
    }
}
