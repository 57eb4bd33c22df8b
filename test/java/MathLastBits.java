import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Random;

/** Math's own functions where the last bit of StrictMath's results is another one, and their special values. */
public class MathLastBits {
    static final double[] SPECIAL = {0.0, -0.0, 1, -1, 2, -3, 0.5, 1e300, -1e-300, Double.MIN_VALUE, Double.MIN_NORMAL,
        Double.MAX_VALUE, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 9007199254740993.0};

    static void everyday() {
        for (int years = 1; years <= 40; years++) {
            System.out.println(years + " " + 1000 * Math.pow(1.05, years) + " " + Math.exp(0.05 * years) + " " + Math.log(years)
                + " " + Math.log10(years) + " " + Math.pow(years, 1.0 / 3) + " " + Math.pow(0.93, years / 2.0));
        }
        for (int degrees = 0; degrees <= 360; degrees += 15) {
            double angle = Math.toRadians(degrees);
            System.out.println(degrees + " " + Math.sin(angle) + " " + Math.cos(angle) + " " + Math.tan(angle));
        }
        int others = 0;
        for (int i = 1; i < 2000; i++) {
            double x = i * 0.37;
            if (Math.log10(x) != StrictMath.log10(x)) others++;
            if (Math.log(x) != StrictMath.log(x)) others++;
        }
        System.out.println(others + " logarithms are others than StrictMath's");
    }

    static void special() {
        for (double x : SPECIAL) {
            StringBuilder powers = new StringBuilder();
            for (double y : SPECIAL) powers.append(Math.pow(x, y)).append(' ');
            System.out.println(x + ": " + powers);
            System.out.println(Math.sin(x) + " " + Math.cos(x) + " " + Math.tan(x) + " " + Math.exp(x) + " " + Math.log(x) + " "
                + Math.log10(x));
        }
        for (double x : new double[] {709.78, 709.79, -708.4, -720.5, -745.13, -745.14, 1e-20, -1e-9}) {
            System.out.println(Math.exp(x) + " " + Math.pow(2, x) + " " + Math.pow(10, x));
        }
    }

    static void fused() {
        Random random = new Random(5);
        long hash = 17;
        for (int i = 0; i < 20000; i++) {
            double a = i % 3 == 0 ? Double.longBitsToDouble(random.nextLong()) : random.nextGaussian();
            double b = i % 5 == 0 ? Double.longBitsToDouble(random.nextLong()) : random.nextGaussian() * 1e3;
            double c = i % 7 == 0 ? Double.longBitsToDouble(random.nextLong()) : i % 2 == 0 ? -a * b : random.nextGaussian();
            if (i % 11 == 0) c = -a * b * (1 + random.nextGaussian() * 0x1p-52);
            if (i % 13 == 0) b = 0x1p-1040 / a;
            hash = hash * 31 + Double.doubleToLongBits(Math.fma(a, b, c));
        }
        System.out.println("fma " + hash);
        for (int i = 0; i < 20000; i++) {
            float a = i % 3 == 0 ? Float.intBitsToFloat(random.nextInt()) : (float) random.nextGaussian();
            float b = i % 5 == 0 ? Float.intBitsToFloat(random.nextInt()) : (float) random.nextGaussian() * 1e3f;
            float c = i % 7 == 0 ? Float.intBitsToFloat(random.nextInt()) : i % 2 == 0 ? -a * b : (float) random.nextGaussian();
            if (i % 13 == 0) b = 0x1p-140f / a;
            hash = hash * 31 + Float.floatToIntBits(Math.fma(a, b, c));
        }
        System.out.println("fma of floats " + hash);
        for (double x : SPECIAL) {
            for (double y : SPECIAL) {
                for (double z : SPECIAL) hash = hash * 31 + Double.doubleToLongBits(Math.fma(x, y, z));
            }
            System.out.println(x + " " + hash + " " + Math.fma(x, 3, -x) + " " + Math.fma(x, 0x1p-60, 1));
        }
    }

    public static void main(String[] args) throws Exception {
        everyday();
        special();
        fused();
        for (String name : new String[] {"sin", "exp", "log10"}) {
            Method method = Math.class.getMethod(name, double.class);
            System.out.println(method + " " + Modifier.isNative(method.getModifiers()) + " " + method.invoke(null, 2.0));
        }
    }
}
