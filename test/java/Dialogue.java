import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;

/** Asks at a terminal and answers, while another thread counts the time; after the line "pause" it asks later. */
public class Dialogue {
    static volatile int ticks;

    static void tick() {
        try {
            for (;;) {
                Thread.sleep(2);
                ticks++;
            }
        } catch (InterruptedException end) {
            System.out.println("interrupted");
        }
    }

    /** Whether the other thread goes on meanwhile. */
    static boolean passes(int before) throws InterruptedException {
        for (int i = 0; i < 10_000 && ticks == before; i++) Thread.sleep(1);
        return ticks > before;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        Thread ticker = new Thread(Dialogue::tick);
        ticker.setDaemon(true);
        ticker.start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("hook")));
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        for (int number = 1; ; number++) {
            System.out.print(number + "? ");
            System.out.flush();
            int before = ticks;
            String line = in.readLine();
            if (line == null) break;
            System.out.println("[" + line + "] " + passes(before));
            if (line.equals("pause")) Thread.sleep(500);
        }
        System.out.println("end");
    }
}
