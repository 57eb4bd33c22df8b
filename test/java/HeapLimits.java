import java.util.ArrayList;
import java.util.List;
import java.util.Scanner;

/** Does what its input says: `fill N` keeps N MiB more or says that there is no room for them, `drop` lets all go, `max`
 *  tells whether the heap's limit is what it was at first. */
public class HeapLimits {
    private static final int MEBIBYTE = 1 << 20;

    public static void main(String[] arguments) {
        List<byte[]> kept = new ArrayList<>();
        long first = Runtime.getRuntime().maxMemory();
        Scanner input = new Scanner(System.in);
        while (input.hasNext()) {
            switch (input.next()) {
                case "fill" -> fill(kept, input.nextInt());
                case "drop" -> {
                    kept.clear();
                    System.out.println("dropped");
                }
                default -> {
                    long max = Runtime.getRuntime().maxMemory();
                    System.out.println(max == first ? "the limit at first" : max / MEBIBYTE + " MiB");
                }
            }
        }
        System.out.println("end");
    }

    private static void fill(List<byte[]> kept, int count) {
        int before = kept.size();
        try {
            for (int i = 0; i < count; i++) kept.add(new byte[MEBIBYTE]);
            System.out.println("kept " + count);
        } catch (OutOfMemoryError e) {
            while (kept.size() > before) kept.remove(kept.size() - 1);
            System.out.println("no room: " + e.getMessage());
        }
    }
}
