/** Prints as many short lines as it is told to: the cost of an output. */
public class ManyLines {
    public static void main(String[] args) {
        int lines = Integer.parseInt(args[0]);
        for (int line = 0; line < lines; line++) System.out.println("line " + line);
    }
}
