/** Virtual and interface calls on several classes. Prints: name, best time in ms, result. */
public class VirtualCalls {
    interface Scaled {
        int scale(int x);
    }

    abstract static class Shape implements Scaled {
        abstract int area();
    }

    static class Square extends Shape {
        private final int side;

        Square(int side) {
            this.side = side;
        }

        @Override
        int area() {
            return side * side;
        }

        @Override
        public int scale(int x) {
            return x + side;
        }
    }

    static class Box extends Shape {
        private final int width;
        private final int height;

        Box(int width, int height) {
            this.width = width;
            this.height = height;
        }

        @Override
        int area() {
            return width * height;
        }

        @Override
        public int scale(int x) {
            return x ^ width;
        }
    }

    static class Unit extends Shape {
        @Override
        int area() {
            return 1;
        }

        @Override
        public int scale(int x) {
            return x * 3;
        }
    }

    static int total(Shape[] shapes, int rounds) {
        int sum = 0;
        for (int round = 0; round < rounds; round++) {
            for (Shape shape : shapes) {
                Scaled scaled = shape;
                sum = scaled.scale(sum) + shape.area();
            }
        }
        return sum;
    }

    static Shape[] shapes() {
        Shape[] shapes = new Shape[300];
        for (int i = 0; i < shapes.length; i++) {
            shapes[i] = i % 3 == 0 ? new Square(i) : i % 3 == 1 ? new Box(i, 2) : new Unit();
        }
        return shapes;
    }

    public static void main(String[] args) {
        Shape[] shapes = shapes();
        int result = total(shapes, 10);
        long best = Long.MAX_VALUE;
        for (int round = 0; round < 4; round++) {
            long start = System.nanoTime();
            result = total(shapes, 5_000);
            best = Math.min(best, System.nanoTime() - start);
        }
        System.out.println("virtual " + best / 1e6 + " " + result);
    }
}
