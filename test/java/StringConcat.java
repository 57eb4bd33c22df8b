/** Concatenation of every type with strings, constants folded or not, null, and += forms. */
public class StringConcat {
    static int calls;

    static String side(String text) {
        calls++;
        return text;
    }

    static class Printable {
        @Override
        public String toString() {
            return "Printable" + calls;
        }
    }

    static class NullString {
        @Override
        public String toString() {
            return null;
        }
    }

    public static void main(String[] args) {
        boolean z = true;
        byte b = -5;
        short s = 300;
        char c = 'q';
        int i = -2147483648;
        long l = Long.MAX_VALUE;
        float f = 1.25f;
        double d = -0.0;
        String none = null;
        Object object = null;
        char[] chars = {'x'};
        System.out.println("all: " + z + b + s + c + i + l + f + d + none + object + new Printable() + new NullString());
        System.out.println(1 + 2 + "3" + 4 + 5 + 'c' + ('c' + 1) + (char) ('c' + 1) + 1L + 1.0f + 1e10);
        System.out.println(c + i + "" + c + s + (c + s));
        String text = "a";
        text += 1;
        text += 'b';
        text += null;
        text += 2.5;
        text += side("x") + side("y") + calls;
        System.out.println(text + " " + chars.length + "\u0001\u0002" + none);
        Object o = "object";
        o += "plus";
        System.out.println(o + "" + z + z);
        String many = "" + i + l + z + c + i + l + z + c + i + l + z + c + i + l + z + c + i + l + z + c + i + l + z + c + i + l + z + c;
        System.out.println(many.length() + " " + many.hashCode());
        System.out.println("non-latin " + "\u4f60" + i + 'é' + "\ud83d\ude00" + c);
        String[] array = {"p", "q"};
        int index = 0;
        array[index++] += "suffix" + index;
        System.out.println(array[0] + array[1] + index);
    }
}
