import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Records, sealed interfaces, enums with bodies, switch expressions, instanceof patterns. */
public class Records {
    sealed interface Shape permits Circle, Rectangle, Square {}

    record Circle(double radius) implements Shape {
        Circle {
            if (radius < 0) throw new IllegalArgumentException("negative radius " + radius);
        }
    }

    record Rectangle(double width, double height) implements Shape {
        static Rectangle ofRatio(double width, double ratio) {
            return new Rectangle(width, width / ratio);
        }
    }

    record Square(double side) implements Shape {}

    record Pair<A, B>(A first, B second) {}

    enum Operation {
        PLUS("+") {
            @Override
            int apply(int a, int b) {
                return a + b;
            }
        },
        TIMES("*") {
            @Override
            int apply(int a, int b) {
                return a * b;
            }
        };

        final String symbol;

        Operation(String symbol) {
            this.symbol = symbol;
        }

        abstract int apply(int a, int b);
    }

    enum Day { MON, TUE, WED, THU, FRI, SAT, SUN }

    static double area(Shape shape) {
        if (shape instanceof Circle circle) return Math.PI * circle.radius() * circle.radius();
        if (shape instanceof Rectangle r && r.width() > 0) return r.width() * r.height();
        if (shape instanceof Square square) return square.side() * square.side();
        return 0;
    }

    static String kind(Day day) {
        return switch (day) {
            case SAT, SUN -> "weekend";
            case FRI -> {
                String almost = "almost";
                yield almost + " weekend";
            }
            default -> "weekday";
        };
    }

    public static void main(String[] args) {
        List<Shape> shapes = List.of(new Circle(1.5), Rectangle.ofRatio(3, 1.5), new Square(2), new Rectangle(-1, 5));
        for (Shape shape : shapes) System.out.println(shape + " area " + area(shape));
        System.out.println(new Pair<>("x", 1).equals(new Pair<>("x", 1)) + " " + new Pair<>("x", null) + " " + new Pair<>(1, 2).hashCode());
        System.out.println(new Circle(0.0).equals(new Circle(-0.0)) + " " + new Circle(Double.NaN).equals(new Circle(Double.NaN)));
        try {
            new Circle(-1);
        } catch (IllegalArgumentException e) {
            System.out.println(e.getMessage());
        }
        for (Operation op : Operation.values()) {
            System.out.println(op + " " + op.ordinal() + ": 6 " + op.symbol + " 7 = " + op.apply(6, 7) + " " + op.getDeclaringClass().getName());
        }
        for (Day day : Day.values()) System.out.print(kind(day) + (day == Day.SUN ? "\n" : ", "));
        Map<Day, String> plan = new EnumMap<>(Day.class);
        plan.put(Day.valueOf("WED"), "swim");
        plan.put(Day.MON, "run");
        System.out.println(plan + " " + Day.FRI.compareTo(Day.TUE));
        try {
            Day.valueOf("FUNDAY");
        } catch (IllegalArgumentException e) {
            System.out.println(e.getMessage());
        }
    }
}
