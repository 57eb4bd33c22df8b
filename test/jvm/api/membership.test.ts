// Changes of membership as a program sees them: exceptions where it catches them, listeners, queries; the same on a
// replica that follows the log, which is restored at every epoch.
import test from 'ava';
import type { ExternalAction } from '../../../jvm/environment.js';
import { Machine } from '../../../jvm/machine.js';
import { realHost } from '../../../replication/host-environment.js';
import { machineParts } from '../../../replication/machine-factory.js';
import { divergence, type Occurrence, type Run, recordRun, replayRun } from '../machine-harness.js';
import { RestoredMachine } from '../snapshot/restored-machine.js';
import { compileProgram, recordOf } from './programs.js';

const REPLICA_COUNT = 2;
/** Short epochs, so that an event comes soon; each costs a restore. */
const OPTIONS = { maximumEpochCount: 20_000, quantumCount: 500, replicaCount: REPLICA_COUNT };

function lost(id: number, after: string): Occurrence {
  const action: ExternalAction = { kind: 'membership', id, change: 'lost', replica: 'b', replicaCount: 1 };
  return { after, action };
}

function whole(id: number, after: string): Occurrence {
  const action: ExternalAction = { kind: 'membership', id, change: 'whole', replica: 'c', replicaCount: 2 };
  return { after, action };
}

/** Runs a main method's body, with members beside it, and checks that a replica does the same, restored at every epoch. */
function run(
  t: { is(actual: unknown, expected: unknown): unknown },
  source: string,
  events: Occurrence[],
): Run {
  const program = `
    import java.util.*;
    import java.util.concurrent.*;
    import java.util.concurrent.locks.*;
    import rjvm.*;
    public class Program {
      static volatile boolean go = true;
      static volatile int count;
      static void say(Object words) { System.out.println(words); }
      ${source}
    }`;
  const record = recordOf('Program', compileProgram('Program', program), OPTIONS);
  const recorded = recordRun(record, realHost, [], events);
  const replica = replayRun(record, recorded, {
    host: realHost,
    createMachine: (_, environment) => new RestoredMachine(record, environment, 1),
  });
  t.is(divergence(recorded, replica), undefined);
  t.is(recorded.stderr, '');
  return recorded;
}

test.serial('queries follow the events', (t) => {
  const { stdout } = run(
    t,
    `static void tell() {
       say(Replication.replicaCount() + " of " + Replication.initialReplicaCount() + " " + Replication.isReplicated()
         + " " + Replication.isDegraded());
     }
     public static void main(String[] words) {
       tell();
       while (Replication.replicaCount() == 2) count++;
       tell();
       while (Replication.replicaCount() == 1) count++;
       tell();
     }`,
    [lost(1, '2 of 2'), whole(2, '1 of 2')],
  );
  t.is(stdout, '2 of 2 true false\n1 of 2 true true\n2 of 2 true false\n');
});

test.serial('an exception comes to the thread that catches it, and to no other', (t) => {
  const { stdout } = run(
    t,
    `static void work() { say("ready"); while (go) count++; }
     public static void main(String[] words) throws Exception {
       Thread other = new Thread(() -> { try { while (go) count++; say("other ends"); } catch (RuntimeException e) { say("other " + e); } });
       other.start();
       try { work(); } catch (NodeFailureException e) {
         say(e + " " + e.replica() + " " + e.replicaCount() + " " + e.getStackTrace()[0].getMethodName());
       }
       try { say("again"); while (go) count++; } catch (NodeFailureException e) { say("wrong"); } catch (ReplicationException e) { say(e); }
       go = false;
       other.join();
     }`,
    [lost(1, 'ready'), whole(2, 'again')],
  );
  t.is(
    stdout,
    'ready\nrjvm.NodeFailureException: replica b was lost b 1 say\nagain\n' +
      'rjvm.ReintegrationException: replica c has joined\nother ends\n',
  );
});

test.serial('sleeping and waiting threads are woken for it, and hold the monitors that they must', (t) => {
  const { stdout } = run(
    t,
    `static final Object lock = new Object();
     static Thread start(String name, Callable<?> wait) {
       Thread thread = new Thread(() -> {
         try { wait.call(); say(name + " is over"); }
         catch (NodeFailureException e) { say(name + " hears " + e.replica() + " " + Thread.holdsLock(lock)); }
         catch (Exception e) { say(e); }
       });
       thread.start();
       return thread;
     }
     public static void main(String[] words) throws Exception {
       List<Thread> threads = List.of(
         start("sleep", () -> { Thread.sleep(1_000_000); return 0; }),
         start("time unit", () -> { TimeUnit.DAYS.sleep(1); return 0; }),
         start("wait", () -> {
           synchronized (lock) {
             try { lock.wait(); } finally { say("in the monitor: " + Thread.holdsLock(lock)); }
             return 0;
           }
         }),
         start("timed wait", () -> { synchronized (lock) { lock.wait(1_000_000); return 0; } }));
       Thread.sleep(1);
       synchronized (lock) { say("ready"); for (int i = 0; i < 20_000; i++) count++; }
       for (Thread thread : threads) thread.join();
     }`,
    [lost(1, 'ready')],
  );
  t.deepEqual(stdout.split('\n').sort(), [
    '',
    'in the monitor: true',
    'ready',
    'sleep hears b false',
    'time unit hears b false',
    'timed wait hears b false',
    'wait hears b false',
  ]);
});

test.serial('code of the JDK and the initialization of classes are not cut short', (t) => {
  const { stdout } = run(
    t,
    `static class Slow {
       static int value;
       static { say("ready"); for (int i = 0; i < 50_000; i++) value++; say("initialized"); }
     }
     public static void main(String[] words) throws Exception {
       try { int value = Slow.value; say(value); while (go) count++; } catch (NodeFailureException e) { say(e.replica()); }
       BlockingQueue<String> queue = new LinkedBlockingQueue<>();
       Thread taker = new Thread(() -> {
         try { say("take " + queue.take()); while (go) count++; } catch (ReplicationException | InterruptedException e) { say(e.getClass()); }
       });
       taker.start();
       Thread.sleep(1);
       say("again");
       for (int i = 0; i < 50_000; i++) count++;
       queue.put("it");
       taker.join();
       say(queue.size() + " left, " + Slow.value);
     }`,
    [lost(1, 'ready'), whole(2, 'again')],
  );
  t.is(stdout, 'ready\ninitialized\nb\nagain\nclass rjvm.ReintegrationException\n0 left, 50000\n');
});

test.serial('it is thrown when what was called returns, before the try statement is left', (t) => {
  const { stdout } = run(
    t,
    `static int failing() { say("again"); throw new IllegalStateException(); }
     public static void main(String[] words) throws Exception {
       try { say("ready"); } catch (NodeFailureException e) { say("of a call " + e.getStackTrace()[0].getMethodName()); }
       try {
         try { List.of(1).forEach(i -> failing()); } catch (IllegalStateException e) { say("passed"); }
         say("not told");
       } catch (ReintegrationException e) { say("of another call"); }
       try { List.of(1, 2, 3).forEach(i -> { if (count++ == 0) say("third"); }); say("wrong"); }
       catch (NodeFailureException e) { say("the third " + count); }
     }`,
    [lost(1, 'ready'), whole(2, 'again'), lost(3, 'third')],
  );
  t.is(stdout, 'ready\nof a call say\nagain\nof another call\nthird\nthe third 1\n');
});

test.serial('a try statement that is left before hears nothing, finally clauses are executed', (t) => {
  const { stdout } = run(
    t,
    `static void inner() {
       try { say("ready"); while (go) count++; }
       catch (IllegalStateException e) { say("wrong"); }
       finally { say("finally"); }
     }
     public static void main(String[] words) throws Exception {
       try { say("not yet"); } catch (NodeFailureException e) { say("wrong"); }
       try { inner(); } catch (ReintegrationException e) { say("wrong"); } catch (NodeFailureException e) { say("right"); }
       try { say("next"); for (int i = 0; i < 50_000; i++) count++; } catch (NodeFailureException e) { say("wrong"); }
     }`,
    [lost(1, 'ready'), whole(2, 'next')],
  );
  t.is(stdout, 'not yet\nready\nfinally\nright\nnext\n');
});

test.serial('listeners hear everything in order, whatever one of them throws', (t) => {
  const source = `public static void main(String[] words) throws Exception {
       say("before");
       for (int i = 0; i < 50_000; i++) count++;
       BlockingQueue<String> heard = new LinkedBlockingQueue<>();
       ReplicationListener listener = new ReplicationListener() {
         public void replicaLost(String replica, int n) { heard.add("lost " + replica + " " + n + " " + Thread.currentThread().isDaemon()); }
         public void replicaJoined(String replica, int n) { heard.add("joined " + replica + " " + n); }
       };
       Replication.addListener(new ReplicationListener() {
         public void replicaLost(String replica, int n) { throw new IllegalStateException(); }
       });
       Thread.setDefaultUncaughtExceptionHandler((thread, e) -> heard.add(thread.getName() + ": " + e));
       Replication.addListener(listener);
       say("ready");
       for (int i = 0; i < 4; i++) say(heard.take());
       say(Replication.removeListener(listener) + " " + Replication.removeListener(listener));
     }`;
  const { stdout } = run(t, source, [
    lost(1, 'before'),
    whole(2, 'ready'),
    lost(3, 'ready'),
    whole(4, 'ready'),
  ]);
  t.is(
    stdout,
    'before\nready\njoined c 2\nReplication Listeners: java.lang.IllegalStateException\nlost b 1 true\njoined c 2\n' +
      'true false\n',
  );
});

test.serial('a program that does not know the API is left alone, and none of it is loaded', (t) => {
  const source = `public class Plain {
      public static void main(String[] words) {
        try { System.out.println("ready"); for (int i = 0; i < 50_000; i++) words = words.clone(); }
        catch (RuntimeException e) { System.out.println(e); }
      }
    }`;
  const record = recordOf('Plain', compileProgram('Plain', source), OPTIONS);
  const recorded = recordRun(record, realHost, [], [lost(1, 'ready')]);
  t.is(recorded.stdout, 'ready\n');
  t.is(recorded.exitCode, 0);
  t.true(recorded.log.some(({ actions }) => actions.some(({ kind }) => kind === 'membership')));
  let machine: Machine | undefined;
  replayRun(record, recorded, {
    host: realHost,
    createMachine: (_, environment) => (machine = new Machine(record, machineParts(record, environment))),
  });
  t.deepEqual(
    machine!.classes.classes.filter(({ packageName }) => packageName === 'rjvm').map(({ name }) => name),
    [],
  );
});
