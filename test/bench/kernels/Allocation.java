/** Object allocation: many short-lived trees. Prints: name, best time in ms, result. */
public class Allocation {
    static final class Node {
        final Node left;
        final Node right;

        Node(Node left, Node right) {
            this.left = left;
            this.right = right;
        }

        int count() {
            return 1 + (left == null ? 0 : left.count() + right.count());
        }
    }

    static Node tree(int depth) {
        return depth == 0 ? new Node(null, null) : new Node(tree(depth - 1), tree(depth - 1));
    }

    static int trees(int rounds) {
        int count = 0;
        for (int round = 0; round < rounds; round++) count += tree(12).count();
        return count;
    }

    public static void main(String[] args) {
        int result = trees(2);
        long best = Long.MAX_VALUE;
        for (int round = 0; round < 4; round++) {
            long start = System.nanoTime();
            result = trees(80);
            best = Math.min(best, System.nanoTime() - start);
        }
        System.out.println("alloc " + best / 1e6 + " " + result);
    }
}
