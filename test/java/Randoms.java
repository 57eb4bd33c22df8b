import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.UUID;

/** Seeded random generators give the same numbers everywhere; unseeded and secure ones only have a shape. */
public class Randoms {
    public static void main(String[] args) {
        Random random = new Random(42);
        System.out.println(random.nextInt() + " " + random.nextInt(100) + " " + random.nextLong() + " " + random.nextDouble() + " " + random.nextFloat() + " " + random.nextBoolean() + " " + random.nextGaussian());
        byte[] bytes = new byte[6];
        random.nextBytes(bytes);
        System.out.println(java.util.Arrays.toString(bytes) + " " + random.ints(4, 0, 50).boxed().toList());
        List<Integer> list = new ArrayList<>(List.of(1, 2, 3, 4, 5, 6, 7));
        Collections.shuffle(list, new Random(7));
        System.out.println(list + " " + new SplittableRandom(9).nextInt(1000));
        double mine = Math.random();
        System.out.println((mine >= 0 && mine < 1) + " " + (new Random().nextLong() != new Random().nextLong()));
        System.out.println(UUID.randomUUID().toString().replaceAll("[0-9a-f]", "x").length() + " " + UUID.nameUUIDFromBytes(bytes).version() + " " + UUID.randomUUID().version());
    }
}
