/** Every primitive conversion at its edges, widening, narrowing and boxing. */
public class Conversions {
    public static void main(String[] args) {
        double[] doubles = {0.9, -0.9, 127.5, 128, 40000.7, 2147483647.5, 2147483648.0, -2147483649.0, 9.3e18, -9.3e18, 1e40, Double.NaN, Double.NEGATIVE_INFINITY, 65.2};
        for (double d : doubles) {
            float f = (float) d;
            System.out.println(d + " -> " + (int) d + " " + (long) d + " " + f + " " + (byte) d + " " + (short) d + " " + (int) (char) d + " | " + (int) f + " " + (long) f + " " + (byte) f);
        }
        long[] longs = {0, -1, 255, 65536, 2147483648L, 9007199254740993L, 16777217L, Long.MAX_VALUE, Long.MIN_VALUE};
        for (long l : longs) {
            System.out.println(l + " -> " + (int) l + " " + (short) l + " " + (byte) l + " " + (int) (char) l + " " + (float) l + " " + (double) l + " " + (float) (int) l + " " + (double) (int) l);
        }
        int i = 'a' + 1;
        char c = (char) i;
        byte b = (byte) 'é';
        System.out.println(i + " " + c + " " + b + " " + (b & 0xff) + " " + (char) (b & 0xff) + " " + (short) (char) -1);
        Integer boxed = i;
        Object object = boxed;
        long widened = boxed;
        System.out.println(object + " " + widened + " " + object.getClass() + " " + (object instanceof Number) + " " + ((Number) object).byteValue() + " " + Character.valueOf(c));
        Object conditional = args.length == 0 ? 1 : 2.0;
        System.out.println(conditional + " " + (true ? 'x' : 0) + " " + (args.length == 0 ? 'x' : i) + " " + (char) ('x' + args.length));
        Integer none = null;
        try {
            int unboxed = none;
            System.out.println(unboxed);
        } catch (NullPointerException e) {
            System.out.println(e.getMessage());
        }
    }
}
