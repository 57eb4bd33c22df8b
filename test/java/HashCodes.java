import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Hash codes and equality that the library specifies, and the order of hashed collections that follows from them. */
public class HashCodes {
    record Entry(int i, long l, double d, String s, boolean b, char c, byte[] none) {}

    public static void main(String[] args) {
        System.out.println("".hashCode() + " " + "a".hashCode() + " " + "The quick brown fox".hashCode() + " " + "\u4f60\u597d".hashCode());
        System.out.println(List.of(1, 2, 3).hashCode() + " " + Set.of("x").hashCode() + " " + Map.of("k", "v").hashCode() + " " + Arrays.asList("a", null).hashCode());
        System.out.println(new Entry(1, 2L, 3.5, "s", true, 'c', null).hashCode() + " " + new Entry(1, 2, 3.5, "s", true, 'c', null).equals(new Entry(1, 2, 3.5, "s", true, 'c', null)));
        System.out.println(Objects.hash(1, "two", 3.0) + " " + Objects.hashCode(null) + " " + Optional.of(5).hashCode() + " " + Boolean.hashCode(true) + " " + Double.hashCode(1.5) + " " + Long.hashCode(-1) + " " + Character.hashCode('x'));
        System.out.println(Arrays.hashCode(new int[] {1, 2}) + " " + Arrays.deepHashCode(new Object[] {new int[] {1}, "x"}) + " " + new java.math.BigInteger("123456789012345678901").hashCode() + " " + new java.math.BigDecimal("1.50").hashCode());
        Set<Object> set = new HashSet<>();
        for (int i = 0; i < 20; i++) set.add("item" + i * 7);
        for (int i = 0; i < 5; i++) set.add(i * 1_000_003L);
        set.add(2.5);
        set.add('x');
        System.out.println(set);
        Map<String, Integer> map = new HashMap<>(2);
        for (String text : new String[] {"Aa", "BB", "AaAa", "BBBB", "AaBB", "BBAa", "C#"}) map.put(text, text.hashCode());
        System.out.println(map + " " + map.keySet().hashCode() + " " + map.entrySet().iterator().next());
        Object plain = new Object();
        System.out.println((plain.hashCode() == plain.hashCode()) + " " + (plain.hashCode() == System.identityHashCode(plain)) + " " + System.identityHashCode(null));
    }
}
