import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** java.lang.reflect.Array: every element type read and written as every other, bounds, and new arrays. */
public class ReflectiveArrays {
    interface Attempt {
        Object run();
    }

    static void attempt(String what, Attempt attempt) {
        try {
            System.out.println(what + " " + attempt.run());
        } catch (RuntimeException e) {
            System.out.println(what + " " + e);
        }
    }

    /** A get or a set of one element, which gives the element. */
    interface Access {
        Object at(Object array, int index);
    }

    static Access set(Write write) {
        return (array, index) -> {
            write.run(array, index);
            return Array.get(array, index);
        };
    }

    interface Write {
        void run(Object array, int index);
    }

    static List<Access> accesses() {
        List<Access> all = new ArrayList<>(List.of(Array::get, Array::getBoolean, Array::getByte, Array::getChar,
                Array::getShort, Array::getInt, Array::getLong, Array::getFloat, Array::getDouble));
        all.add(set((a, i) -> Array.setBoolean(a, i, true)));
        all.add(set((a, i) -> Array.setByte(a, i, (byte) -7)));
        all.add(set((a, i) -> Array.setChar(a, i, 'q')));
        all.add(set((a, i) -> Array.setShort(a, i, (short) -300)));
        all.add(set((a, i) -> Array.setInt(a, i, 123456789)));
        all.add(set((a, i) -> Array.setLong(a, i, Long.MAX_VALUE)));
        all.add(set((a, i) -> Array.setFloat(a, i, 2.5f)));
        all.add(set((a, i) -> Array.setDouble(a, i, 1e300)));
        Object[] values = {true, (byte) 1, 'c', (short) 2, 3, 4L, 5f, 6d, "text", null};
        for (Object value : values) {
            all.add(set((a, i) -> Array.set(a, i, value)));
        }
        return all;
    }

    static Object[] arrays() {
        return new Object[] {new boolean[2], new byte[] {1, -2}, new char[] {'a', '\uffff'}, new short[] {1, -3},
            new int[] {5, -6}, new long[] {7, -8}, new float[] {1.5f, -2.5f}, new double[] {3.25, -4},
            new String[] {"s", null}, new Object[] {1, "x"}, new int[0][], "no array", null};
    }

    public static void main(String[] args) {
        for (Object array : arrays()) {
            String name = array == null ? "null" : array.getClass().getName();
            attempt(name + " length", () -> Array.getLength(array));
            int number = 0;
            for (Access access : accesses()) {
                number++;
                for (int index : new int[] {1, 2, -1}) {
                    attempt(name + " " + number + " [" + index + "]", () -> access.at(array, index));
                }
            }
        }
        Class<?>[] components = {int.class, String.class, int[].class, void.class, null};
        int[][] lengths = {{}, {2, 3}, {1, -1}, {0, 5, 2}, null, new int[256]};
        for (Class<?> component : components) {
            for (int length : new int[] {0, 3, -1}) {
                attempt(component + " " + length, () -> Array.newInstance(component, length).getClass());
            }
            for (int[] each : lengths) {
                attempt(component + " " + Arrays.toString(each), () -> {
                    Object array = Array.newInstance(component, each);
                    return array.getClass() + " " + Array.getLength(array);
                });
            }
        }
        Object grid = Array.newInstance(long.class, 2, 3);
        Array.setLong(Array.get(grid, 1), 2, 42);
        System.out.println(Arrays.deepToString((long[][]) grid));
    }
}
