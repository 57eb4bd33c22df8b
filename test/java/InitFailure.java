/** The main class's own static initialiser fails: the launcher reports it. */
public class InitFailure {
    static int[] table = new int[-5];

    public static void main(String[] args) {
        System.out.println("never printed");
    }
}
