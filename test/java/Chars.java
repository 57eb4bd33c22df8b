/** char arithmetic and the Character class. */
public class Chars {
    public static void main(String[] args) {
        char c = 'a';
        c += 2;
        System.out.println(c + " " + (c + 1) + " " + (char) (c + 1) + " " + (c++ + c--) + " " + (int) Character.MAX_VALUE);
        char wrapped = Character.MAX_VALUE;
        wrapped++;
        System.out.println((int) wrapped + " " + (char) -1 / 2 + " " + ('b' - 'a') + " " + ('a' < 98));
        StringBuilder caesar = new StringBuilder();
        for (char letter : "Hello, World".toCharArray()) {
            if (Character.isUpperCase(letter)) caesar.append((char) ((letter - 'A' + 13) % 26 + 'A'));
            else if (Character.isLowerCase(letter)) caesar.append((char) ((letter - 'a' + 13) % 26 + 'a'));
            else caesar.append(letter);
        }
        System.out.println(caesar);
        for (int code : new int[] {'A', '9', ' ', '\n', 0xdf, 0x3a9, 0x4e2d, 0x1f600, 0x10ffff, '_'}) {
            System.out.println(Integer.toHexString(code) + " " + Character.isLetter(code) + Character.isDigit(code) + Character.isWhitespace(code) + Character.isJavaIdentifierStart(code)
                + " " + Character.getType(code) + " " + Integer.toHexString(Character.toLowerCase(code)) + " " + Integer.toHexString(Character.toUpperCase(code)) + " " + Character.charCount(code) + " " + Character.getNumericValue(code));
        }
        System.out.println(Character.digit('f', 16) + " " + Character.forDigit(11, 16) + " " + Character.isSurrogate('\ud800') + " " + Character.reverseBytes('\u1234') + " " + Character.getName('x'));
        int sum = 0;
        for (char x = 'a'; x <= 'z'; x++) sum += x;
        System.out.println(sum);
    }
}
