import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.text.MessageFormat;
import java.text.NumberFormat;
import java.util.Locale;

/** Formatting that depends on a locale: numbers, messages, upper and lower case. */
public class Locales {
    public static void main(String[] args) {
        double value = 1234567.891;
        System.out.println(String.format(Locale.ROOT, "%,.2f", value) + " " + String.format(Locale.US, "%,.2f", value) + " " + String.format(Locale.ENGLISH, "%,d", 9876543210L));
        System.out.println(NumberFormat.getInstance(Locale.US).format(value) + " " + NumberFormat.getPercentInstance(Locale.US).format(0.256));
        System.out.println(new DecimalFormat("#,##0.00;(#)", DecimalFormatSymbols.getInstance(Locale.ROOT)).format(-1234.5) + " " + new DecimalFormat("0.###E0", DecimalFormatSymbols.getInstance(Locale.ROOT)).format(12345));
        System.out.println(new MessageFormat("{0} has {1,number,integer} of {2}", Locale.ENGLISH).format(new Object[] {"Ann", 1234, "x"}));
        System.out.println("TITLE".toLowerCase(Locale.forLanguageTag("tr")).equals("title") + " " + "i".toUpperCase(Locale.ROOT) + " " + Locale.forLanguageTag("de-AT").getCountry() + " " + Locale.US + " " + Locale.ROOT.toLanguageTag());
        System.out.println(Locale.getDefault().getLanguage() + " " + String.format("%.1f", 2.5));
    }
}
