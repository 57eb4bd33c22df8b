import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedList;
import java.util.List;
import rjvm.Preserve;
import rjvm.Preserve.Scope;
import rjvm.Recoverable;

/** Preservation while the heap is collected, the stack is full, the heap is, and what is called throws. */
public class Hardships {
    static void say(Object words) {
        System.out.println(words);
    }

    static void makeGarbage(int count) {
        List<Object> garbage = new LinkedList<>();
        for (int i = 0; i < count; i++) garbage.add(new long[16]);
    }

    /** Nobody but the machine needs the object when the catch clause is entered. */
    static class Forgotten implements Recoverable {
        static int saveCount;
        static int restoreCount;
        static long sum;
        private final long[] body = new long[64];
        private final long tag;

        Forgotten(long tag) {
            this.tag = tag;
            Arrays.fill(body, tag);
        }

        public void saveObjectState() {
            saveCount++;
        }

        public void restoreObjectState() {
            restoreCount++;
            for (long element : body) if (element != tag) throw new AssertionError(element + " is not " + tag);
            sum += tag;
        }

        void work(int count) {
            try {
                makeGarbage(count);
                throw new IllegalStateException();
            } catch (IllegalStateException e) {
                // The object has been restored.
            }
        }
    }

    @Preserve(Scope.REACHABLE)
    static class Kept {
        private final List<long[]> data = new ArrayList<>();
        private Kept peer;

        int check() {
            int count = 0;
            for (long[] elements : data) {
                for (long element : elements) {
                    if (element != 42) return -1;
                    count++;
                }
            }
            return count;
        }

        void work(int count) {
            try {
                for (long[] elements : data) Arrays.fill(elements, count);
                data.clear();
                for (int i = 0; i < count; i++) data.add(new long[8]);
                makeGarbage(count);
                throw new IllegalStateException();
            } catch (IllegalStateException e) {
                // The data is what it was.
            }
        }
    }

    static class Throwing implements Recoverable {
        private int mode;

        public void saveObjectState() {
            if (mode == 1) throw new IllegalArgumentException("of save");
        }

        public void restoreObjectState() {
            if (mode == 2) throw new IllegalArgumentException("of restore");
        }

        void run() {
            try {
                throw new IllegalStateException("of body");
            } catch (IllegalArgumentException | IllegalStateException e) {
                say("caught: " + e.getMessage());
            } finally {
                say("finally");
            }
        }
    }

    static class Deep implements Recoverable {
        private int restoreCount;

        public void saveObjectState() {}

        public void restoreObjectState() {
            restoreCount++;
        }

        int down(int depth) {
            try {
                return down(depth + 1) + 1;
            } catch (StackOverflowError e) {
                return 0;
            }
        }
    }

    @Preserve
    static class Deeper {
        private int depth;

        int down(int next) {
            depth = next;
            try {
                depth = -1;
                return down(next + 1) + 1;
            } catch (StackOverflowError e) {
                return depth == next ? 0 : -1_000_000;
            }
        }
    }

    @Preserve(Scope.REACHABLE)
    static class Large {
        private final long[][] elements = new long[20][];

        void run() {
            for (int i = 0; i < elements.length; i++) elements[i] = new long[150_000];
            try {
                say("before");
                try {
                    say("within");
                } catch (OutOfMemoryError e) {
                    say("the statement has not been entered");
                }
            } catch (@Preserve(Scope.NONE) OutOfMemoryError e) {
                say("out of memory at the entry");
            }
        }
    }

    public static void main(String[] words) {
        for (int i = 0; i < 40; i++) new Forgotten(i).work(50);
        say(Forgotten.saveCount + " " + Forgotten.restoreCount + " " + Forgotten.sum);
        Kept kept = new Kept();
        kept.peer = new Kept();
        kept.peer.peer = kept;
        for (int i = 0; i < 10; i++) {
            long[] elements = new long[5];
            Arrays.fill(elements, 42);
            kept.data.add(elements);
            kept.peer.data.add(elements);
        }
        for (int i = 0; i < 20; i++) {
            kept.work(60);
            kept.peer.work(30);
        }
        say(kept.check() + " " + kept.peer.check() + " " + (kept.data.get(3) == kept.peer.data.get(3)));
        Throwing throwing = new Throwing();
        for (; throwing.mode < 3; throwing.mode++) {
            try {
                throwing.run();
            } catch (RuntimeException e) {
                say("thrown: " + e.getMessage());
            }
        }
        Deep deep = new Deep();
        say((deep.down(0) > 100) + " " + deep.restoreCount);
        say(new Deeper().down(0) > 100);
        if (words.length == 0) new Large().run();
    }
}
