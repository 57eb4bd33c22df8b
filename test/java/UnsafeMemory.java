import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.AbstractList;
import java.util.Arrays;
import sun.misc.Signal;
import sun.misc.Unsafe;

/** Memory by address: fields, arrays and blocks at any alignment; direct buffers; var handles; references; signals. */
public class UnsafeMemory {
    static final Unsafe UNSAFE = unsafe();
    static int staticInt = 7;
    static long staticLong = 8;
    static Object staticObject = "old";
    static byte staticByte = 9;
    int anInt = 1;
    long aLong = 2;
    Object anObject = "o";
    byte aByte = 3;
    boolean aBoolean = true;
    short aShort = 4;
    char aChar = 'c';
    float aFloat = 1.5f;
    double aDouble = 2.5;

    static class Unmade {
        int field = 5;

        Unmade() {
            throw new IllegalStateException("the constructor ran");
        }
    }

    static Unsafe unsafe() {
        try {
            Field field = Unsafe.class.getDeclaredField("theUnsafe");
            field.setAccessible(true);
            return (Unsafe) field.get(null);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    static long offset(String name) throws NoSuchFieldException {
        return UNSAFE.objectFieldOffset(UnsafeMemory.class.getDeclaredField(name));
    }

    static void instanceFields() throws NoSuchFieldException {
        UnsafeMemory o = new UnsafeMemory();
        UNSAFE.putIntVolatile(o, offset("anInt"), -5);
        UNSAFE.putOrderedLong(o, offset("aLong"), Long.MIN_VALUE + 1);
        UNSAFE.putByte(o, offset("aByte"), (byte) -3);
        UNSAFE.putBoolean(o, offset("aBoolean"), false);
        UNSAFE.putShort(o, offset("aShort"), (short) -3);
        UNSAFE.putChar(o, offset("aChar"), '\uffee');
        UNSAFE.putFloat(o, offset("aFloat"), -3.25f);
        UNSAFE.putDouble(o, offset("aDouble"), Math.PI);
        System.out.println(o.anInt + " " + o.aLong + " " + o.aByte + " " + o.aBoolean + " " + o.aShort + " "
            + (int) o.aChar + " " + o.aFloat + " " + o.aDouble);
        System.out.println(UNSAFE.getIntVolatile(o, offset("anInt")) + " " + UNSAFE.getLong(o, offset("aLong")) + " "
            + UNSAFE.getByte(o, offset("aByte")) + " " + UNSAFE.getBoolean(o, offset("aBoolean")) + " "
            + UNSAFE.getShortVolatile(o, offset("aShort")) + " " + (int) UNSAFE.getChar(o, offset("aChar")) + " "
            + UNSAFE.getFloat(o, offset("aFloat")) + " " + UNSAFE.getDoubleVolatile(o, offset("aDouble")));
        long at = offset("anObject");
        System.out.println(UNSAFE.compareAndSwapObject(o, at, "o", "p") + " " + o.anObject
            + UNSAFE.compareAndSwapObject(o, at, "o", "q") + UNSAFE.getAndSetObject(o, at, "r") + o.anObject);
    }

    static void staticFields() throws NoSuchFieldException {
        Field field = UnsafeMemory.class.getDeclaredField("staticInt");
        Object base = UNSAFE.staticFieldBase(field);
        long at = UNSAFE.staticFieldOffset(field);
        System.out.println(UNSAFE.compareAndSwapInt(base, at, 7, 71) + " " + UNSAFE.compareAndSwapInt(base, at, 7, 0)
            + " " + staticInt + " " + UNSAFE.getAndAddInt(base, at, 5) + " " + staticInt);
        at = UNSAFE.staticFieldOffset(UnsafeMemory.class.getDeclaredField("staticLong"));
        UNSAFE.putLong(base, at, 1L << 40 | 5);
        System.out.println(UNSAFE.compareAndSwapLong(base, at, 5, -2L) + " "
            + UNSAFE.compareAndSwapLong(base, at, 1L << 40 | 5, -1L) + " " + staticLong);
        at = UNSAFE.staticFieldOffset(UnsafeMemory.class.getDeclaredField("staticObject"));
        UNSAFE.putObject(base, at, "new");
        System.out.println(staticObject + " " + UNSAFE.getObject(base, at));
        at = UNSAFE.staticFieldOffset(UnsafeMemory.class.getDeclaredField("staticByte"));
        UNSAFE.putByte(base, at, (byte) 200);
        System.out.println(staticByte);
    }

    static void blocks() {
        long block = UNSAFE.allocateMemory(100);
        UNSAFE.setMemory(block, 100, (byte) 0x5a);
        System.out.println(Integer.toHexString(UNSAFE.getInt(block + 1)));
        UNSAFE.putLong(block + 3, 0x0102030405060708L);
        System.out.println(Long.toHexString(UNSAFE.getLong(block + 3)) + " " + UNSAFE.getByte(block + 3) + " "
            + Long.toHexString(UNSAFE.getLong(block)));
        UNSAFE.putShort(block + 51, (short) 0x1234);
        UNSAFE.putChar(block + 61, '\uabcd');
        UNSAFE.putDouble(block + 69, Math.E);
        UNSAFE.putFloat(block + 83, 1.1f);
        UNSAFE.putInt(block + 91, -77);
        System.out.println(UNSAFE.getShort(block + 51) + " " + (int) UNSAFE.getChar(block + 61) + " "
            + UNSAFE.getByte(block + 62) + " " + UNSAFE.getDouble(block + 69) + " " + UNSAFE.getFloat(block + 83) + " "
            + UNSAFE.getInt(block + 91));
        UNSAFE.copyMemory(block + 80, block + 84, 16);
        System.out.println(UNSAFE.getInt(block + 95));
        block = UNSAFE.reallocateMemory(block, 5000);
        System.out.println(UNSAFE.getInt(block + 95));
        UNSAFE.freeMemory(block);
        long[] blocks = new long[50];
        int sum = 0;
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < blocks.length; i++) {
                blocks[i] = UNSAFE.allocateMemory(1 + i * 37);
                UNSAFE.setMemory(blocks[i], 1 + i * 37, (byte) i);
            }
            for (int i = 0; i < blocks.length; i++) sum += UNSAFE.getByte(blocks[i]) + UNSAFE.getByte(blocks[i] + i * 37);
            for (long each : blocks) UNSAFE.freeMemory(each);
        }
        System.out.println(sum);
        byte[] bytes = new byte[20];
        int base = UNSAFE.arrayBaseOffset(byte[].class);
        UNSAFE.putInt(bytes, base + 3L, 0x01020304);
        UNSAFE.putLong(bytes, base + 9L, -2L);
        System.out.println(Arrays.toString(bytes) + " " + UNSAFE.getLong(bytes, base + 9L) + " "
            + UNSAFE.getInt(bytes, base + 3L));
        System.out.println(base + " " + UNSAFE.arrayIndexScale(long[].class) + " " + UNSAFE.arrayIndexScale(Object[].class)
            + " " + UNSAFE.addressSize() + " " + UNSAFE.pageSize());
    }

    static void objects() {
        try {
            System.out.println(((Unmade) UNSAFE.allocateInstance(Unmade.class)).field);
        } catch (InstantiationException e) {
            System.out.println("unexpected " + e);
        }
        Class<?>[] impossible = {Runnable.class, AbstractList.class, int[].class, int.class, Class.class};
        for (Class<?> type : impossible) {
            try {
                System.out.println(UNSAFE.allocateInstance(type));
            } catch (Exception e) {
                System.out.println(e);
            }
        }
        try {
            UNSAFE.throwException(new IOException("not declared"));
        } catch (Exception e) {
            System.out.println(e);
        }
    }

    static void buffers() {
        ByteBuffer direct = ByteBuffer.allocateDirect(64);
        direct.putInt(1).putLong(2L).putDouble(3.5).flip();
        System.out.println(direct.getInt() + " " + direct.getLong() + " " + direct.getDouble() + direct.order());
        direct.order(ByteOrder.LITTLE_ENDIAN);
        System.out.println(direct.getInt(1) + " " + direct.getLong(3) + " " + (int) direct.getChar(5));
        direct.clear();
        IntBuffer ints = direct.order(ByteOrder.BIG_ENDIAN).asIntBuffer();
        ints.put(new int[] {1, 2, 3, 4}).flip();
        int[] copied = new int[4];
        ints.get(copied);
        System.out.println(direct.get(3) + " " + direct.get(15) + Arrays.toString(copied));
        ByteBuffer heap = ByteBuffer.wrap(new byte[32]);
        heap.putLong(3, 0x1122334455667788L);
        System.out.println(Long.toHexString(heap.getLong(3)) + " " + heap.getShort(5) + " "
            + Long.toHexString(heap.order(ByteOrder.LITTLE_ENDIAN).getLong(3)));
        System.out.println(Integer.toHexString(Float.floatToRawIntBits(Float.intBitsToFloat(0x7f800001))) + " "
            + Long.toHexString(Double.doubleToRawLongBits(Double.longBitsToDouble(0x7ff0000000000001L))) + " "
            + Float.floatToRawIntBits(1.1f) + " " + Double.doubleToRawLongBits(-1.1));
    }

    static void handlesAndReferences() throws ReflectiveOperationException {
        VarHandle handle = MethodHandles.lookup().findStaticVarHandle(UnsafeMemory.class, "staticInt", int.class);
        handle.set(99);
        System.out.println((int) handle.getAndAdd(1) + " " + staticInt + " " + handle.compareAndSet(100, 101));
        VarHandle bytes = MethodHandles.arrayElementVarHandle(byte[].class);
        byte[] array = {1, 2, 3};
        System.out.println((byte) bytes.getAndAdd(array, 1, (byte) 40) + " " + array[1] + " "
            + bytes.compareAndSet(array, 2, (byte) 3, (byte) -3) + Arrays.toString(array));
        Object referent = new Object();
        WeakReference<Object> weak = new WeakReference<>(referent);
        PhantomReference<Object> phantom = new PhantomReference<>(referent, new ReferenceQueue<>());
        System.out.println((weak.get() == referent) + " " + weak.refersTo(referent) + " " + weak.refersTo(null) + " "
            + phantom.refersTo(referent) + " " + phantom.get());
        weak.clear();
        System.out.println(weak.get() + " " + weak.refersTo(null));
    }

    static void signals() throws InterruptedException {
        Signal.handle(new Signal("USR2"), signal -> System.out.println("got " + signal + " " + signal.getNumber()));
        Signal.raise(new Signal("USR2"));
        Thread.sleep(100);
        for (String name : new String[] {"NONE", "SEGV", "QUIT", "KILL"}) {
            try {
                Signal.handle(new Signal(name), sun.misc.SignalHandler.SIG_IGN);
                System.out.println("unexpected");
            } catch (IllegalArgumentException e) {
                System.out.println(e);
            }
        }
        Signal.handle(new Signal("TERM"), sun.misc.SignalHandler.SIG_IGN);
        Signal.raise(new Signal("TERM"));
        System.out.println("ignored");
    }

    public static void main(String[] args) throws Exception {
        instanceFields();
        staticFields();
        blocks();
        objects();
        buffers();
        handlesAndReferences();
        signals();
    }
}
