import java.lang.ref.Cleaner;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.SoftReference;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Weak, soft and phantom references, cleaners and finalizers, each awaited, so that the output is the same everywhere. */
public class References {
    static final int MANY = 300;

    /** Collects until the queue has something. */
    static Reference<?> next(ReferenceQueue<?> queue) throws InterruptedException {
        for (int i = 0; i < 50; i++) {
            System.gc();
            Reference<?> reference = queue.remove(200);
            if (reference != null) return reference;
        }
        return null;
    }

    static void weak() throws InterruptedException {
        ReferenceQueue<Object> queue = new ReferenceQueue<>();
        List<WeakReference<Object>> all = new ArrayList<>();
        List<Object> kept = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            Object object = new Object[] { "payload " + i };
            if (i % 3 == 0) kept.add(object);
            all.add(new WeakReference<>(object, queue));
        }
        int queued = 0;
        while (queued < MANY - kept.size() && next(queue) != null) {
            queued++;
            while (queue.poll() != null) queued++;
        }
        int cleared = 0;
        int wrong = 0;
        for (int i = 0; i < MANY; i++) {
            Object[] object = (Object[]) all.get(i).get();
            if (object == null) cleared++;
            else if (i % 3 != 0 || object != kept.get(i / 3) || !object[0].equals("payload " + i)) wrong++;
        }
        System.out.println("weak: queued " + queued + ", cleared " + cleared + ", wrong " + wrong);
        WeakReference<Object> enqueued = new WeakReference<>(kept, queue);
        System.out.println("by hand: " + enqueued.enqueue() + " " + (queue.poll() == enqueued) + " " + enqueued.get() + " " + enqueued.refersTo(null));
    }

    static void soft() {
        List<SoftReference<byte[]>> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) all.add(new SoftReference<>(new byte[1000 + i]));
        System.gc();
        int kept = 0;
        for (SoftReference<byte[]> reference : all) if (reference.get() != null) kept++;
        System.out.println("soft: kept without need " + kept);
        List<byte[]> hoard = new ArrayList<>();
        try {
            while (true) hoard.add(new byte[256 << 10]);
        } catch (OutOfMemoryError e) {
            hoard = null;
        }
        int left = 0;
        for (SoftReference<byte[]> reference : all) if (reference.get() != null) left++;
        System.out.println("soft: left after the heap was full " + left);
    }

    static class Traced extends PhantomReference<Object> {
        final String name;

        Traced(Object object, String name, ReferenceQueue<Object> queue) {
            super(object, queue);
            this.name = name;
        }
    }

    static void phantom() throws InterruptedException {
        ReferenceQueue<Object> queue = new ReferenceQueue<>();
        Traced traced = new Traced(new int[10], "ints", queue);
        System.out.println("phantom: get " + traced.get());
        Traced queued = (Traced) next(queue);
        System.out.println("phantom: " + queued.name + " " + (queued == traced));
    }

    static void cleaner() throws InterruptedException {
        Cleaner cleaner = Cleaner.create();
        CountDownLatch cleaned = new CountDownLatch(20);
        AtomicInteger sum = new AtomicInteger();
        for (int i = 0; i < 20; i++) {
            int number = i;
            cleaner.register(new Object(), () -> {
                sum.addAndGet(number);
                cleaned.countDown();
            });
        }
        for (int i = 0; i < 50 && !cleaned.await(100, TimeUnit.MILLISECONDS); i++) System.gc();
        System.out.println("cleaner: " + cleaned.getCount() + " left, sum " + sum);
        Object tool = new Object();
        AtomicInteger runs = new AtomicInteger();
        Cleaner.Cleanable cleanable = cleaner.register(tool, runs::incrementAndGet);
        cleanable.clean();
        cleanable.clean();
        System.out.println("cleaner: by hand " + runs);
        Reference.reachabilityFence(tool);
    }

    static volatile Phoenix risen;
    static final AtomicInteger finalized = new AtomicInteger();

    static class Phoenix implements Cloneable {
        final String[] name = { "phoenix" };
        Phoenix other;

        public Phoenix() {
        }

        @Override
        public Phoenix clone() throws CloneNotSupportedException {
            return (Phoenix) super.clone();
        }

        @Override
        protected void finalize() {
            finalized.incrementAndGet();
            if (other != null) risen = this;
        }
    }

    static void awaitFinalized(int count) throws InterruptedException {
        for (int i = 0; i < 50 && finalized.get() < count; i++) {
            System.gc();
            System.runFinalization();
            Thread.sleep(10);
        }
    }

    static void makePhoenix() {
        Phoenix phoenix = new Phoenix();
        phoenix.other = phoenix;
    }

    static void makeOthers() throws ReflectiveOperationException, CloneNotSupportedException {
        Phoenix.class.getDeclaredConstructor().newInstance();
        new Phoenix().clone();
    }

    static void finalizers() throws Exception {
        makePhoenix();
        awaitFinalized(1);
        System.out.println("finalized " + finalized + ", risen " + risen.name[0] + " " + (risen.other == risen));
        WeakReference<Phoenix> weak = new WeakReference<>(risen);
        risen = null;
        for (int i = 0; i < 50 && weak.get() != null; i++) System.gc();
        System.out.println("gone " + (weak.get() == null) + ", finalized once " + finalized);
        makeOthers();
        awaitFinalized(4);
        System.out.println("by reflection and cloned: " + finalized);
    }

    static void weakMap() throws InterruptedException {
        Map<Object, Integer> map = new WeakHashMap<>();
        List<Object> keys = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            Object key = new String("key " + i);
            if (i % 2 == 0) keys.add(key);
            map.put(key, i);
        }
        for (int i = 0; i < 50 && map.size() > keys.size(); i++) {
            System.gc();
            Thread.sleep(10);
        }
        int sum = 0;
        for (Object key : keys) sum += map.get(key);
        System.out.println("weak map " + map.size() + " " + sum);
    }

    public static void main(String[] args) throws Exception {
        weak();
        soft();
        phantom();
        cleaner();
        finalizers();
        weakMap();
    }
}
