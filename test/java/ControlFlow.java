/** Labelled loops, every kind of switch, conditional expressions, evaluation order. */
public class ControlFlow {
    static int calls;

    static int next(String name) {
        System.out.print(name + " ");
        return ++calls;
    }

    static String tableSwitch(int n) {
        switch (n) {
            case -1: return "minus one";
            case 0:
            case 1: return "small";
            case 2: n += 10;
            case 3: return "through " + n;
            default: return "default";
        }
    }

    static String lookupSwitch(int n) {
        switch (n) {
            case Integer.MIN_VALUE: return "min";
            case -1000: return "minus thousand";
            case 50: return "fifty";
            case 1_000_000: return "million";
            case Integer.MAX_VALUE: return "max";
        }
        return "other";
    }

    static int stringSwitch(String text) {
        return switch (text) {
            case "Aa" -> 1;
            case "BB" -> 2; // the same hash code as "Aa"
            case "" -> 3;
            case "longer text" -> 4;
            default -> text.length();
        };
    }

    public static void main(String[] args) {
        outer:
        for (int i = 0; ; i++) {
            for (int j = 0; j < 10; j++) {
                if (j == 3) continue outer;
                if (i * j == 6) break outer;
                System.out.print(i * 10 + j + " ");
            }
        }
        System.out.println();
        for (int n = -3; n < 6; n++) System.out.print(tableSwitch(n) + ", ");
        System.out.println();
        for (int n : new int[] {Integer.MIN_VALUE, -1000, -999, 50, 1_000_000, Integer.MAX_VALUE}) System.out.print(lookupSwitch(n) + ", ");
        System.out.println();
        for (String text : new String[] {"Aa", "BB", "", "longer text", "C#", "AaBB"}) System.out.print(stringSwitch(text) + ", ");
        System.out.println();
        int[] array = new int[4];
        int index = 0;
        array[index++] = array[index] = index = 2;
        System.out.println(java.util.Arrays.toString(array) + " " + index);
        int result = next("a") + next("b") * next("c");
        System.out.println(result);
        boolean both = next("d") > 100 && next("e") > 0;
        boolean either = next("f") > 0 || next("g") > 0;
        boolean strict = next("h") > 100 & next("i") > 0;
        System.out.println(both + " " + either + " " + strict + " " + calls);
        int k = 5;
        k = k++ + ++k;
        do {
            k -= 4;
        } while (k > 0);
        System.out.println(k + " " + (k < 0 ? k > -5 ? "near" : "far" : "none"));
        block: {
            if (k < 0) break block;
            System.out.println("not reached");
        }
        try {
            String none = args.length == 0 ? null : "";
            switch (none) {
                case "x" -> System.out.println("x");
                default -> System.out.println("default");
            }
        } catch (NullPointerException e) {
            System.out.println("switch on null");
        }
    }
}
