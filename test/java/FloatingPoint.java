/** float and double: NaN, infinities, signed zeros, subnormals, remainders, comparison, printing. */
public class FloatingPoint {
    static String compare(double a, double b) {
        return (a < b ? "<" : "") + (a > b ? ">" : "") + (a == b ? "=" : "") + (a != b ? "!" : "") + (a <= b ? "l" : "") + (a >= b ? "g" : "") + (!(a < b) ? "n" : "");
    }

    static String compare(float a, float b) {
        return (a < b ? "<" : "") + (a > b ? ">" : "") + (a == b ? "=" : "") + (a != b ? "!" : "") + (a <= b ? "l" : "") + (a >= b ? "g" : "") + (!(a > b) ? "n" : "");
    }

    public static void main(String[] args) {
        double[] doubles = {0.0, -0.0, 1.0, -2.5, 0.1, 1e308, Double.MIN_VALUE, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
        for (double a : doubles) {
            for (double b : doubles) {
                System.out.println(a + " " + b + ": " + (a + b) + " " + (a - b) + " " + (a * b) + " " + (a / b) + " " + (a % b) + " " + compare(a, b) + " " + Double.compare(a, b) + " " + Math.min(a, b) + " " + Math.max(a, b));
            }
            System.out.println(-a + " " + Long.toHexString(Double.doubleToLongBits(a)) + " " + Double.hashCode(a) + " " + Math.ulp(a) + " " + Math.rint(a) + " " + Math.round(a) + " " + Math.floor(a) + " " + Math.ceil(a) + " " + Math.signum(a));
        }
        float[] floats = {0f, -0f, 1.1f, 3.4e38f, Float.MIN_VALUE, Float.NaN, Float.NEGATIVE_INFINITY};
        for (float a : floats) {
            for (float b : floats) {
                System.out.println((a + b) + " " + (a - b) + " " + (a * b) + " " + (a / b) + " " + (a % b) + " " + compare(a, b));
            }
            System.out.println(-a + " " + Integer.toHexString(Float.floatToIntBits(a)) + " " + (double) a);
        }
        System.out.println((0.1f + 0.2f) + " " + (0.1 + 0.2) + " " + 1.0f / 3 + " " + 1.0 / 3 + " " + 100.0f + " " + 1e7 + " " + 1e-3 + " " + 1.0E-4 + " " + 123456789.0f + " " + 2e-3f);
        System.out.println(1.0e23 + " " + 2.2250738585072014E-308 + " " + 9007199254740993.0 + " " + 4.35 * 100 + " " + 1.1f * 1.1f + " " + (double) (1.1f * 1.1f));
        System.out.println(Double.parseDouble("1e400") + " " + Double.parseDouble("-.5") + " " + Double.parseDouble("0x1.8p1") + " " + Float.parseFloat("1e-50") + " " + Double.toHexString(0.1));
        try {
            Double.parseDouble("one");
        } catch (NumberFormatException e) {
            System.out.println(e.getMessage());
        }
        double sum = 0;
        for (int i = 0; i < 1000; i++) sum += 0.001;
        float product = 1;
        for (int i = 0; i < 100; i++) product *= 1.01f;
        System.out.println(sum + " " + product + " " + Math.fma(2.0, 3.0, 4.0) + " " + Math.sqrt(2) + " " + Math.cbrt(27) + " " + Math.hypot(3, 4));
    }
}
