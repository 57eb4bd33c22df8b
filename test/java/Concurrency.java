import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RecursiveTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** java.util.concurrent: queues, locks, barriers, futures, pools, timeouts. */
public class Concurrency {
    static class SumTask extends RecursiveTask<Long> {
        private final int from;
        private final int to;

        SumTask(int from, int to) {
            this.from = from;
            this.to = to;
        }

        @Override
        protected Long compute() {
            if (to - from < 100) {
                long sum = 0;
                for (int i = from; i < to; i++) sum += i;
                return sum;
            }
            SumTask left = new SumTask(from, (from + to) / 2);
            left.fork();
            return new SumTask((from + to) / 2, to).compute() + left.join();
        }
    }

    public static void main(String[] args) throws Exception {
        BlockingQueue<Integer> queue = new ArrayBlockingQueue<>(2);
        AtomicLong sum = new AtomicLong();
        Thread consumer = new Thread(() -> {
            try {
                for (int n = queue.take(); n != 0; n = queue.take()) sum.addAndGet(n);
            } catch (InterruptedException e) {
                sum.set(-1);
            }
        });
        consumer.start();
        for (int i = 100; i >= 0; i--) queue.put(i);
        consumer.join();
        System.out.println("queue " + sum + " " + queue.poll(1, TimeUnit.MILLISECONDS) + " " + queue.offer(1));

        ReentrantLock lock = new ReentrantLock(true);
        Condition ready = lock.newCondition();
        boolean[] flag = new boolean[1];
        Thread signaller = new Thread(() -> {
            lock.lock();
            try {
                flag[0] = true;
                ready.signalAll();
            } finally {
                lock.unlock();
            }
        });
        lock.lock();
        signaller.start();
        while (!flag[0]) ready.await();
        System.out.println("condition " + lock.isHeldByCurrentThread() + " " + lock.getHoldCount() + " " + ready.await(1, TimeUnit.MILLISECONDS));
        lock.unlock();
        ReentrantReadWriteLock readWrite = new ReentrantReadWriteLock();
        readWrite.readLock().lock();
        System.out.println("write lock while reading: " + readWrite.writeLock().tryLock());
        readWrite.readLock().unlock();

        LongAdder adder = new LongAdder();
        CyclicBarrier barrier = new CyclicBarrier(3, () -> adder.add(1000));
        Semaphore permits = new Semaphore(2);
        Thread[] threads = new Thread[3];
        for (int t = 0; t < 3; t++) {
            threads[t] = new Thread(() -> {
                try {
                    for (int i = 0; i < 4; i++) {
                        permits.acquire();
                        adder.increment();
                        permits.release();
                        barrier.await();
                    }
                } catch (Exception e) {
                    adder.add(-100_000);
                }
            });
            threads[t].start();
        }
        for (Thread thread : threads) thread.join();
        System.out.println("barrier " + adder.sum() + " permits " + permits.availablePermits());

        CompletableFuture<String> future = CompletableFuture.supplyAsync(() -> 6).thenApply(n -> n * 7).thenCombine(CompletableFuture.supplyAsync(() -> "!"), (n, s) -> n + s);
        System.out.println("future " + future.get(10, TimeUnit.SECONDS) + " " + CompletableFuture.supplyAsync(() -> 1 / Integer.parseInt("0")).exceptionally(e -> -1).get());
        try {
            new CompletableFuture<String>().get(5, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            System.out.println("timed out");
        }
        System.out.println("fork join " + new ForkJoinPool(2).invoke(new SumTask(0, 5000)));
        ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(1);
        System.out.println("scheduled " + scheduler.schedule(() -> "later", 20, TimeUnit.MILLISECONDS).get());
        List<Runnable> rest = scheduler.shutdownNow();
        ExecutorService single = Executors.newSingleThreadExecutor();
        single.submit(() -> System.out.println("in the pool")).get();
        single.shutdown();
        System.out.println(rest.size() + " " + single.awaitTermination(10, TimeUnit.SECONDS) + " " + single.isTerminated());
    }
}
