/** Exhausted stacks: caught, usable again afterwards, in another thread, and through finally blocks. */
public class StackOverflow {
    static int depth;
    static int unwound;

    static int recurse(int a, long b, double c) {
        depth++;
        return recurse(a + 1, b, c) + 1;
    }

    static void withFinally() {
        try {
            withFinally();
        } finally {
            unwound++;
        }
    }

    public static void main(String[] args) throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            depth = 0;
            try {
                recurse(0, 1L, 2.0);
            } catch (StackOverflowError e) {
                System.out.println("caught " + (depth > 300) + " " + e.getMessage() + " " + e.getStackTrace()[5].getMethodName());
            }
        }
        Thread thread = new Thread(() -> {
            try {
                recurse(0, 1L, 2.0);
            } catch (StackOverflowError e) {
                System.out.println("caught in a thread");
            }
        });
        thread.start();
        thread.join();
        try {
            withFinally();
        } catch (StackOverflowError e) {
            System.out.println("finally blocks ran: " + (unwound > 300));
        }
        System.out.println("still alive");
    }
}
