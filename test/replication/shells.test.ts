// The small parts around the roles: timers, standard output, the state file, the host behind requests.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { HostError } from '../../jvm/environment.js';
import { generator } from '../../lib/generator.js';
import { Backlog } from '../../replication/backlog.js';
import { realHost } from '../../replication/host-environment.js';
import type { StandardStream } from '../../replication/outputs.js';
import { StandardOutput, type WriteSome } from '../../replication/standard-output.js';
import { type State, StateFile, stateSchema } from '../../replication/state-file.js';
import { TimerTable } from '../../replication/timer-table.js';
import { waitMs } from '../../replication/wait.js';

test('timers run out in the order of their deadlines, cancelled ones never', (t) => {
  const random = generator(3);
  for (let round = 0; round < 200; round++) {
    const table = new TimerTable();
    const model = new Map<number, bigint>();
    for (let nowNs = 0n; nowNs < 60n; nowNs++) {
      for (let count = Math.floor(random() * 4); count > 0; count--) {
        const id = Math.floor(random() * 300);
        const deadlineNs = nowNs + BigInt(Math.floor(random() * 50));
        table.start(id, deadlineNs);
        model.set(id, deadlineNs);
        if (random() < 0.6) {
          const other = Math.floor(random() * 300);
          table.remove(other);
          model.delete(other);
        }
      }
      const due = [...model].filter(([, deadlineNs]) => deadlineNs <= nowNs);
      due.sort(([id, at], [otherId, otherAt]) => (at === otherAt ? id - otherId : Number(at - otherAt)));
      t.deepEqual(
        table.takeExpired(nowNs),
        due.map(([id]) => id),
      );
      for (const [id] of due) model.delete(id);
      t.is(table.size, model.size);
      const next = [...model.values()].reduce<bigint | null>(
        (low, at) => (low === null || at < low ? at : low),
        null,
      );
      t.is(table.nextDeadlineNs(), next);
    }
  }
});

test('a wait is never too short', (t) => {
  t.is(waitMs(null), Infinity);
  t.is(waitMs(-5n), 0);
  t.is(waitMs(1_500_000n), 1.5);
  t.true(waitMs(2n ** 62n) < 2 ** 31);
});

test('a backlog counts what is not settled', (t) => {
  const backlog = new Backlog();
  for (let number = 0; number < 5000; number++) {
    backlog.add(number, 10);
    backlog.settle(number - 3);
    t.is(backlog.byteCount, Math.min(number + 1, 3) * 10);
  }
  backlog.clear();
  t.is(backlog.byteCount, 0);
});

test('outputs are written in order through short writes, retries and a reader that goes away', async (t) => {
  const random = generator(11);
  const seen: Record<StandardStream, string> = { 1: '', 2: '' };
  let order = '';
  let broken = false;
  const written: number[] = [];
  const failures: string[] = [];
  const output = new StandardOutput(
    (sequence) => written.push(sequence),
    (stream, { code }, lasting) => failures.push(`${stream} ${code} ${lasting}`),
    (stream, bytes, done) => {
      setImmediate(() => {
        const choice = random();
        if (stream === 2 && broken) done(Object.assign(new Error(), { code: 'EPIPE' }), 0);
        else if (choice < 0.3)
          done(Object.assign(new Error(), { code: choice < 0.1 ? 'EINTR' : 'EAGAIN' }), 0);
        else {
          const count = 1 + Math.floor(random() * bytes.length);
          const text = Buffer.from(bytes.subarray(0, count)).toString();
          seen[stream as StandardStream] += text;
          order += text;
          done(null, count);
        }
      });
    },
  );
  const expected = { 1: '', 2: '' };
  let whole = '';
  for (let sequence = 0; sequence < 60; sequence++) {
    const stream = random() < 0.5 ? 1 : 2;
    const text = `<${sequence}>`;
    expected[stream] += text;
    whole += text;
    output.enqueue({ kind: 'write', sequence, stream, offset: 0, bytes: Buffer.from(text) });
    if (random() < 0.3) await new Promise((resolve) => setImmediate(resolve));
  }
  await output.drain();
  t.deepEqual(seen, expected);
  t.is(order, whole);
  t.is(written.at(-1), 59);
  t.deepEqual(
    [...written].sort((left, right) => left - right),
    written,
  );
  broken = true;
  output.enqueue({ kind: 'write', sequence: 60, stream: 2, offset: 0, bytes: Buffer.from('lost') });
  output.enqueue({ kind: 'write', sequence: 61, stream: 1, offset: 0, bytes: Buffer.from('kept') });
  output.enqueue({ kind: 'exit', sequence: 62, exitCode: 0 });
  await output.drain();
  t.is(seen[2], expected[2]);
  t.true(seen[1].endsWith('kept'));
  t.deepEqual(failures, ['2 EPIPE true']);
  t.is(written.at(-1), 62);
});

/** What comes out, in its order, of texts for a stream and of notices, which begin with `!`. */
async function sequenceOf(isOne: boolean, entries: readonly (readonly [StandardStream, string])[]) {
  let order = '';
  const write: WriteSome = (_, bytes, done) => {
    setImmediate(() => {
      order += Buffer.from(bytes).toString();
      done(null, bytes.length);
    });
  };
  const output = new StandardOutput(
    () => {},
    () => {},
    write,
    2,
    isOne,
  );
  for (const [sequence, [stream, text]] of entries.entries()) {
    const bytes = Buffer.from(text.replace('!', ''));
    if (text.startsWith('!')) {
      output.report(bytes.toString());
      await output.drain();
    } else {
      output.enqueue({ kind: 'write', sequence, stream, offset: 0, bytes });
      await output.drain();
    }
  }
  return order;
}

test('a notice begins on a line of its own', async (t) => {
  const entries = [
    [2, '!first'],
    [2, 'one\n'],
    [2, '!second'],
    [2, 'two'],
    [2, '!third'],
    [2, '!fourth'],
    [2, 'three'],
    [2, '\n'],
    [1, 'prompt: '],
    [2, '!fifth'],
  ] as const;
  const common = 'rjvm: first\none\nrjvm: second\ntwo\nrjvm: third\nrjvm: fourth\nthree\nprompt: ';
  t.is(await sequenceOf(false, entries), `${common}rjvm: fifth\n`);
  t.is(await sequenceOf(true, entries), `${common}\nrjvm: fifth\n`);
});

test('notices go out in their order, before what waits; one that nobody reads is none of the program’s failures', async (t) => {
  let order = '';
  let isRead = false;
  const failures: string[] = [];
  const output = new StandardOutput(
    () => {},
    (stream) => failures.push(`${stream}`),
    (_, bytes, done) => {
      setImmediate(() => {
        if (isRead) order += Buffer.from(bytes).toString();
        done(isRead ? null : Object.assign(new Error(), { code: 'EPIPE' }), bytes.length);
      });
    },
    2,
    false,
  );
  output.report('lost');
  await output.drain();
  isRead = true;
  output.enqueue({ kind: 'write', sequence: 0, stream: 1, offset: 0, bytes: Buffer.from('one\n') });
  output.enqueue({ kind: 'write', sequence: 1, stream: 2, offset: 0, bytes: Buffer.from('two\n') });
  output.report('first');
  output.report('second');
  t.true(output.waiting, 'nothing is written while the caller waits for it');
  await output.drain();
  t.is(order, 'one\nrjvm: first\nrjvm: second\ntwo\n');
  t.deepEqual(failures, []);
});

test('a notice does not wait for the other stream, and waits for its own', async (t) => {
  for (const [isOne, stream] of [
    [false, 1],
    [false, 2],
    [true, 1],
  ] as const) {
    const seen: string[] = [];
    let goOn = () => {};
    const write: WriteSome = (_, bytes, done) => {
      const text = Buffer.from(bytes).toString();
      seen.push(text);
      const finish = () => done(null, bytes.length);
      if (text === 'held up\n') goOn = finish;
      else setImmediate(finish);
    };
    const output = new StandardOutput(
      () => {},
      () => {},
      write,
      2,
      isOne,
    );
    output.enqueue({ kind: 'write', sequence: 0, stream, offset: 0, bytes: Buffer.from('held up\n') });
    output.report('news');
    const waits = isOne || stream === 2;
    t.deepEqual(seen, waits ? ['held up\n'] : ['held up\n', 'rjvm: news\n']);
    goOn();
    await output.drain();
    t.deepEqual(seen, ['held up\n', 'rjvm: news\n']);
  }
});

test('the state file is replaced as a whole, and its absence is a clear error', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'rjvm-state-'));
  const path = join(folder, 'state.json');
  let state: State = {
    launcher: 1,
    incarnation: 1,
    replicas: [{ id: 'a', role: 'primary', pid: 2, epoch: 3, state: 'running' }],
  };
  const file = new StateFile(path, () => state, t.fail);
  t.deepEqual(stateSchema.parse(JSON.parse(readFileSync(path, 'utf8'))), state);
  state = { ...state, incarnation: 2 };
  await file.update();
  t.is(stateSchema.parse(JSON.parse(readFileSync(path, 'utf8'))).incarnation, 2);
  state = { ...state, incarnation: 3 };
  void file.update();
  state = { ...state, incarnation: 4 };
  await file.close();
  t.is(stateSchema.parse(JSON.parse(readFileSync(path, 'utf8'))).incarnation, 4);
  t.deepEqual(readdirSync(folder), ['state.json']);
  t.throws(() => new StateFile(join(folder, 'none', 'state.json'), () => state, t.fail), {
    message: /cannot be written \(ENOENT\)/,
  });
  rmSync(folder, { recursive: true });
});

test('the host answers requests, failures as values', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'rjvm-host-'));
  const path = join(folder, 'file');
  writeFileSync(path, 'contents');
  const { perform } = realHost;
  t.deepEqual(
    Buffer.from(perform({ kind: 'readFile', path, position: 3, byteCount: 99 }) as Uint8Array).toString(),
    'tents',
  );
  t.is((perform({ kind: 'readFile', path, position: 8, byteCount: 9 }) as Uint8Array).length, 0);
  const failure = perform({ kind: 'readFile', path: `${path}.none`, position: 0, byteCount: 9 });
  t.deepEqual(failure, new HostError('ENOENT', 'No such file or directory'));
  t.like(perform({ kind: 'readFileStatus', path }), { 0: 1n, 1: 8n });
  t.is(perform({ kind: 'readFileStatus', path: `${path}.none` }), null);
  t.deepEqual(perform({ kind: 'readDirectory', path: folder }), ['file']);
  t.is(perform({ kind: 'readDirectory', path }), null);
  t.is((perform({ kind: 'readEntropy', byteCount: 32 }) as Uint8Array).length, 32);
  const earlier = perform({ kind: 'readMonotonicClock' }) as bigint;
  t.true(earlier <= (perform({ kind: 'readMonotonicClock' }) as bigint));
  t.true(Math.abs(Number((perform({ kind: 'readWallClock' }) as bigint) / 1_000_000n) - Date.now()) < 5000);
  t.is(
    perform({ kind: 'readCanonicalPath', path: `${folder}/./x/../file` }),
    perform({ kind: 'readCanonicalPath', path }),
  );
  rmSync(folder, { recursive: true });
});
