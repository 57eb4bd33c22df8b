import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.IntBinaryOperator;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Lambdas, method references of every kind, streams, collectors and Optional. */
public class Lambdas {
    record City(String name, String country, int population) {}

    private static final List<City> CITIES = List.of(
        new City("Oslo", "Norway", 709), new City("Bergen", "Norway", 291), new City("Lyon", "France", 522),
        new City("Paris", "France", 2102), new City("Nice", "France", 348), new City("Graz", "Austria", 292));

    private int calls;

    /** Captures a local variable and `this`. */
    Supplier<String> counter(String name) {
        return () -> name + " " + ++calls;
    }

    static void functions() {
        Function<Integer, Integer> twice = x -> x * 2;
        Function<Integer, Integer> addThree = x -> x + 3;
        System.out.println("composed: " + twice.andThen(addThree).apply(5) + " " + twice.compose(addThree).apply(5));
        Predicate<String> isEmpty = String::isEmpty;
        System.out.println("negated: " + isEmpty.negate().or(s -> s == null).test("x"));
        BiFunction<String, Integer, Character> charAt = String::charAt;
        Function<String, StringBuilder> make = StringBuilder::new;
        Function<Integer, int[]> makeArray = int[]::new;
        IntBinaryOperator max = Math::max;
        System.out.println("references: " + charAt.apply("lambda", 3) + " " + make.apply("new").reverse() + " "
            + makeArray.apply(4).length + " " + max.applyAsInt(3, 9));
        Supplier<String> counter = new Lambdas().counter("call");
        System.out.println("captured: " + counter.get() + ", " + counter.get());
        Function<Integer, Function<Integer, Integer>> curried = a -> b -> a * b;
        System.out.println("curried: " + curried.apply(6).apply(7));
    }

    static void streams() {
        System.out.println(CITIES.stream().filter(c -> c.population() > 300).map(City::name).sorted().toList());
        Map<String, Integer> totals = CITIES.stream()
            .collect(Collectors.groupingBy(City::country, TreeMap::new, Collectors.summingInt(City::population)));
        System.out.println(totals);
        System.out.println(CITIES.stream().collect(Collectors.partitioningBy(c -> c.name().length() == 4, Collectors.counting())));
        System.out.println(CITIES.stream().map(City::name).collect(Collectors.joining(", ", "[", "]")));
        System.out.println(CITIES.stream().max(Comparator.comparingInt(City::population)).map(City::name).orElse("none"));
        System.out.println(IntStream.rangeClosed(1, 10).boxed().reduce(1, (a, b) -> a * b));
        System.out.println(IntStream.range(0, 1000).filter(i -> i % 7 == 3).summaryStatistics());
        System.out.println(Stream.iterate(1, x -> x * 3).limit(8).map(String::valueOf).collect(Collectors.toList()));
        System.out.println(Stream.of("b,a", "c").flatMap(s -> Stream.of(s.split(","))).sorted(Comparator.reverseOrder()).toList());
        System.out.println(IntStream.rangeClosed(1, 4).mapToDouble(i -> 1.0 / i).average().getAsDouble());
    }

    static void optionals() {
        Optional<String> found = CITIES.stream().map(City::name).filter(n -> n.startsWith("P")).findFirst();
        Optional<String> missing = CITIES.stream().map(City::name).filter(n -> n.startsWith("Z")).findFirst();
        System.out.println(found + " " + missing + " " + missing.or(() -> Optional.of("other")).get());
        found.ifPresentOrElse(n -> System.out.println("found " + n), () -> System.out.println("none"));
        try {
            missing.orElseThrow();
        } catch (java.util.NoSuchElementException e) {
            System.out.println(e.getMessage());
        }
    }

    public static void main(String[] args) {
        functions();
        streams();
        optionals();
    }
}
