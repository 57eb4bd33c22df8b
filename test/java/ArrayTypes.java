import java.util.Arrays;

/** Arrays: several dimensions, covariance and its exception, cloning, filling, copying, default values. */
public class ArrayTypes {
    public static void main(String[] args) {
        int[][][] cube = new int[2][3][4];
        cube[1][2][3] = 7;
        System.out.println(Arrays.deepToString(cube) + " " + cube.length + cube[0].length + cube[0][0].length);
        int[][] ragged = {{1}, {}, {2, 3, 4}, null};
        System.out.println(Arrays.deepToString(ragged) + " " + new long[3][].length + " " + new String[2][2].length);
        System.out.println(new boolean[1][0].length + " " + Arrays.toString(new double[2]) + Arrays.toString(new char[] {'a', 0}).length() + Arrays.toString(new Object[2]));
        Object[] objects = new Integer[] {1, 2};
        try {
            objects[1] = "string";
        } catch (ArrayStoreException e) {
            System.out.println(e.getMessage() + " " + objects[1]);
        }
        Object array = new int[][] {{1, 2}, {3}};
        System.out.println((array instanceof int[][]) + " " + (array instanceof Object[]) + " " + (array instanceof Cloneable) + " " + array.getClass().getName() + " " + array.getClass().getSimpleName() + " " + array.getClass().getComponentType());
        int[] original = {3, 1, 2};
        int[] copy = original.clone();
        Arrays.sort(copy);
        System.out.println(Arrays.toString(original) + Arrays.toString(copy) + Arrays.equals(original, copy) + Arrays.hashCode(copy) + " " + Arrays.compare(original, copy) + Arrays.mismatch(original, copy));
        System.arraycopy(copy, 0, copy, 1, 2);
        System.out.println(Arrays.toString(copy));
        try {
            System.arraycopy(copy, 1, original, 2, 2);
        } catch (ArrayIndexOutOfBoundsException e) {
            System.out.println(e.getMessage());
        }
        try {
            System.arraycopy(copy, 0, new long[3], 0, 1);
        } catch (ArrayStoreException e) {
            System.out.println(e.getMessage());
        }
        Object[] target = new String[3];
        try {
            System.arraycopy(new Object[] {"a", "b", 3}, 0, target, 0, 3);
        } catch (ArrayStoreException e) {
            System.out.println(e.getMessage() + " " + Arrays.toString(target));
        }
        for (Runnable failing : new Runnable[] {
            () -> System.out.println(original[-1]), () -> original[3] = 1, () -> System.out.println(new int[-2]),
            () -> System.out.println(new int[2][-3]), () -> System.out.println(ragged[3][0]), () -> System.out.println((Object) ((String[]) (Object) new Integer[1])),
        }) {
            try {
                failing.run();
            } catch (RuntimeException e) {
                System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
            }
        }
        byte[] bytes = new byte[5];
        bytes[0] = (byte) 255;
        boolean[] flags = {true, false};
        short[] shorts = {(short) 70000};
        float[] floats = {1.5f};
        flags[1] |= flags[0];
        System.out.println(bytes[0] + " " + flags[1] + " " + shorts[0] + " " + floats[0]++ + floats[0] + " " + Arrays.asList(1, 2).getClass().getSimpleName());
        Integer[] boxed = {5, 3, 9};
        Arrays.sort(boxed, (x, y) -> y - x);
        System.out.println(Arrays.toString(boxed) + Arrays.stream(original).sum() + Arrays.toString(Arrays.copyOf(boxed, 4)) + Arrays.asList(boxed).indexOf(9));
    }
}
