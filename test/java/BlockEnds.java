/** Try, catch, finally and synchronized blocks of all shapes, whose ends may end epochs: what they do stays the same. */
public class BlockEnds {
    private static final Object LOCK = new Object();
    private int field;

    public static void main(String[] arguments) {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 30;
        BlockEnds self = new BlockEnds();
        long sum = 0;
        for (int round = 0; round < rounds; round++) {
            sum = sum * 31 + self.caught(round);
            sum = sum * 31 + returned(round);
            sum = sum * 31 + nested(round);
            sum = sum * 31 + recursive(round % 9);
            sum = sum * 31 + lambda(round);
            synchronized (LOCK) {
                sum ^= round;
            }
        }
        System.out.println(rounds + " rounds: " + sum + ", field " + self.field);
    }

    /** The last instruction of the try block is a field's, that of the catch block a call. */
    private int caught(int round) {
        try {
            if (round % 3 == 0) fail(round);
            field += round;
        } catch (IllegalStateException e) {
            field -= e.getMessage().length();
            touch(round);
        }
        return field;
    }

    private static int returned(int round) {
        try {
            return 100 / (round % 4);
        } catch (ArithmeticException e) {
            return -1;
        } finally {
            touch(round);
        }
    }

    private static int nested(int round) {
        int value = 0;
        try {
            try {
                value += Integer.parseInt(round % 2 == 0 ? "x" + round : "" + round);
            } catch (NumberFormatException e) {
                value += e.getMessage().length();
                throw new IllegalStateException("again", e);
            } finally {
                value++;
            }
        } catch (IllegalStateException | ClassCastException e) {
            value += e.getCause() == null ? 1 : 2;
        }
        return value;
    }

    private static int recursive(int depth) {
        try {
            return depth == 0 ? fail(depth) : 1 + recursive(depth - 1);
        } catch (IllegalStateException e) {
            return depth;
        }
    }

    private static int lambda(int round) {
        int[] values = {0};
        try {
            Runnable runnable = () -> values[0] += round;
            runnable.run();
            values[0] += ("a" + round).length();
        } finally {
            values[0]++;
        }
        return values[0];
    }

    private static int touch(int value) {
        return value + 1;
    }

    private static int fail(int round) {
        throw new IllegalStateException("round " + round);
    }
}
