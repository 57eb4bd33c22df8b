import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Streams: laziness, stateful operations, primitive streams, collectors, Optional. */
public class Streams {
    public static void main(String[] args) {
        List<String> log = new ArrayList<>();
        Optional<Integer> first = Stream.of(5, 12, 8, 20).peek(n -> log.add("p" + n)).filter(n -> n > 10).map(n -> n * 2).findFirst();
        System.out.println(first + " " + log);
        System.out.println(Stream.of("b", "a", "c", "a").distinct().sorted().skip(1).collect(Collectors.toList()));
        System.out.println(IntStream.iterate(1, n -> n < 200, n -> n * 3).mapToObj(Integer::toString).collect(Collectors.joining("/")));
        System.out.println(IntStream.of(4, 1, 3).sorted().boxed().toList() + " " + IntStream.range(0, 5).mapToLong(i -> i * 1_000_000_000L).sum() + " " + LongStream.rangeClosed(1, 15).reduce((a, b) -> a * b).getAsLong());
        System.out.println(DoubleStream.of(1.5, 2.5, 0.1, 0.2).sum() + " " + DoubleStream.of(3, 4).average() + " " + DoubleStream.empty().max());
        System.out.println(Stream.of(1, 2, 3, 4, 5, 1).takeWhile(n -> n < 4).toList() + "" + Stream.of(1, 2, 3, 4, 5, 1).dropWhile(n -> n < 4).toList());
        System.out.println(Stream.of(3, 9, 4).anyMatch(n -> n == 9) + " " + Stream.of(3, 9).allMatch(n -> n > 5) + " " + Stream.empty().noneMatch(n -> true) + " " + Stream.of(1, 2, 3).count());
        Map<String, Integer> lengths = Stream.of("x", "yy", "zzz").collect(Collectors.toMap(Function.identity(), String::length, (a, b) -> a, TreeMap::new));
        System.out.println(lengths);
        try {
            Stream.of("a", "a").collect(Collectors.toMap(s -> s, s -> 1));
        } catch (IllegalStateException e) {
            System.out.println(e.getMessage());
        }
        Map<Integer, Set<String>> grouped = Stream.of("one", "two", "three", "four").collect(Collectors.groupingBy(String::length, Collectors.toCollection(TreeSet::new)));
        System.out.println(grouped + " " + Stream.of(1, 2, 3).collect(Collectors.averagingInt(n -> n)) + " " + Stream.of(1, 2, 3).collect(Collectors.reducing(0, n -> n * n, Integer::sum)));
        String teed = Stream.of(1, 2, 3, 4).collect(Collectors.teeing(Collectors.counting(), Collectors.summingInt(n -> n), (count, sum) -> count + ":" + sum));
        System.out.println(teed);
        IntSummaryStatistics statistics = Stream.of("a", "bbb").mapToInt(String::length).summaryStatistics();
        System.out.println(statistics + " " + Stream.of(List.of(1, 2), List.of(3)).flatMap(List::stream).map(n -> n + 1).toList() + " " + Stream.of(1, 2).<String>mapMulti((n, sink) -> {
            for (int i = 0; i < n; i++) sink.accept(n + "!");
        }).toList());
        System.out.println(Arrays.stream(new int[] {3, 1, 2}).mapToObj(n -> "n" + n).sorted(Comparator.reverseOrder()).toList() + " " + "hello".chars().mapToObj(c -> (char) c).toList() + " " + OptionalInt.of(3));
        System.out.println(IntStream.range(0, 1000).parallel().filter(n -> n % 3 == 0).sum() + " " + Stream.generate(() -> "g").limit(3).toList() + " " + Stream.concat(Stream.of(1), Stream.of(2)).toList());
        Stream<Integer> used = Stream.of(1);
        used.count();
        try {
            used.count();
        } catch (IllegalStateException e) {
            System.out.println(e.getMessage());
        }
        System.out.println(Optional.of(4).map(n -> n * 2).filter(n -> n > 5).isPresent() + " " + Optional.ofNullable((String) null).map(String::length).orElseGet(() -> -1) + " " + Optional.empty().stream().count());
    }
}
