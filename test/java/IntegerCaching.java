/** Identity and equality of boxed values and strings: which are cached. */
public class IntegerCaching {
    public static void main(String[] args) {
        Integer a = 127, b = 127, c = 128, d = 128;
        System.out.println((a == b) + " " + (c == d) + " " + c.equals(d) + " " + (c <= d && c >= d));
        Long x = -128L, y = -128L, z = -129L, w = -129L;
        System.out.println((x == y) + " " + (z == w) + " " + x.equals(-128) + " " + x.equals(-128L));
        Character p = 'a', q = 'a', r = '\u0080', s = '\u0080';
        System.out.println((p == q) + " " + (r == s) + " " + (Boolean.valueOf(true) == Boolean.TRUE) + " " + (Byte.valueOf((byte) 5) == Byte.valueOf((byte) 5)));
        final String constant = "con" + "stant";
        String built = new StringBuilder("con").append("stant").toString();
        System.out.println((constant == "constant") + " " + (built == constant) + " " + (built.intern() == constant));
        System.out.println(Integer.valueOf(1000).hashCode() + " " + new Object().equals(null) + " " + Integer.toString(5).equals("5"));
    }
}
