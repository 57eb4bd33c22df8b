import java.util.ArrayList;
import java.util.List;

/** A full heap: OutOfMemoryError is thrown, caught, and survived. Run with a small -Xmx. */
public class OutOfMemory {
    public static void main(String[] args) {
        try {
            int[] tooLarge = new int[Integer.MAX_VALUE];
            System.out.println(tooLarge.length);
        } catch (OutOfMemoryError e) {
            System.out.println("one large array: " + e.getMessage());
        }
        List<byte[]> hoard = new ArrayList<>();
        try {
            while (true) hoard.add(new byte[1 << 20]);
        } catch (OutOfMemoryError e) {
            int count = hoard.size();
            hoard = null;
            System.out.println("many arrays: " + e.getMessage() + ", some fitted: " + (count > 3));
        }
        long sum = 0;
        for (int i = 0; i < 200; i++) sum += new byte[1 << 20].length;
        System.out.println("collected and reused: " + sum);
    }
}
