// The idea that everything rests on: a machine is a function of its birth record and its log. Programs are run and
// recorded, then run again from the record alone, on what looks like another host and with answers that come late; at
// every epoch boundary the memory must be the same, and so must every byte of output.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { newBirthRecord } from '../../bin/new-birth-record.js';
import type { BirthRecord, MachineOptions } from '../../jvm/birth-record.js';
import type { ActionResult, Environment, ReplicableMachine } from '../../jvm/environment.js';
import { Machine } from '../../jvm/machine.js';
import type { Host } from '../../replication/contracts.js';
import { realHost } from '../../replication/host-environment.js';
import { machineParts } from '../../replication/machine-factory.js';
import { temporaryFolder } from '../lib/temporary.js';
import { cleanEnvironment, jdkProgram, type Outcome, PROJECT, runCommand } from '../support/command.js';
import { compileJava, randomNumbers } from './javac.js';
import {
  divergence,
  type RecordedRun,
  type Run,
  recordRun,
  replayRun,
  withOptions,
} from './machine-harness.js';

const SEED = Number(process.env.RJVM_TEST_SEED ?? 20_260_101);
const DEMOS = join(PROJECT, 'demos');
const MEBIBYTE = 1 << 20;

/** Files in the folder that is listed. */
const ENTRY_COUNT = 150;
/** Standard input as it arrives. */
const INPUT = ['one\ntw', 'o\n', 'three'];

/** Options under which every program must do the same, if it does not depend on its schedule; and what is different
 *  when its recording is followed. */
const VARIANTS: readonly Variant[] = [
  { title: 'usual epochs and quanta', options: {}, otherHost: true, stalls: false },
  {
    title: 'short epochs and quanta',
    options: { maximumEpochCount: 5000, quantumCount: 100 },
    otherHost: false,
    stalls: true,
  },
  {
    title: 'another thread at every safepoint',
    options: { maximumEpochCount: 5000, quantumCount: 1 },
    otherHost: true,
    stalls: true,
  },
  {
    title: 'frequent collections',
    options: { maximumEpochCount: 20_000, collectEvery: 101 },
    otherHost: false,
    stalls: true,
  },
];

interface Variant {
  readonly title: string;
  readonly options: Partial<MachineOptions>;
  readonly otherHost: boolean;
  readonly stalls: boolean;
}

/** Programs, and what of their output does not depend on schedule or clocks; everything where that is not said. */
const PROGRAMS: Readonly<Record<string, RegExp | null>> = {
  Hello: null,
  Threads: null,
  Bank: /^with a lock: .*$/gm,
  Clock: /^(object|time) .*$/gm,
  Sleeper: null,
  Collections: null,
  Exceptions: null,
  Lambdas: null,
  Strings: null,
};

function birthRecord(
  program: string,
  folder: string,
  options: Partial<MachineOptions> = {},
  words: readonly string[] = [],
): BirthRecord {
  const request = {
    program,
    programArguments: words,
    classPath: folder,
    systemProperties: { 'test.property': 'some value' },
    heapBytes: 256 * MEBIBYTE,
    stackBytes: MEBIBYTE,
    jdkOption: undefined,
  };
  return withOptions(newBirthRecord(request, cleanEnvironment(), PROJECT), options);
}

/** A host that knows nothing but the JDK: whatever else a replica were to ask it, the log must answer. */
const bareHost: Host = {
  monotonicNs: () => 0n,
  perform(request) {
    // What the host holds open is nothing that the program gets to know.
    if (request.kind === 'releaseFile') return undefined;
    if (!('path' in request) || !/\/lib\//.test(request.path)) throw new Error(`asked for ${request.kind}`);
    return realHost.perform(request);
  },
};

/** Runs something while whatever JavaScript code could look at is different: clocks, Math.random, the working directory,
 *  the zone, and what is on Node's heap. */
function onOtherHost<T>(run: () => T): T {
  const { random } = Math;
  const { now } = Date;
  const elapsed = performance.now.bind(performance);
  const folder = process.cwd();
  const zone = process.env.TZ;
  const ballast = Array.from({ length: 200_000 }, (_, index) => ({ index, text: `ballast ${index}` }));
  Math.random = () => 0.123;
  Date.now = () => 86_400_000;
  performance.now = () => elapsed() + 1e9;
  process.env.TZ = 'Pacific/Kiritimati';
  process.chdir(tmpdir());
  try {
    return run();
  } finally {
    Math.random = random;
    Date.now = now;
    performance.now = elapsed;
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
    process.chdir(folder);
    ballast.length = 0;
  }
}

/** The first input stalls, and every other one by a seed. */
function seededStalls(seed: number): () => boolean {
  const random = randomNumbers(seed);
  let isFirst = true;
  return () => {
    const stalls = isFirst || random(2) === 0;
    isFirst = false;
    return stalls;
  };
}

/** A machine that starts its class library itself. The recorded ones come from the boot image where there is one. */
function bootedMachine(record: BirthRecord, environment: Environment): ReplicableMachine {
  return new Machine(record, machineParts(record, environment));
}

const references = new Map<string, Promise<Outcome>>();

/** What the JDK's own java does; asked once for each program. */
function reference(program: string): Promise<Outcome> {
  let outcome = references.get(program);
  if (outcome === undefined) {
    outcome = runCommand(jdkProgram('java'), ['-cp', DEMOS, program]);
    references.set(program, outcome);
  }
  return outcome;
}

function fixedPart(text: string, pattern: RegExp | null): string {
  return pattern === null ? text : (text.match(pattern) ?? []).join('\n');
}

/** Reads and writes nothing but what differs from run to run, and what says so where a rule is broken. */
const REPLICAS = `
import java.io.*;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.*;
import java.nio.file.attribute.*;
import java.security.SecureRandom;
import java.util.*;
import java.util.concurrent.*;
import java.util.concurrent.locks.LockSupport;

public class Replicas {
    static int plain;
    static long racyLong;
    static double zero;
    static float floatZero;
    static final StringBuffer order = new StringBuffer();
    static class Plain {}

    public static void main(String[] words) throws Exception {
        System.out.println("nan " + Long.toHexString(Double.doubleToRawLongBits(zero % zero)) + " "
            + Integer.toHexString(Float.floatToRawIntBits(floatZero % floatZero)) + " "
            + Long.toHexString(Double.doubleToRawLongBits(zero / zero)) + " "
            + Long.toHexString(Double.doubleToRawLongBits(Math.sqrt(zero - 1))));
        identity();
        races();
        randomness();
        time();
        files(words[0]);
        input();
        interrupts();
        surroundings();
    }

    static void identity() {
        Map<Plain, Integer> map = new HashMap<>();
        Set<Object> set = new HashSet<>();
        Map<Object, Integer> identities = new IdentityHashMap<>();
        for (int i = 0; i < 200; i++) {
            map.put(new Plain(), i);
            set.add(i % 2 == 0 ? new Object() : new int[i]);
            identities.put(new Plain(), i);
        }
        System.out.println(map.values());
        long hash = 0;
        for (Object object : set) hash = hash * 31 + object.hashCode();
        System.out.println(hash + " " + identities.values());
        Runnable lambda = () -> {};
        System.out.println(lambda + " " + new Plain() + " " + Plain.class.hashCode() + " " + Thread.currentThread().hashCode());
        System.out.println(Set.of("a", "b", "c", "d", "e", "f") + " " + Map.of(1, 2, 3, 4, 5, 6));
    }

    static void races() throws Exception {
        Thread[] threads = new Thread[4];
        for (int t = 0; t < threads.length; t++) {
            String name = "" + (char) ('a' + t);
            threads[t] = new Thread(() -> {
                for (int i = 0; i < 2000; i++) {
                    int seen = plain;
                    racyLong = racyLong * 31 + seen;
                    plain = seen + 1;
                    if (i % 400 == 0) order.append(name);
                }
            });
        }
        for (Thread thread : threads) thread.start();
        for (Thread thread : threads) thread.join();
        System.out.println("plain " + plain + ", long " + racyLong + ", order " + order);
    }

    static void randomness() throws Exception {
        System.out.println(new Random().nextLong() + " " + Math.random() + " " + ThreadLocalRandom.current().nextInt());
        System.out.println(new SecureRandom().nextLong() + " " + UUID.randomUUID() + " " + new SplittableRandom().nextInt());
        List<Integer> list = new ArrayList<>(List.of(1, 2, 3, 4, 5, 6, 7, 8));
        Collections.shuffle(list);
        System.out.println(list);
    }

    static void time() throws Exception {
        System.out.println(System.currentTimeMillis() + " " + System.nanoTime() + " " + java.time.Instant.now());
        Object lock = new Object();
        Thread[] waiters = new Thread[4];
        for (int i = 0; i < waiters.length; i++) {
            long patience = i < 2 ? 60_000 : 20 * i;
            waiters[i] = new Thread(() -> {
                synchronized (lock) {
                    try {
                        long start = System.nanoTime();
                        lock.wait(patience);
                        order.append(patience).append(':').append(System.nanoTime() - start).append(' ');
                    } catch (InterruptedException e) {
                        order.append("interrupted ");
                    }
                }
            });
            waiters[i].start();
        }
        Thread.sleep(50);
        waiters[0].join(5);
        // Two timed waits end at once: their timers are cancelled in the middle of the notification.
        synchronized (lock) {
            lock.notifyAll();
        }
        for (Thread waiter : waiters) waiter.join(90_000);
        LockSupport.parkNanos(1_000_000);
        LockSupport.parkUntil(System.currentTimeMillis() + 3);
        ScheduledExecutorService timers = Executors.newScheduledThreadPool(2);
        List<Future<Long>> futures = new ArrayList<>();
        for (int i = 5; i > 0; i--) futures.add(timers.schedule(System::nanoTime, i, TimeUnit.MILLISECONDS));
        for (Future<Long> future : futures) order.append(future.get()).append(' ');
        try {
            new ArrayBlockingQueue<String>(1).poll(2, TimeUnit.MILLISECONDS);
            new CompletableFuture<String>().get(2, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            order.append("timeout");
        }
        timers.shutdown();
        System.out.println(order);
    }

    static void files(String name) throws Exception {
        File file = new File(name);
        System.out.println(file.length() + " " + file.lastModified() + " " + file.canRead() + " " + file.getCanonicalPath());
        System.out.println(Arrays.toString(file.getParentFile().list()) + " " + new File(name + ".none").exists());
        Path path = file.toPath();
        System.out.println(new String(Files.readAllBytes(path)) + " " + Files.readAllLines(path).size());
        BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
        System.out.println(attributes.lastAccessTime() + " " + attributes.fileKey() + " " + Files.getOwner(path));
        System.out.println(Files.isReadable(path) + " " + path.toRealPath() + " " + Files.isDirectory(path.getParent()));
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path.getParent())) {
            int count = 0;
            for (Path entry : entries) if (entry.getFileName().toString().startsWith("entry")) count++;
            System.out.println("entries " + count);
        }
        try (FileChannel channel = FileChannel.open(path); RandomAccessFile random = new RandomAccessFile(file, "r")) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(5);
            channel.read(buffer, 3);
            random.seek(2);
            System.out.println(channel.size() + " " + buffer.get(0) + " " + random.read() + " " + random.length());
            System.out.println(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()).get(4));
        }
        try (InputStream in = new FileInputStream(name)) {
            System.out.println(in.available() + " " + in.read() + " " + in.skip(3) + " " + in.readAllBytes().length);
        }
        try {
            Files.readAllBytes(Path.of(name + ".none"));
        } catch (NoSuchFileException e) {
            System.out.println(e);
        }
        try {
            new FileInputStream(name + ".none");
        } catch (FileNotFoundException e) {
            System.out.println(e.getMessage());
        }
    }

    static void input() throws Exception {
        System.out.println(System.in.available());
        BufferedReader reader = new BufferedReader(new InputStreamReader(System.in));
        for (String line = reader.readLine(); line != null; line = reader.readLine()) System.out.println("read " + line);
        System.out.println(System.in.read());
    }

    /** Each interrupt of a sleep must arrive, also where making its exception collects the heap. */
    static void interrupts() throws Exception {
        int count = 0;
        for (int i = 0; i < 300; i++) {
            Thread.currentThread().interrupt();
            try {
                Thread.sleep(1);
            } catch (InterruptedException e) {
                count++;
            }
        }
        System.out.println("interrupts " + count);
    }

    static void surroundings() throws Exception {
        System.out.println(System.getenv().size() + " " + System.getProperty("test.property") + " " + System.getProperty("user.dir"));
        System.out.println(ProcessHandle.current().pid() + " " + TimeZone.getDefault().getID() + " " + Locale.getDefault());
        long hash = 0;
        for (Object key : System.getProperties().keySet()) hash = hash * 31 + key.hashCode();
        Runtime runtime = Runtime.getRuntime();
        System.out.println(hash + " " + runtime.totalMemory() + " " + runtime.freeMemory() + " " + runtime.availableProcessors());
        for (Method method : Replicas.class.getDeclaredMethods()) System.out.println(method);
        Thread.getAllStackTraces().keySet().forEach(thread -> System.out.println(thread.getName() + " " + thread.getId()));
    }
}
`;

/** Runs the program of a recording again, under a variant's conditions. */
function replay(record: BirthRecord, recorded: RecordedRun, { otherHost, stalls }: Variant): Run {
  const options = {
    host: bareHost,
    ...(otherHost ? { createMachine: bootedMachine } : {}),
    ...(stalls ? { stalls: seededStalls(SEED) } : {}),
  };
  const run = () => replayRun(record, recorded, options);
  return otherHost ? onOtherHost(run) : run();
}

function replicasProgram(folder: string): string {
  const classes = join(folder, 'classes');
  mkdirSync(classes);
  for (const [name, bytes] of compileJava('Replicas.java', REPLICAS)) {
    writeFileSync(join(classes, `${name}.class`), bytes);
  }
  return classes;
}

// The user's own boot images stay as they are.
const cacheFolder = mkdtempSync(join(tmpdir(), 'rjvm-cache-'));
const { XDG_CACHE_HOME: usersCache } = process.env;
process.env.XDG_CACHE_HOME = cacheFolder;
test.after.always(() => {
  if (usersCache === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = usersCache;
  rmSync(cacheFolder, { recursive: true, force: true });
});

test.serial('a program of everything that differs from run to run', (t) => {
  const folder = temporaryFolder(t);
  const classes = replicasProgram(folder);
  const file = join(folder, 'read.txt');
  for (let i = 0; i < ENTRY_COUNT; i++) writeFileSync(join(folder, `entry-${i}`), '');
  const outputs = VARIANTS.map((variant) => {
    writeFileSync(file, 'first line\nsecond line\n');
    const record = birthRecord('Replicas', classes, variant.options, [file]);
    const recorded = recordRun(record, realHost, INPUT);
    t.is(recorded.stderr, '');
    t.is(recorded.exitCode, 0);
    // What the recording has read is gone when the others run.
    writeFileSync(file, 'overwritten');
    t.is(divergence(recorded, replay(record, recorded, variant)), undefined, `seed ${SEED}`);
    if (variant === VARIANTS[0]) {
      const stalling = replayRun(record, recorded, { host: bareHost, stalls: () => true });
      t.is(divergence(recorded, stalling), undefined);
      t.is(stalling.stdout, recorded.stdout);
      t.true(stalling.stallCount > 100);
    }
    return recorded.stdout;
  });
  t.is(readFileSync(file, 'utf8'), 'overwritten');
  for (const stdout of outputs) {
    t.regex(stdout, /^nan 7ff8000000000000 7fc00000 7ff8000000000000 7ff8000000000000$/m);
    t.regex(stdout, /^first line\nsecond line\n 2$/m);
    t.regex(stdout, /^read one\nread two\nread three\n-1$/m);
    t.regex(stdout, new RegExp(`^entries ${ENTRY_COUNT}$`, 'm'));
    t.regex(stdout, /^interrupts 300$/m);
  }
  // Recordings are free to differ from one another, else this program would show nothing.
  t.is(new Set(outputs).size, outputs.length);
});

for (const [program, pattern] of Object.entries(PROGRAMS)) {
  for (const variant of VARIANTS) {
    test.serial(`${program}, ${variant.title}`, async (t) => {
      const expected = await reference(program);
      const record = birthRecord(program, DEMOS, variant.options);
      const recorded = recordRun(record, realHost);
      t.is(fixedPart(recorded.stdout, pattern), fixedPart(expected.stdout, pattern));
      t.is(recorded.stderr, expected.stderr);
      t.true(recorded.exitCode === expected.exit);
      const run = replay(record, recorded, variant);
      t.is(divergence(recorded, run), undefined, `seed ${SEED}`);
      t.is(run.stdout, recorded.stdout);
      t.is(run.stallCount > 0, variant.stalls);
      const digestMs = recorded.digestMs / recorded.digests.length;
      t.log(`${recorded.digests.length} digests, ${digestMs.toFixed(1)} ms each`);
    });
  }
}

test.serial('a log that is not the program’s own is noticed', (t) => {
  const record = birthRecord('Clock', DEMOS, VARIANTS[1]!.options);
  const recorded = recordRun(record, realHost);
  t.is(divergence(recorded, replayRun(record, recorded, { host: bareHost })), undefined);

  const later = withInputs(recorded, 'readWallClock', (value) => (value as bigint) + 1_000_000_000n);
  t.regex(noticed(record, recorded, later), /^outputs of epoch/);

  const withoutFirst = recorded.log.map((epoch) => ({ ...epoch, inputs: epoch.inputs.slice(1) }));
  t.regex(noticed(record, recorded, { ...recorded, log: withoutFirst }), /^diverged: /);

  const other = withOptions(record, { availableProcessors: 3 });
  t.regex(noticed(other, recorded, recorded), /^digests at the end of epoch/);
});

/** What tells that a replay of a log is not the recorded run. */
function noticed(record: BirthRecord, recorded: RecordedRun, followed: RecordedRun): string {
  try {
    return divergence(recorded, replayRun(record, followed, { host: bareHost })) ?? 'nothing';
  } catch (error) {
    return (error as Error).message;
  }
}

/** The recording with other values for one kind of input. */
function withInputs(
  recorded: RecordedRun,
  kind: string,
  change: (value: ActionResult) => bigint,
): RecordedRun {
  const log = recorded.log.map((epoch) => ({
    ...epoch,
    inputs: epoch.inputs.map((input) =>
      input.kind === kind ? { ...input, value: change(input.value) } : input,
    ),
  }));
  return { ...recorded, log };
}
