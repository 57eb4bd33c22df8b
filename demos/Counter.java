/**
 * A long computation worth killing: counts and prints a checksum that depends on everything before it, so that a lost,
 * doubled or changed line shows. Arguments: number of lines (default 20), rounds of work for each line (default 20000).
 */
public class Counter {
    public static void main(String[] args) {
        int lines = args.length > 0 ? Integer.parseInt(args[0]) : 20;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 20_000;
        long[] state = new long[256];
        long checksum = 1;
        for (int line = 1; line <= lines; line++) {
            for (int round = 0; round < rounds; round++) {
                checksum = checksum * 6364136223846793005L + 1442695040888963407L;
                int slot = (int) (checksum >>> 56);
                state[slot] += checksum ^ (checksum >>> 29);
                checksum ^= state[slot];
            }
            System.out.println(line + " of " + lines + " checksum " + Long.toHexString(checksum));
        }
        System.out.println("done");
    }
}
