import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Strings: builders, formatting, regular expressions, text blocks, characters beyond ASCII. */
public class Strings {
    static void builders() {
        StringBuilder builder = new StringBuilder("replica");
        builder.insert(0, "the ").append('s').append(' ').append(2).append(' ').append(3.5).append(true);
        System.out.println(builder + " / " + builder.length());
        System.out.println(new StringBuilder("never odd or even").reverse());
        builder.setLength(3);
        System.out.println(builder.append("|").deleteCharAt(0).replace(0, 1, "__"));
        System.out.println("ab".repeat(5) + " " + String.join("-", "x", "y", "z") + " " + "  trim ".strip() + ".");
    }

    static void formatting() {
        System.out.println(String.format("%5d|%-5d|%05d|%,d|%+d|%x|%X|%o", 42, 42, 42, 1234567, 42, 255, 255, 8));
        System.out.println(String.format(Locale.ROOT, "%.3f|%10.2f|%e|%g|%a", Math.PI, -2.5, 12345.678, 0.0001, 1.0));
        System.out.println(String.format("%s|%10s|%-10s|%.2s|%c|%b|%%|%n", "str", "right", "left", "cut", 'c', true).trim());
        System.out.println("%2$s %1$s".formatted("world", "hello"));
    }

    static void patterns() {
        Matcher matcher = Pattern.compile("(?<year>\\d{4})-(?<month>\\d\\d)-(\\d\\d)").matcher("from 2001-02-03 to 2010-11-12");
        while (matcher.find()) {
            System.out.println(matcher.group() + " year " + matcher.group("year") + " day " + matcher.group(3) + " at " + matcher.start());
        }
        System.out.println(Arrays.toString("a1b22c333d".split("\\d+")));
        System.out.println("The Quick Brown".replaceAll("(\\w)(\\w*)", "$2$1"));
        System.out.println("one  two\tthree".replaceAll("\\s+", " ") + " " + "x.y.z".replace(".", "/"));
        System.out.println("aaa".matches("a{2,3}") + " " + "aaaa".matches("a{2,3}"));
    }

    static void characters() {
        String text = "na\u00efve \u03b1\u03b2\u03b3 \u4f60\u597d \ud83d\ude00";
        System.out.println(text + " " + text.length() + " chars, " + text.codePointCount(0, text.length()) + " code points");
        System.out.println(text.toUpperCase(Locale.ROOT) + " " + text.indexOf('\u03b3') + " " + text.hashCode());
        text.codePoints().filter(c -> c > 127).forEach(c -> System.out.print(Integer.toHexString(c) + " "));
        System.out.println();
        System.out.println("stra\u00dfe".toUpperCase(Locale.ROOT) + " " + "TITLE".toLowerCase(Locale.ROOT) + " " + "Abc".compareToIgnoreCase("aBD"));
        System.out.println(Character.isLetter('\u00e9') + " " + Character.getNumericValue('7') + " " + (char) ('a' + 2));
    }

    static void textBlocks() {
        String block = """
            {
              "name": "rjvm",
              "replicas": 2\t\
            }
            """;
        System.out.print(block);
        System.out.println(block.lines().count() + " lines, blank: " + "  ".isBlank());
    }

    public static void main(String[] args) {
        builders();
        formatting();
        patterns();
        characters();
        textBlocks();
        String interned = new String("literal").intern();
        System.out.println("interned: " + (interned == "literal") + ", equal: " + "literal".equals(new String("literal")));
    }
}
