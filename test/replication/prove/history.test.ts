// Journals and what is made of them: one history of a run through all of its replicas, and what contradicts it.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import type { LogRecord } from '../../../replication/log.js';
import { momentText, parseMoment } from '../../../replication/prove/case.js';
import { disagreement, histories, inputFault } from '../../../replication/prove/history.js';
import { type Journal, JournalWriter, readJournal } from '../../../replication/prove/journal.js';
import { type Measured, planRuns } from '../../../replication/prove/plan.js';
import { temporaryFolder } from '../../lib/temporary.js';

function input(epoch: number, value: number): LogRecord {
  return { kind: 'input', position: { epoch, ordinal: 0 }, value };
}

function journal(replica: string, values: readonly number[], more: Partial<Journal> = {}): Journal {
  const records = values.map((value, epoch) => input(epoch, value));
  const nothing = { saved: new Map(), leadsFrom: null, epoch: records.length, outputCount: 0 };
  return { replica, records, ...nothing, ...more };
}

function contradiction(last: string, ...journals: Journal[]): string | null {
  const all = histories(new Map(journals.map((each) => [each.replica, each])));
  return disagreement(all.get(last)!, all.values());
}

test('a journal gives back what a machine was told, also where the last entry is cut off', (t) => {
  const path = join(temporaryFolder(t), 'journal');
  const writer = new JournalWriter(path);
  writer.input({ epoch: 0, ordinal: 0 }, 7n);
  writer.posting(2, 1);
  writer.boundary(2, [{ kind: 'timer', id: 4 }]);
  writer.saved('c');
  writer.leads();
  writer.input({ epoch: 3, ordinal: 0 }, 'x');
  writer.posting(5, 3);
  writer.close();
  const read = readJournal(path, 'b');
  t.deepEqual(read.records, [
    { kind: 'input', position: { epoch: 0, ordinal: 0 }, value: 7n },
    { kind: 'boundary', epoch: 2, actions: [{ kind: 'timer', id: 4 }] },
    { kind: 'input', position: { epoch: 3, ordinal: 0 }, value: 'x' },
  ]);
  t.deepEqual(
    { ...read, records: [] },
    {
      replica: 'b',
      records: [],
      saved: new Map([['c', 2]]),
      leadsFrom: 2,
      epoch: 5,
      outputCount: 3,
    },
  );
  const whole = readFileSync(path);
  for (let length = 0; length < whole.length; length++) {
    const cut = join(temporaryFolder(t), 'cut');
    writeFileSync(cut, whole.subarray(0, length));
    t.true(readJournal(cut, 'b').records.length <= 3);
  }
  appendFileSync(path, Buffer.from([9]));
  t.throws(() => readJournal(path, 'b'), { message: /no entry of a journal begins with the byte 9/ });
});

test('the history of a later replica begins with that of the one whose state it got', (t) => {
  const a = journal('a', [1, 2, 3, 4, 5], { saved: new Map([['c', 3]]), leadsFrom: 0 });
  const c: Journal = { ...journal('c', []), records: [input(3, 4), input(4, 5), input(5, 6)], leadsFrom: 2 };
  const all = histories(
    new Map([
      ['a', a],
      ['c', c],
    ]),
  );
  const history = all.get('c')!;
  t.deepEqual(
    history.records.map((record) => (record.kind === 'input' ? record.value : null)),
    [1, 2, 3, 4, 5, 6],
  );
  t.deepEqual(history.beginnings, [0, 5]);
  t.is(history.leadsFrom, 5);
  t.is(contradiction('c', a, c), null);
});

test('what the lost primary had decided and nobody had heard of may be decided anew, and nothing else', (t) => {
  const a = journal('a', [1, 2, 3, 40], { leadsFrom: 0 });
  t.is(contradiction('b', a, journal('b', [1, 2, 3, 4], { leadsFrom: 3 })), null);
  // The log was not what the primary had decided.
  t.regex(
    contradiction('b', a, journal('b', [1, 9, 3, 4], { leadsFrom: 3 }))!,
    /replica a was told input 0 of epoch 1/,
  );
  // A backup that only followed has another value.
  t.regex(contradiction('a', a, journal('b', [1, 2, 7]))!, /replica b was told input 0 of epoch 2 /);
  t.is(contradiction('a', a, journal('b', [1, 2])), null);
});

function answers(...values: (Uint8Array | null)[]): LogRecord[] {
  return values.map((value, index) => ({
    kind: 'boundary',
    epoch: index,
    actions: [{ kind: 'input', id: index + 1, value }],
  }));
}

test('standard input is given once, whole and in order', (t) => {
  const bytes = (text: string) => new Uint8Array(Buffer.from(text));
  const all = bytes('abcdef');
  t.is(inputFault(answers(bytes('abc'), null, bytes('def'), bytes('')), all), null);
  t.is(inputFault(answers(bytes('abc')), all), null);
  t.regex(inputFault(answers(bytes('abc'), bytes('abc')), all)!, /other bytes than stand at byte 3/);
  t.regex(inputFault(answers(bytes('abc'), bytes('ef')), all)!, /other bytes than stand at byte 3/);
  t.regex(
    inputFault(answers(bytes('abc'), bytes('')), all)!,
    /the end of its standard input after 3 of 6 bytes/,
  );
  const [first] = answers(bytes('abc'));
  t.regex(inputFault([first!, { ...first!, epoch: 1 } as LogRecord], all)!, /request 1 .* answered twice/);
});

const MEASURED: Measured = { durationMs: 1000, epochCount: 1000, outputCount: 12, detectionMs: 1000 };
const OPTIONS = {
  victims: ['primary', 'backup'],
  signals: ['SIGKILL', 'SIGSTOP'],
  seed: 4,
  limit: 100,
} as const;

test('a plan takes every moment, or evenly so many as the limit allows, and follows from its seed', (t) => {
  const outputs = planRuns({ ...OPTIONS, points: { kind: 'outputs' } }, MEASURED);
  t.is(outputs.strikes.length, 12);
  t.deepEqual(
    outputs.strikes.slice(0, 4).map(({ moment, victim, signal }) => [momentText(moment), victim, signal]),
    [
      ['output:0:made', 'primary', 'SIGKILL'],
      ['output:1:made', 'backup', 'SIGKILL'],
      ['output:2:sent', 'primary', 'SIGSTOP'],
      ['output:3:made', 'backup', 'SIGSTOP'],
    ],
  );
  const epochs = planRuns({ ...OPTIONS, points: { kind: 'epochs' } }, MEASURED);
  t.is(epochs.momentCount, 1000);
  const numbers = epochs.strikes.map(({ moment }) => (moment.kind === 'epoch' ? moment.epoch : -1));
  t.is(numbers.length, 100);
  t.is(numbers[0], 1);
  t.is(numbers.at(-1), 1000);
  for (let index = 1; index < 100; index++) {
    const step = numbers[index]! - numbers[index - 1]!;
    t.true(step >= 10 && step <= 11);
  }
  const random = () => planRuns({ ...OPTIONS, points: { kind: 'random', count: 30 } }, MEASURED).strikes;
  t.deepEqual(random(), random());
  t.true(new Set(random().map(({ moment }) => momentText(moment))).size > 20);
  t.true(random().some(({ wakeAfterMs }) => wakeAfterMs !== null));
  for (const { moment } of [...random(), ...outputs.strikes])
    t.deepEqual(parseMoment(momentText(moment)), moment);
  t.is(parseMoment('output:x'), null);
});
