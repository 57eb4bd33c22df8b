/**
 * Transfers between accounts by several threads at once: with a lock the total never changes; without one, updates may
 * be lost. How many is up to the scheduling, but on a replicated machine it is the same on every replica.
 */
public class Bank {
    static final int ACCOUNTS = 8;
    static final int TRANSFERS = 10_000;
    static final int START = 1_000;

    final long[] balances = new long[ACCOUNTS];

    Bank() {
        java.util.Arrays.fill(balances, START);
    }

    void racyTransfer(int from, int to, int amount) {
        long source = balances[from];
        long target = balances[to];
        balances[from] = source - amount;
        balances[to] = target + amount;
    }

    synchronized void safeTransfer(int from, int to, int amount) {
        racyTransfer(from, to, amount);
    }

    long total() {
        long sum = 0;
        for (long balance : balances) sum += balance;
        return sum;
    }

    static Bank run(boolean safe) throws InterruptedException {
        Bank bank = new Bank();
        Thread[] clerks = new Thread[3];
        for (int c = 0; c < clerks.length; c++) {
            int seed = c + 1;
            clerks[c] = new Thread(() -> {
                int random = seed * 7919;
                for (int i = 0; i < TRANSFERS; i++) {
                    random = random * 1103515245 + 12345;
                    int from = (random >>> 16) % ACCOUNTS;
                    // Never to itself: a transfer within one account would change the total even under the lock.
                    int to = (from + 1 + (random >>> 20) % (ACCOUNTS - 1)) % ACCOUNTS;
                    int amount = (random >>> 8) % 10;
                    if (safe) bank.safeTransfer(from, to, amount);
                    else bank.racyTransfer(from, to, amount);
                }
            });
        }
        for (Thread clerk : clerks) clerk.start();
        for (Thread clerk : clerks) clerk.join();
        return bank;
    }

    public static void main(String[] args) throws InterruptedException {
        Bank safe = run(true);
        System.out.println("with a lock: total " + safe.total() + ", balances " + java.util.Arrays.toString(safe.balances));
        Bank racy = run(false);
        System.out.println("without: total " + racy.total() + ", off by " + (racy.total() - ACCOUNTS * START));
    }
}
