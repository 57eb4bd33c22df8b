import java.util.Arrays;

/** System.arraycopy: moves within one array, element types, and the words of every refusal. */
public class ArrayCopies {
    static void attempt(Object source, int from, Object target, int to, int length) {
        try {
            System.arraycopy(source, from, target, to, length);
            System.out.println("copied " + show(target));
        } catch (RuntimeException e) {
            System.out.println(e + " leaves " + show(target));
        }
    }

    static String show(Object array) {
        return array instanceof Object[] ? Arrays.deepToString((Object[]) array) : "something";
    }

    static String moves(int length) {
        long[] longs = new long[length];
        char[] chars = new char[length];
        byte[] bytes = new byte[length];
        Object[] objects = new Object[length];
        for (int i = 0; i < length; i++) {
            longs[i] = (long) i << 33;
            chars[i] = (char) (i * 257);
            bytes[i] = (byte) i;
            objects[i] = i;
        }
        int[] shifts = {0, 1, 3, length / 2};
        for (int shift : shifts) {
            int count = length - shift;
            System.arraycopy(longs, 0, longs, shift, count);
            System.arraycopy(chars, shift, chars, 0, count);
            System.arraycopy(bytes, 0, bytes, shift, count);
            System.arraycopy(objects, shift, objects, 0, count);
        }
        return Arrays.hashCode(longs) + " " + Arrays.hashCode(chars) + " " + Arrays.hashCode(bytes) + " "
            + Arrays.hashCode(objects);
    }

    public static void main(String[] args) {
        for (int length : new int[] {4, 7, 23, 24, 25, 100, 1001}) System.out.println(moves(length));
        int[] ten = new int[10];
        attempt(ten, 5, new int[10], 0, 7);
        attempt(ten, -1, new int[10], 0, 7);
        attempt(ten, 0, new int[10], -2, 7);
        attempt(ten, 0, new int[10], 0, -7);
        attempt(ten, 0, new int[3], 0, 7);
        attempt(ten, Integer.MAX_VALUE, new int[10], 0, 7);
        attempt(ten, 10, new int[10], 10, 0);
        attempt(ten, 11, new int[10], 10, 0);
        attempt(ten, 0, new long[3], 0, 7);
        attempt(ten, 0, new String[3], 0, 7);
        attempt(ten, 0, "text", 0, 7);
        attempt("text", 0, ten, 0, 7);
        attempt(new boolean[3], 0, new byte[3], 0, 4);
        attempt(new String[10], 0, ten, 0, 7);
        attempt(new String[10], 11, new Object[3], 0, 1);
        attempt(new String[2], -1, new Object[3], 0, 1);
        attempt(new Object[1], 0, new Object[2], 2, 1);
        attempt(new Object[] {"fits", 1, "not reached"}, 0, new String[3], 0, 3);
        attempt(new Integer[] {1, 2}, 0, new String[3], 0, 2);
        attempt(new Integer[] {null, null}, 0, new String[3], 0, 2);
        attempt(new int[][] {{1}}, 0, new String[3], 0, 1);
        attempt(new Object[] {new int[1], "no array"}, 0, new int[3][], 0, 2);
        attempt(new Number[] {1, 2.0}, 0, new Integer[2], 0, 2);
        attempt(new String[] {"up"}, 0, new Comparable<?>[2], 1, 1);
        attempt(null, 0, ten, 0, 1);
        attempt(ten, 0, null, 0, 1);
    }
}
