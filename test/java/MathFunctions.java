/** StrictMath over many arguments: exact bits, folded into a hash, and some values to look at. */
public class MathFunctions {
    interface Function {
        double of(double x);
    }

    static void check(String name, Function function) {
        long hash = 17;
        for (int i = -60; i <= 60; i++) {
            double x = i * 0.37 + (i % 7) * 13.1;
            hash = hash * 31 + Double.doubleToLongBits(function.of(x));
        }
        for (double x : new double[] {0.0, -0.0, 1e-300, 1e300, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            hash = hash * 31 + Double.doubleToLongBits(function.of(x));
        }
        System.out.println(name + " " + Long.toHexString(hash) + " " + function.of(0.75));
    }

    public static void main(String[] args) {
        check("sin", StrictMath::sin);
        check("cos", StrictMath::cos);
        check("tan", StrictMath::tan);
        check("asin", StrictMath::asin);
        check("acos", StrictMath::acos);
        check("atan", StrictMath::atan);
        check("exp", StrictMath::exp);
        check("log", StrictMath::log);
        check("log10", StrictMath::log10);
        check("sqrt", StrictMath::sqrt);
        check("cbrt", StrictMath::cbrt);
        check("sinh", StrictMath::sinh);
        check("cosh", StrictMath::cosh);
        check("tanh", StrictMath::tanh);
        check("expm1", StrictMath::expm1);
        check("log1p", StrictMath::log1p);
        check("pow", x -> StrictMath.pow(x, 2.5));
        check("pow2", x -> StrictMath.pow(1.7, x));
        check("atan2", x -> StrictMath.atan2(x, 0.3));
        check("hypot", x -> StrictMath.hypot(x, 3));
        check("remainder", x -> StrictMath.IEEEremainder(x, 0.7));
        check("scalb", x -> Math.scalb(x, 5));
        check("nextUp", Math::nextUp);
    }
}
