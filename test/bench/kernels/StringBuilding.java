/** Strings: appending, concatenating and hashing. Prints: name, best time in ms, result. */
public class StringBuilding {
    static int build(int rounds) {
        int hash = 0;
        for (int round = 0; round < rounds; round++) {
            StringBuilder builder = new StringBuilder();
            for (int i = 0; i < 60; i++) builder.append(i).append(',').append("item");
            String text = builder + "#" + round;
            hash = hash * 31 + text.hashCode() + text.indexOf("59");
        }
        return hash;
    }

    public static void main(String[] args) {
        int result = build(20);
        long best = Long.MAX_VALUE;
        for (int round = 0; round < 4; round++) {
            long start = System.nanoTime();
            result = build(600);
            best = Math.min(best, System.nanoTime() - start);
        }
        System.out.println("strings " + best / 1e6 + " " + result);
    }
}
