import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;

/** Exact arithmetic: factorials, modular powers, primes, pi to fifty digits. */
public class BigNumbers {
    static BigInteger factorial(int n) {
        BigInteger product = BigInteger.ONE;
        for (int i = 2; i <= n; i++) product = product.multiply(BigInteger.valueOf(i));
        return product;
    }

    /** arctan(1/x) by its series, for Machin's formula. */
    static BigDecimal arctanOfInverse(int x, int digits) {
        BigDecimal square = BigDecimal.valueOf((long) x * x);
        BigDecimal power = BigDecimal.ONE.divide(BigDecimal.valueOf(x), digits, RoundingMode.DOWN);
        BigDecimal sum = power;
        for (int i = 1; power.signum() != 0; i++) {
            power = power.divide(square, digits, RoundingMode.DOWN);
            BigDecimal term = power.divide(BigDecimal.valueOf(2L * i + 1), digits, RoundingMode.DOWN);
            sum = i % 2 == 0 ? sum.add(term) : sum.subtract(term);
        }
        return sum;
    }

    public static void main(String[] args) {
        System.out.println("50! = " + factorial(50));
        System.out.println("digits of 300!: " + factorial(300).toString().length());
        BigInteger mersenne = BigInteger.TWO.pow(127).subtract(BigInteger.ONE);
        System.out.println("2^127-1 = " + mersenne + ", hex " + mersenne.toString(16) + ", bits " + mersenne.bitLength());
        System.out.println("3^1000 mod 2^127-1 = " + BigInteger.valueOf(3).modPow(BigInteger.valueOf(1000), mersenne));
        System.out.println("gcd " + factorial(20).gcd(BigInteger.valueOf(1L << 40)) + ", next prime " + BigInteger.valueOf(1_000_000).nextProbablePrime());
        BigInteger[] parts = factorial(25).negate().divideAndRemainder(new BigInteger("12345678901234567"));
        System.out.println("divided: " + parts[0] + " rest " + parts[1]);
        BigDecimal pi = arctanOfInverse(5, 60).multiply(BigDecimal.valueOf(16)).subtract(arctanOfInverse(239, 60).multiply(BigDecimal.valueOf(4)));
        System.out.println("pi = " + pi.setScale(50, RoundingMode.DOWN));
        System.out.println(new BigDecimal("0.1").add(new BigDecimal("0.2")) + " but " + (0.1 + 0.2));
        System.out.println(new BigDecimal(0.1));
        System.out.println(BigDecimal.TEN.divide(BigDecimal.valueOf(7), MathContext.DECIMAL64) + " " + new BigDecimal("1E+5").toPlainString());
        System.out.println(new BigDecimal("2.0").equals(new BigDecimal("2.00")) + " " + new BigDecimal("2.0").compareTo(new BigDecimal("2.00")));
        try {
            BigDecimal.ONE.divide(BigDecimal.valueOf(3));
        } catch (ArithmeticException e) {
            System.out.println(e.getMessage());
        }
    }
}
