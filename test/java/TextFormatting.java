import java.util.IllegalFormatException;
import java.util.Locale;
import java.util.UUID;

/** Formatter: every conversion, flags, widths, precisions, indexes and errors. */
public class TextFormatting {
    static void attempt(String pattern, Object... arguments) {
        try {
            System.out.println(pattern + " -> [" + String.format(Locale.ROOT, pattern, arguments) + "]");
        } catch (IllegalFormatException e) {
            System.out.println(pattern + " -> " + e.getClass().getSimpleName() + ": " + e.getMessage());
        }
    }

    public static void main(String[] args) {
        attempt("%d %d %d %d", (byte) -1, (short) 2, 3, 4L);
        attempt("%8d|%-8d|%08d|%+d|% d|%(d|%,d", 42, 42, 42, 42, 42, -42, 1234567);
        attempt("%x %X %#x %o %#o %x", 255, 255, 255, 8, 8, -1L);
        attempt("%f %.0f %.3f %10.1f %-10.2f| %+.1e %g %G", 1.5, 2.5, Math.E, 9.99, 1.0, 12345.678, 1e-5, 1e10);
        attempt("%e %.2e %a %h", 0.0, 123456.0, 0.1, "hash");
        attempt("%s %S %10s %-10s| %.3s %s", "a", "upper", "r", "l", "abcdef", null);
        attempt("%c %C %c %b %B %b %b", 'c', 'd', 0x1f600, true, false, null, "x");
        attempt("%2$s %1$s %<s %s %n%%", "one", "two");
        attempt("%s %s %s", new int[0].length, java.util.List.of(1), 2.0f);
        attempt("%tY-%<tm-%<td %<tH:%<tM", java.time.LocalDateTime.of(2021, 3, 4, 5, 6));
        attempt("%s", new UUID(1, 2));
        attempt("%f %f %f", Double.NaN, Double.POSITIVE_INFINITY, -0.0);
        attempt("%d", "not a number");
        attempt("%s %s", "one");
        attempt("%q", 1);
        attempt("%.2d", 1);
        attempt("%-d", 1);
        attempt("%,x", 1);
        attempt("%d %s", new java.math.BigInteger("123456789012345678901"), new java.math.BigDecimal("1.50"));
        attempt("%.2f", new java.math.BigDecimal("2.345"));
        System.out.printf("%s%n", "printf");
        System.out.format("%5.1f|%n", 3.14159);
    }
}
