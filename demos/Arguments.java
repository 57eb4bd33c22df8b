/** Prints its arguments, one a line, in quotes so that empty ones and blanks can be seen. */
public class Arguments {
    public static void main(String[] args) {
        System.out.println(args.length + " argument(s)");
        for (int i = 0; i < args.length; i++) {
            System.out.println(i + ": \"" + args[i] + "\"");
        }
    }
}
