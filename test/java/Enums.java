import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;

/** Enums: values, valueOf, bodies, interfaces, switch, EnumMap, EnumSet. */
public class Enums {
    interface Priced {
        int price();
    }

    enum Fruit implements Priced {
        APPLE(3), PEAR(4), PLUM(2) {
            @Override
            public int price() {
                return super.price() * 2;
            }
        };

        private static int total;
        private final int base;

        Fruit(int base) {
            this.base = base;
        }

        static {
            for (Fruit fruit : values()) total += fruit.base;
        }

        @Override
        public int price() {
            return base;
        }
    }

    static String season(Fruit fruit) {
        switch (fruit) {
            case APPLE: return "autumn";
            case PLUM: return "summer";
            default: return "unknown";
        }
    }

    public static void main(String[] args) {
        for (Fruit fruit : Fruit.values()) System.out.println(fruit + " " + fruit.name() + fruit.ordinal() + " " + fruit.price() + " " + season(fruit) + " " + fruit.getClass() + " " + fruit.getDeclaringClass());
        System.out.println(Fruit.total + " " + (Fruit.valueOf("PEAR") == Fruit.PEAR) + " " + Fruit.PEAR.compareTo(Fruit.PLUM) + " " + Enum.valueOf(Fruit.class, "APPLE"));
        for (String bad : new String[] {"KIWI", null}) {
            try {
                Fruit.valueOf(bad);
            } catch (IllegalArgumentException | NullPointerException e) {
                System.out.println(e);
            }
        }
        Map<Fruit, Integer> stock = new EnumMap<>(Fruit.class);
        stock.put(Fruit.PLUM, 10);
        stock.put(Fruit.APPLE, 5);
        stock.merge(Fruit.PLUM, 1, Integer::sum);
        System.out.println(stock + " " + stock.containsKey(Fruit.PEAR) + " " + stock.keySet());
        EnumSet<Fruit> set = EnumSet.complementOf(EnumSet.of(Fruit.PEAR));
        System.out.println(set + " " + EnumSet.range(Fruit.APPLE, Fruit.PEAR) + " " + EnumSet.allOf(Fruit.class).size() + EnumSet.noneOf(Fruit.class));
    }
}
