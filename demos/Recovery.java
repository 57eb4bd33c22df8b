import rjvm.NodeFailureException;
import rjvm.Preserve;
import rjvm.Recoverable;
import rjvm.ReintegrationException;
import rjvm.Replication;

/**
 * What a program may do with rjvm's API. Objects go back to what they were when a try statement fails; and the loss of a
 * replica is an exception that is caught where the program wants to know of it.
 *
 * <p>{@code java} runs it as well, with the API's classes on its class path. There nothing is preserved.
 */
public class Recovery {
    /** The machine keeps the balances: the transfer that fails half-way leaves no trace. */
    @Preserve
    static class Bank {
        private final int[] balances = {100, 100, 100};

        boolean transfer(int from, int to, int amount) {
            try {
                balances[to] += amount;
                if (balances[from] < amount) throw new IllegalStateException("not enough money");
                balances[from] -= amount;
                return true;
            } catch (IllegalStateException e) {
                System.out.println("refused: " + e.getMessage());
                return false;
            }
        }

        int sum() {
            int sum = 0;
            for (int balance : balances) sum += balance;
            return sum;
        }
    }

    /** Says itself what there is to keep. */
    static class Editor implements Recoverable {
        private final StringBuilder text = new StringBuilder("draft");
        private int savedLength;

        @Override
        public void saveObjectState() {
            savedLength = text.length();
        }

        @Override
        public void restoreObjectState() {
            text.setLength(savedLength);
        }

        void append(String more, int number) {
            try {
                text.append(more);
                text.append(100 / number);
            } catch (ArithmeticException e) {
                System.out.println("not appended: " + e.getMessage());
            }
        }
    }

    /** So many rounds of work; one in which something happens to the replicas is done again, unless it is done already. */
    static void work(int rounds) throws InterruptedException {
        for (int round = 1; round <= rounds; ) {
            try {
                while (round <= rounds) {
                    long sum = 0;
                    for (int i = 0; i < 100_000; i++) sum += i % round;
                    Thread.sleep(10);
                    String line = "round " + round + ": " + sum;
                    // A call of the library is not cut short: what is counted here is printed.
                    round++;
                    System.out.println(line);
                }
            } catch (NodeFailureException e) {
                System.out.println("lost " + e.replica() + ", degraded: " + Replication.isDegraded());
            } catch (ReintegrationException e) {
                System.out.println("joined " + e.replica() + ", degraded: " + Replication.isDegraded());
            }
        }
    }

    public static void main(String[] words) throws InterruptedException {
        Bank bank = new Bank();
        bank.transfer(0, 1, 60);
        bank.transfer(0, 2, 60);
        System.out.println("after: " + bank.sum());
        Editor editor = new Editor();
        editor.append(" ", 5);
        editor.append(" and ", 0);
        System.out.println("after: " + editor.text);
        System.out.println("replicas: " + Replication.replicaCount());
        work(words.length == 0 ? 20 : Integer.parseInt(words[0]));
    }
}
