/** long: all operators over the edge values, shifts by any distance, comparison, unsigned operations. */
public class LongArithmetic {
    public static void main(String[] args) {
        long[] values = {0L, 1L, -1L, 10L, -10L, 3037000500L, 0x100000000L, Long.MAX_VALUE, Long.MIN_VALUE, 0x123456789ABCDEFL};
        for (long a : values) {
            for (long b : values) {
                StringBuilder line = new StringBuilder();
                line.append(a + b).append(' ').append(a - b).append(' ').append(a * b).append(' ');
                if (b != 0) line.append(a / b).append(' ').append(a % b).append(' ');
                line.append(a & b).append(' ').append(a | b).append(' ').append(a ^ b).append(' ');
                line.append(a << b).append(' ').append(a >> b).append(' ').append(a >>> b).append(' ');
                line.append(a < b).append(a == b).append(a > b).append(Long.compareUnsigned(a, b));
                System.out.println(line);
            }
            System.out.println(-a + " " + ~a + " " + (int) a + " " + (short) a + " " + (byte) a + " " + (int) (char) a + " " + Long.hashCode(a));
            System.out.println((a << 1) + " " + (a >> 33) + " " + (a >>> 63) + " " + (a << 64) + " " + (a >>> 65));
        }
        try {
            System.out.println(values[1] % values[0]);
        } catch (ArithmeticException e) {
            System.out.println(e.getMessage());
        }
        try {
            Math.multiplyExact(Long.MAX_VALUE, values[3]);
        } catch (ArithmeticException e) {
            System.out.println(e.getMessage());
        }
        System.out.println(Math.multiplyHigh(Long.MAX_VALUE, 12345678901L) + " " + Long.divideUnsigned(-1, 10) + " " + Long.toUnsignedString(-2));
        System.out.println(Long.parseLong("-9223372036854775808") + " " + Long.toString(Long.MAX_VALUE, 36) + " " + Long.toBinaryString(-5L));
        long sum = 0;
        for (long l = Integer.MAX_VALUE - 2L; l < Integer.MAX_VALUE + 3L; l++) sum += l;
        System.out.println(sum);
    }
}
