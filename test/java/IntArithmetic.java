/** int: overflow, division edges, shifts, bit operations, compound assignment. */
public class IntArithmetic {
    static int id(int x) {
        return x;
    }

    public static void main(String[] args) {
        int[] values = {0, 1, -1, 7, -7, 46341, Integer.MAX_VALUE, Integer.MIN_VALUE, 0x12345678};
        for (int a : values) {
            for (int b : values) {
                StringBuilder line = new StringBuilder();
                line.append(a + b).append(' ').append(a - b).append(' ').append(a * b).append(' ');
                if (b != 0) line.append(a / b).append(' ').append(a % b).append(' ');
                line.append(a & b).append(' ').append(a | b).append(' ').append(a ^ b).append(' ');
                line.append(a << b).append(' ').append(a >> b).append(' ').append(a >>> b).append(' ');
                line.append(a < b).append(a <= b).append(a > b).append(a >= b).append(a == b).append(a != b);
                System.out.println(line);
            }
            System.out.println(-a + " " + ~a + " " + Math.abs(a) + " " + Integer.compare(a, 3) + " " + Integer.signum(a));
        }
        int i = Integer.MAX_VALUE;
        i++;
        i += 3.7;
        System.out.println(i);
        byte b = (byte) 200;
        b += 100;
        short s = (short) 40000;
        s >>>= 1;
        char c = 'z';
        c++;
        c += 1;
        System.out.println(b + " " + s + " " + (int) c + " " + c + " " + (b++ + ++b));
        System.out.println(id(5) / id(2) * id(2) + id(5) % id(2) + " " + (id(-5) / 2) + " " + (id(-5) % 2) + " " + Math.floorDiv(-5, 2) + " " + Math.floorMod(-5, 2));
        try {
            System.out.println(id(1) / id(0));
        } catch (ArithmeticException e) {
            System.out.println(e.getMessage());
        }
        try {
            Math.addExact(Integer.MAX_VALUE, id(1));
        } catch (ArithmeticException e) {
            System.out.println(e.getMessage());
        }
        for (String text : new String[] {"2147483647", "-2147483648", "2147483648", "+5", "", "0x1F"}) {
            try {
                System.out.println(Integer.parseInt(text));
            } catch (NumberFormatException e) {
                System.out.println(e.getMessage());
            }
        }
        System.out.println(Integer.decode("0x1F") + " " + Integer.parseUnsignedInt("4294967295") + " " + Integer.toUnsignedString(-1) + " " + Integer.divideUnsigned(-1, 3) + " " + Integer.remainderUnsigned(-1, 7));
    }
}
