/** StringBuilder and String methods at their edges. */
public class StringBuilders {
    static void attempt(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
        }
    }

    public static void main(String[] args) {
        StringBuilder sb = new StringBuilder();
        sb.append(1).append('c').append(2.5f).append(3L).append(true).append((Object) null).append(new char[] {'x', 'y'}).append("abcdef", 1, 3).append((String) null);
        System.out.println(sb + " " + sb.length() + " " + sb.indexOf("null") + " " + sb.lastIndexOf("null") + " " + sb.charAt(3));
        sb.delete(0, 5).insert(2, "<>").replace(0, 2, "REPLACED").setCharAt(0, 'r');
        System.out.println(sb + " " + sb.reverse() + " " + sb.substring(3, 6));
        sb.setLength(2);
        sb.setLength(4);
        System.out.println(sb.toString().replace('\0', '0') + " " + sb.compareTo(new StringBuilder("x")));
        StringBuilder wide = new StringBuilder("latin");
        wide.append('\u4f60').appendCodePoint(0x1f600).insert(0, '\u03b1');
        System.out.println(wide + " " + wide.length() + " " + wide.codePointAt(7) + " " + wide.reverse());
        attempt(() -> sb.charAt(99));
        attempt(() -> sb.insert(9, "x"));
        attempt(() -> sb.deleteCharAt(-1));
        attempt(() -> sb.substring(3, 2));
        attempt(() -> sb.setLength(-1));
        attempt(() -> "abc".substring(-1));
        attempt(() -> "abc".repeat(-1));
        String text = "The quick brown fox";
        System.out.println(text.indexOf("quick") + " " + text.indexOf('o', 13) + " " + text.lastIndexOf("o") + " " + text.startsWith("quick", 4) + " " + text.endsWith("") + " " + text.contains("brown") + " " + text.charAt(4));
        System.out.println(String.join("|", text.split(" ", 2)) + " " + "a,b,,c,,".split(",").length + " " + "a,b,,c,,".split(",", -1).length + " " + "".split(",").length + " " + " a b ".split(" ").length);
        System.out.println("b".compareTo("abc") + " " + "a".compareTo("abc") + " " + "A".equalsIgnoreCase("a") + " " + "abc".regionMatches(true, 1, "xBC", 1, 2) + " " + "x".concat("y") + " " + "tEST".substring(1).toLowerCase());
        System.out.println("  \t trim\n".trim() + "|" + "\u2003strip\u2003".strip() + "|" + "  x ".stripLeading() + "|" + " x ".stripTrailing() + "|" + "a\nb\r\nc".lines().toList() + "|" + "a\tb\\n".translateEscapes().length() + "|" + " x\n  y".indent(2).length());
        System.out.println("abc".chars().sum() + " " + String.valueOf(new char[] {'o', 'k'}) + " " + "a-b-c".replaceFirst("-", "+") + " " + new String(new byte[] {72, 105}, java.nio.charset.StandardCharsets.US_ASCII) + " " + "é€😀".getBytes(java.nio.charset.StandardCharsets.UTF_8).length + " " + "é€😀".getBytes(java.nio.charset.StandardCharsets.UTF_16).length + " " + new String(new byte[] {(byte) 0xff, 65}, java.nio.charset.StandardCharsets.UTF_8));
        StringBuffer buffer = new StringBuffer("sync");
        System.out.println(buffer.append(1).reverse() + " " + "x".equals(buffer) + " " + "1cnys".contentEquals(buffer) + " " + "%d%%".formatted(5));
    }
}
