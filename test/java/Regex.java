import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Regular expressions: groups, quantifiers, lookaround, back references, flags, replacement, errors. */
public class Regex {
    static void find(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        StringBuilder found = new StringBuilder();
        while (matcher.find()) {
            found.append('[').append(matcher.start()).append('-').append(matcher.end());
            for (int g = 1; g <= matcher.groupCount(); g++) found.append(' ').append(matcher.group(g));
            found.append(']');
        }
        System.out.println(pattern + " in " + text + ": " + found);
    }

    public static void main(String[] args) {
        find("a*?b", "aabab");
        find("(a|ab)(c|bcd)(d*)", "abcd");
        find("(\\w)\\1", "hello book");
        find("(?<=\\$)\\d+(?!\\d|\\.)", "$12 $3.5 4 $77");
        find("(?i)straSSe", "STRASSE strasse");
        find("^\\w+$", "one\ntwo");
        find("(?m)^\\w+$", "one\ntwo");
        find("[a-f&&[^c]]+", "abcdefg");
        find("\\p{Lu}\\p{L}*", "Ärger und Über 10");
        find("(x+x+)+y", "xxxxxxxxxxy");
        find("(?:ab){2,3}+", "abababab");
        find("\\bcat\\b", "cat concat cat.");
        System.out.println("2024-05-06".replaceAll("(\\d+)-(\\d+)-(\\d+)", "$3.$2.$1") + " " + Matcher.quoteReplacement("$1\\"));
        System.out.println(Pattern.compile("\\d").matcher("a1b2").replaceAll(m -> "<" + m.group() + ">"));
        System.out.println(Arrays.toString(Pattern.compile("\\s*,\\s*").split("a , b,c ,d")) + Pattern.matches("[^\\d]+", "abc"));
        Matcher matcher = Pattern.compile("(?<key>\\w+)=(?<value>\\w*)").matcher("k=v");
        System.out.println(matcher.matches() + " " + matcher.group("key") + matcher.start("value") + " " + matcher.hitEnd() + " " + matcher.toMatchResult().groupCount());
        try {
            Pattern.compile("(unclosed[");
        } catch (PatternSyntaxException e) {
            System.out.println(e.getMessage());
        }
        try {
            matcher.reset("zzz").group();
        } catch (IllegalStateException e) {
            System.out.println(e.getMessage());
        }
    }
}
