import static java.lang.invoke.MethodType.methodType;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.SwitchPoint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;

/** Combinators of method handles, hidden classes, and what the concurrent collections do with variable handles. */
public class HandleCombinators {
    static class Hidden implements Supplier<String> {
        @Override
        public String get() {
            return "hidden " + getClass().isHidden() + 1L;
        }
    }

    double field;

    private String secret(long value) {
        return "secret " + value;
    }

    static int failing(String text) throws Exception {
        throw new Exception(text);
    }

    public static void main(String[] args) throws Throwable {
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        MethodHandle parse = lookup.findStatic(Integer.class, "parseInt", methodType(int.class, String.class));
        MethodHandle add = lookup.findStatic(Math.class, "addExact", methodType(int.class, int.class, int.class));
        MethodHandle one = MethodHandles.constant(int.class, 1);

        System.out.println(MethodHandles.countedLoop(MethodHandles.constant(int.class, 5), one, add).invoke());
        MethodHandle cleanup = MethodHandles.dropArguments(MethodHandles.identity(int.class), 0, Throwable.class);
        System.out.println(MethodHandles.tryFinally(parse, cleanup).invoke("12"));
        MethodHandle handler = MethodHandles.dropArguments(one, 0, NumberFormatException.class);
        System.out.println(MethodHandles.catchException(parse, NumberFormatException.class, handler).invoke("x"));
        System.out.println(MethodHandles.filterArguments(add, 1, parse).invoke(3, "4"));
        System.out.println(MethodHandles.foldArguments(add, one).invoke(41));
        System.out.println(MethodHandles.insertArguments(add, 0, 10).invoke(3));
        MethodHandle remainder =
            lookup.findStatic(Math.class, "floorMod", methodType(int.class, int.class, int.class));
        System.out.println(MethodHandles.permuteArguments(remainder, remainder.type(), 1, 0).invoke(3, 10));
        MethodHandle format =
            lookup.findStatic(String.class, "format", methodType(String.class, String.class, Object[].class));
        System.out.println(format.asVarargsCollector(Object[].class).invoke("%s-%s", 1, 2L));
        System.out.println(format.asCollector(Object[].class, 2).asSpreader(Object[].class, 3)
            .invoke(new Object[] {"%s+%s", 1, 2}));
        MethodHandle compare = lookup.findVirtual(String.class, "compareTo", methodType(int.class, String.class));
        System.out.println(MethodHandleProxies.asInterfaceInstance(Comparator.class, compare).compare("a", "b"));
        SwitchPoint point = new SwitchPoint();
        MethodHandle guarded = point.guardWithTest(one, MethodHandles.constant(int.class, 2));
        System.out.print(guarded.invoke());
        SwitchPoint.invalidateAll(new SwitchPoint[] {point});
        System.out.println(guarded.invoke());
        members(lookup);
        hidden(lookup);
        concurrent();
    }

    static void members(MethodHandles.Lookup lookup) throws Throwable {
        HandleCombinators object = new HandleCombinators();
        MethodHandle getter = lookup.findGetter(HandleCombinators.class, "field", double.class);
        MethodHandle setter = lookup.findSetter(HandleCombinators.class, "field", double.class);
        setter.invokeExact(object, 2.5);
        System.out.println((double) getter.invokeExact(object) + " " + lookup.revealDirect(getter));
        MethodHandle secret = lookup.unreflect(HandleCombinators.class.getDeclaredMethod("secret", long.class));
        System.out.println(secret.invoke(object, 4));
        MethodHandle get = lookup.findVirtual(List.class, "get", methodType(Object.class, int.class));
        System.out.println(get.invoke(List.of("x", "y"), 1));
        MethodHandle create = lookup.findConstructor(ArrayList.class, methodType(void.class, int.class));
        System.out.println(((ArrayList<?>) create.invokeExact(3)).size());
        MethodHandle failing =
            lookup.findStatic(HandleCombinators.class, "failing", methodType(int.class, String.class));
        try {
            System.out.println((int) failing.invokeExact("checked"));
        } catch (Exception e) {
            for (StackTraceElement element : e.getStackTrace()) {
                System.out.println(element);
            }
        }
    }

    static void hidden(MethodHandles.Lookup lookup) throws Exception {
        byte[] bytes =
            HandleCombinators.class.getResourceAsStream("HandleCombinators$Hidden.class").readAllBytes();
        Class<?> type =
            lookup.defineHiddenClass(bytes, true, MethodHandles.Lookup.ClassOption.NESTMATE).lookupClass();
        System.out.println(((Supplier<?>) type.getDeclaredConstructor().newInstance()).get());
        System.out.println(type.getNestHost());
        try {
            System.out.println(type.getSimpleName());
        } catch (IncompatibleClassChangeError e) {
            System.out.println(e.getMessage().replaceAll("/0x\\w+", "/ADDRESS"));
        }
    }

    static void concurrent() throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(8);
        List<Future<Integer>> sums = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            int step = i;
            sums.add(executor.submit(() -> {
                int sum = 0;
                for (int k = 0; k < 100; k++) {
                    IntUnaryOperator add = value -> value + step;
                    sum += add.applyAsInt(k);
                }
                return sum;
            }));
        }
        for (Future<Integer> sum : sums) {
            System.out.print(sum.get() + " ");
        }
        executor.shutdown();
        System.out.println();
        CompletableFuture<String> upper = CompletableFuture.supplyAsync(() -> "text").thenApply(String::toUpperCase);
        System.out.println(upper.thenCombine(CompletableFuture.completedFuture(1), (text, n) -> text + n).get());
        ConcurrentLinkedQueue<String> queue = new ConcurrentLinkedQueue<>(List.of("first", "second"));
        System.out.println(queue.poll() + queue.size());
        ConcurrentSkipListMap<String, Integer> map = new ConcurrentSkipListMap<>();
        for (String key : List.of("z", "a", "m")) {
            map.merge(key, 1, Integer::sum);
        }
        System.out.println(map);
        SynchronousQueue<Integer> handOver = new SynchronousQueue<>();
        Thread giver = new Thread(() -> {
            try {
                handOver.put(5);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        giver.start();
        System.out.println(handOver.take());
        giver.join();
    }
}
