import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads that work together. The output does not depend on how they are scheduled. */
public class Threads {
    /** A bounded buffer of the textbook kind: synchronized, wait, notifyAll. */
    static class Buffer {
        private final int[] items = new int[4];
        private int head;
        private int count;

        synchronized void put(int item) throws InterruptedException {
            while (count == items.length) wait();
            items[(head + count++) % items.length] = item;
            notifyAll();
        }

        synchronized int take() throws InterruptedException {
            while (count == 0) wait();
            int item = items[head];
            head = (head + 1) % items.length;
            count--;
            notifyAll();
            return item;
        }
    }

    static int shared;

    static void counters() throws InterruptedException {
        AtomicInteger atomic = new AtomicInteger();
        Object lock = new Object();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            Thread thread = new Thread(() -> {
                for (int i = 0; i < 5_000; i++) {
                    atomic.incrementAndGet();
                    synchronized (lock) {
                        shared++;
                    }
                }
            }, "adder-" + t);
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) thread.join();
        System.out.println("atomic " + atomic.get() + ", synchronized " + shared + ", alive " + threads.get(0).isAlive());
    }

    static void producerAndConsumer() throws InterruptedException {
        Buffer buffer = new Buffer();
        long[] sum = new long[1];
        Thread consumer = new Thread(() -> {
            try {
                for (int item = buffer.take(); item >= 0; item = buffer.take()) sum[0] += item;
            } catch (InterruptedException e) {
                System.out.println("unexpected " + e);
            }
        });
        consumer.start();
        for (int i = 1; i <= 1000; i++) buffer.put(i);
        buffer.put(-1);
        consumer.join();
        System.out.println("consumed sum " + sum[0]);
    }

    static void executors() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(3);
        List<Callable<Integer>> tasks = new ArrayList<>();
        for (int n = 1; n <= 8; n++) {
            int upTo = n * 100;
            tasks.add(() -> {
                int sum = 0;
                for (int i = 1; i <= upTo; i++) sum += i;
                return sum;
            });
        }
        StringBuilder results = new StringBuilder();
        for (Future<Integer> future : pool.invokeAll(tasks)) results.append(future.get()).append(' ');
        System.out.println("executor: " + results.toString().trim());
        Future<Object> failing = pool.submit(() -> {
            throw new IllegalStateException("task failed");
        });
        try {
            failing.get();
        } catch (java.util.concurrent.ExecutionException e) {
            System.out.println("cause: " + e.getCause());
        }
        pool.shutdown();
        System.out.println("terminated " + pool.awaitTermination(10, TimeUnit.SECONDS));
    }

    static void concurrentMap() throws InterruptedException {
        Map<String, Integer> counts = new ConcurrentHashMap<>();
        CountDownLatch done = new CountDownLatch(3);
        for (int t = 0; t < 3; t++) {
            new Thread(() -> {
                for (int i = 0; i < 300; i++) counts.merge("key" + i % 5, 1, Integer::sum);
                done.countDown();
            }).start();
        }
        done.await();
        System.out.println("concurrent map: " + new TreeMap<>(counts));
    }

    static void interruption() throws InterruptedException {
        Thread sleeper = new Thread(() -> {
            try {
                Thread.sleep(60_000);
                System.out.println("slept through");
            } catch (InterruptedException e) {
                System.out.println("interrupted: " + e.getMessage() + ", flag " + Thread.currentThread().isInterrupted());
            }
        });
        sleeper.start();
        sleeper.interrupt();
        sleeper.join();
    }

    public static void main(String[] args) throws Exception {
        counters();
        producerAndConsumer();
        executors();
        concurrentMap();
        interruption();
        System.out.println("in " + Thread.currentThread().getName());
    }
}
