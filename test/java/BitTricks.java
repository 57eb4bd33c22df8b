/** Bit counting, rotation, reversal and other bit operations on int and long. */
public class BitTricks {
    public static void main(String[] args) {
        int[] ints = {0, 1, -1, 0x0f0f0f0f, Integer.MIN_VALUE, 0x12345678, 6};
        for (int x : ints) {
            System.out.println(Integer.bitCount(x) + " " + Integer.numberOfLeadingZeros(x) + " " + Integer.numberOfTrailingZeros(x) + " " + Integer.reverse(x) + " " + Integer.reverseBytes(x)
                + " " + Integer.rotateLeft(x, 5) + " " + Integer.rotateRight(x, 37) + " " + Integer.highestOneBit(x) + " " + Integer.lowestOneBit(x) + " " + Integer.toBinaryString(x) + " " + Integer.toOctalString(x) + " " + Integer.toHexString(x) + " " + (x & -x) + " " + (x & x - 1));
        }
        long[] longs = {0, 1, -1, 0x0f0f0f0f0f0f0f0fL, Long.MIN_VALUE, 0x123456789abcdefL};
        for (long x : longs) {
            System.out.println(Long.bitCount(x) + " " + Long.numberOfLeadingZeros(x) + " " + Long.numberOfTrailingZeros(x) + " " + Long.reverse(x) + " " + Long.reverseBytes(x)
                + " " + Long.rotateLeft(x, 5) + " " + Long.rotateRight(x, 37) + " " + Long.highestOneBit(x) + " " + Long.toHexString(x) + " " + Long.signum(x));
        }
        int a = 5, b = 9;
        a ^= b;
        b ^= a;
        a ^= b;
        System.out.println(a + " " + b + " " + (a & 0x7fffffff) % 3 + " " + ((a ^ b) < 0) + " " + (1 << 33) + " " + (1L << 33) + " " + (-1 >>> 28) + " " + (-1L >>> 60) + " " + ((byte) -1 >>> 4));
        long packed = (long) -7 << 32 | 12345 & 0xffffffffL;
        System.out.println((int) (packed >> 32) + " " + (int) packed);
    }
}
