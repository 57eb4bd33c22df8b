import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.concurrent.atomic.*;

/** Variable handles of fields, statics, arrays and byte views, in all access modes, with their exceptions. */
public class VarHandles {
    int i;
    long l;
    boolean z;
    byte b;
    char c;
    short s;
    float f;
    double d;
    String t;
    final int fixed = 4;
    volatile Object o;
    static int si;
    static long sl;
    static String st;
    static final String CONSTANT = "k";
    static VarHandle field(String name, Class<?> type) {
        try {
            return MethodHandles.lookup().findVarHandle(VarHandles.class, name, type);
        } catch (ReflectiveOperationException e) {
            throw new Error(e);
        }
    }

    static VarHandle fixedStatic(String name, Class<?> type) {
        try {
            return MethodHandles.lookup().findStaticVarHandle(VarHandles.class, name, type);
        } catch (ReflectiveOperationException e) {
            throw new Error(e);
        }
    }

    static void print(Object value) {
        System.out.println(value);
    }

    public static void main(String[] args) {
        VarHandles v = new VarHandles();
        VarHandle i = field("i", int.class), l = field("l", long.class), z = field("z", boolean.class),
            t = field("t", String.class);
        i.set(v, 1);
        print((int) i.get(v));
        i.setVolatile(v, 2);
        print((int) i.getVolatile(v));
        i.setOpaque(v, 3);
        print((int) i.getOpaque(v));
        i.setRelease(v, 4);
        print((int) i.getAcquire(v));
        print(i.compareAndSet(v, 4, 5) + " " + i.compareAndSet(v, 4, 6) + " " + i.weakCompareAndSet(v, 5,
            7) + " " + i.weakCompareAndSetPlain(v, 7, 8) + i.weakCompareAndSetAcquire(v, 8, 9)
            + i.weakCompareAndSetRelease(v, 9, 10));
        print((int) i.compareAndExchange(v, 10, 11) + " " + (int) i.compareAndExchangeAcquire(v, 10, 12)
            + " " + (int) i.compareAndExchangeRelease(v, 11, 13));
        print((int) i.getAndSet(v, 14) + " " + (int) i.getAndAdd(v, 6) + " " + (int) i.getAndBitwiseOr(v,
            3) + " " + (int) i.getAndBitwiseAnd(v, 0xfe) + " " + (int) i.getAndBitwiseXor(v, 0xff) + " "
            + v.i);
        l.set(v, 1L << 40);
        print((long) l.getAndAdd(v, 5L) + " " + (long) l.getAndBitwiseXorAcquire(v, -1L) + " " + v.l + " "
            + l.compareAndSet(v, v.l, 3L));
        z.set(v, true);
        print((boolean) z.getAndBitwiseXor(v, true) + " " + v.z + " " + z.compareAndSet(v, false, true));
        t.set(v, "a");
        print((String) t.getAndSet(v, "b") + t.compareAndSet(v, v.t, "c") + (String) t.compareAndExchange(v,
            "x", "y") + v.t);
        VarHandle b = field("b", byte.class), c = field("c", char.class), s = field("s", short.class),
            f = field("f", float.class), d = field("d", double.class);
        print((byte) b.getAndAdd(v, (byte) 127) + " " + (byte) b.getAndAdd(v, (byte) 2) + " " + v.b);
        print((char) c.getAndSet(v, 'x') + 0 + " " + c.compareAndSet(v, 'x', 'é') + v.c);
        print((short) s.getAndAdd(v, (short) -5) + " " + v.s + s.compareAndSet(v, (short) -5, (short) 6));
        print((float) f.getAndAdd(v, 1.5f) + " " + v.f + f.compareAndSet(v, 1.5f, Float.NaN));
        print((double) d.getAndAdd(v, 2.5) + " " + v.d + d.compareAndSet(v, 2.5, -0.0) + v.d);
        VarHandle si = fixedStatic("si", int.class), sl = fixedStatic("sl", long.class),
            st = fixedStatic("st", String.class);
        si.setVolatile(9);
        print((int) si.getAndAdd(3) + " " + VarHandles.si);
        sl.set(8L);
        print(sl.compareAndSet(8L, 9L) + " " + VarHandles.sl);
        st.set("static");
        print(st.getVolatile() + VarHandles.st);
        print(fixedStatic("CONSTANT", String.class).get());
        print(field("fixed", int.class).get(v));
        VarHandle ints = MethodHandles.arrayElementVarHandle(int[].class),
            texts = MethodHandles.arrayElementVarHandle(String[].class),
            longs = MethodHandles.arrayElementVarHandle(long[].class),
            bytes = MethodHandles.arrayElementVarHandle(byte[].class);
        int[] array = {1, 2, 3};
        print((int) ints.getAndAdd(array, 1, 10) + " " + ints.compareAndSet(array, 2, 3, 4)
            + Arrays.toString(array));
        String[] names = {"p", "q"};
        print((String) texts.getAndSet(names, 0, "r") + texts.compareAndSet(names, 1, "q", "s")
            + Arrays.toString(names));
        long[] wide = {5};
        print((long) longs.getAndBitwiseOr(wide, 0, 8L) + Arrays.toString(wide));
        byte[] raw = new byte[8];
        print(bytes.compareAndSet(raw, 3, (byte) 0, (byte) 9) + Arrays.toString(raw));
        VarHandle view = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
        view.set(raw, 4, 0x01020304);
        print((int) view.get(raw, 4) + Arrays.toString(raw));
        VarHandle bufferView = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
        ByteBuffer buffer = ByteBuffer.allocate(16);
        bufferView.set(buffer, 0, 77L);
        print(buffer.getLong(0));
        fails(() -> i.set(v, "text"));
        fails(() -> { Object r = i.get(); });
        fails(() -> { Object r = i.get((VarHandles) null); });
        fails(() -> ints.get(array, 3));
        fails(() -> ints.get(array, -1));
        fails(() -> ints.get((int[]) null, 0));
        fails(() -> field("fixed", int.class).set(v, 5));
        fails(() -> t.getAndAdd(v, "x"));
        fails(() -> texts.set((Object[]) new Integer[1], 0, "x"));
        fails(() -> texts.set(names, 0, (Object) Integer.valueOf(3)));
        fails(() -> z.getAndAdd(v, true));
        fails(() -> view.get(raw, 6));
        fails(() -> view.getVolatile(raw, 2));
        fails(() -> i.set((Object) "not", 3));
        fails(() -> { long r = (long) i.withInvokeExactBehavior().get(v); });
        long widened = (long) i.get(v);
        print(widened);
        i.set((Object) v, (short) 3);
        print(v.i);
        Object boxed = i.get(v);
        print(boxed);
        i.set(v, Integer.valueOf(6));
        print(v.i);
        print(i.varType() + " " + i.coordinateTypes() + " "
            + i.accessModeType(VarHandle.AccessMode.COMPARE_AND_SET) + " "
            + i.isAccessModeSupported(VarHandle.AccessMode.GET_AND_ADD));
        try {
            print(i.toMethodHandle(VarHandle.AccessMode.GET_AND_ADD).invoke(v, 4));
            print(v.i);
        } catch (Throwable e) {
            print(e);
        }
        atomics();
    }

    static void fails(Runnable code) {
        try {
            code.run();
            print("no failure");
        } catch (RuntimeException e) {
            print(e.getClass().getName() + ": " + e.getMessage());
        }
    }

    volatile int updated;
    volatile String text = "a";
    volatile long big;
    static void atomics() {
        AtomicReference<String> r = new AtomicReference<>("a");
        print(r.compareAndSet("a", "b") + r.getAndUpdate(x -> x + x) + r.accumulateAndGet("c",
            String::concat) + r.getPlain());
        AtomicIntegerArray ia = new AtomicIntegerArray(3);
        print(ia.incrementAndGet(1) + ia.getAndAdd(1, 5) + " " + ia);
        AtomicLongArray la = new AtomicLongArray(2);
        la.set(0, 4L);
        print(la.addAndGet(0, 3L));
        AtomicReferenceArray<String> ra = new AtomicReferenceArray<>(2);
        print(ra.compareAndSet(0, null, "n") + ra.toString());
        AtomicBoolean ab = new AtomicBoolean();
        print(ab.compareAndSet(false, true) + " " + ab);
        VarHandles v = new VarHandles();
        print(AtomicIntegerFieldUpdater.newUpdater(VarHandles.class, "updated").addAndGet(v, 3));
        print(AtomicReferenceFieldUpdater.newUpdater(VarHandles.class, String.class, "text").getAndSet(v,
            "b") + v.text);
        print(AtomicLongFieldUpdater.newUpdater(VarHandles.class, "big").incrementAndGet(v));
        AtomicStampedReference<String> stamped = new AtomicStampedReference<>("s", 1);
        print(stamped.compareAndSet("s", "u", 1, 2) + stamped.getReference() + stamped.getStamp());
        LongAdder adder = new LongAdder();
        adder.add(5);
        adder.increment();
        print(adder);
    }
}
