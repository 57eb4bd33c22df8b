import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;

/** Generic classes and methods, bounded types and wildcards, interfaces with default and static methods. */
public class Generics {
    interface Greeter {
        String name();

        default String greet() {
            return prefix() + name();
        }

        private String prefix() {
            return "Hello, ";
        }

        static Greeter of(String name) {
            return () -> name;
        }
    }

    interface Loud extends Greeter {
        @Override
        default String greet() {
            return Greeter.super.greet().toUpperCase() + "!";
        }
    }

    record Person(String name) implements Loud {}

    /** A singly linked list that never changes, with an iterator of its own. */
    static final class Chain<T> implements Iterable<T> {
        private final T head;
        private final Chain<T> tail;

        Chain(T head, Chain<T> tail) {
            this.head = head;
            this.tail = tail;
        }

        <R> Chain<R> map(Function<? super T, ? extends R> function) {
            return new Chain<>(function.apply(head), tail == null ? null : tail.map(function));
        }

        @Override
        public Iterator<T> iterator() {
            return new Iterator<>() {
                private Chain<T> rest = Chain.this;

                @Override
                public boolean hasNext() {
                    return rest != null;
                }

                @Override
                public T next() {
                    if (rest == null) throw new NoSuchElementException("end of chain");
                    T item = rest.head;
                    rest = rest.tail;
                    return item;
                }
            };
        }
    }

    static <T extends Comparable<? super T>> T largest(Iterable<? extends T> items) {
        T best = null;
        for (T item : items) if (best == null || item.compareTo(best) > 0) best = item;
        return best;
    }

    static double sum(List<? extends Number> numbers) {
        double total = 0;
        for (Number number : numbers) total += number.doubleValue();
        return total;
    }

    @SafeVarargs
    static <T> List<T> listOf(T... items) {
        List<T> list = new ArrayList<>();
        for (T item : items) list.add(item);
        return list;
    }

    public static void main(String[] args) {
        System.out.println(Greeter.of("lambda").greet());
        System.out.println(new Person("record").greet());
        Chain<Integer> chain = new Chain<>(3, new Chain<>(41, new Chain<>(7, null)));
        System.out.println("largest " + largest(chain) + ", of strings " + largest(chain.map(n -> "n" + n)));
        for (String text : chain.map(n -> "<" + n + ">")) System.out.print(text);
        System.out.println();
        System.out.println("sum " + sum(listOf(1, 2.5, 3L, (byte) 4)));
        Iterator<Integer> iterator = chain.iterator();
        while (iterator.hasNext()) iterator.next();
        try {
            iterator.next();
        } catch (NoSuchElementException e) {
            System.out.println(e.getMessage());
        }
        // Erasure: the wrong element gets in, and is found where it is taken out.
        List<Integer> integers = new ArrayList<>();
        @SuppressWarnings({"unchecked", "rawtypes"})
        List<String> sneaky = (List) integers;
        sneaky.add("not a number");
        try {
            int number = integers.get(0);
            System.out.println(number);
        } catch (ClassCastException e) {
            System.out.println("found late: " + e.getMessage());
        }
    }
}
