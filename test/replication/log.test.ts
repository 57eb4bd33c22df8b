// The log and the outputs: binary forms, damaged bytes, and the backup's reading of the log.
import test from 'ava';
import type { ActionResult } from '../../jvm/environment.js';
import { HostError } from '../../jvm/environment.js';
import { readValue, writeValue } from '../../jvm/value-codec.js';
import { BinaryReader, BinaryWriter } from '../../lib/binary.js';
import { generator } from '../../lib/generator.js';
import { decodeBatch, type LogRecord, LogWriter, ReplayLog } from '../../replication/log.js';
import { decodeFrame, encodeFrame, type Frame, parseToReplica } from '../../replication/messages.js';
import { decodeOutputs, OutputWriter } from '../../replication/outputs.js';
import { PeerError } from '../../replication/peer-error.js';
import { toyRecord } from './toy-machine.js';

const VALUES: readonly ActionResult[] = [
  undefined,
  null,
  0,
  -0,
  NaN,
  -1.5,
  2 ** 60,
  0n,
  -(2n ** 63n),
  2n ** 63n - 1n,
  '',
  'plain',
  'größe',
  'unpaired \ud800 and 漢字',
  'x'.repeat(10_000),
  new Uint8Array(),
  Uint8Array.of(0, 255, 7),
  [],
  ['a', 'ü', '\udc00'],
  [1n, -2n],
  new HostError('ENOENT', 'No such file or directory'),
];

const RECORDS: readonly LogRecord[] = [
  ...VALUES.map((value, ordinal): LogRecord => ({ kind: 'input', position: { epoch: 0, ordinal }, value })),
  { kind: 'boundary', epoch: 0, actions: [{ kind: 'timer', id: 0 }] },
  { kind: 'settled', epoch: 5 },
  { kind: 'input', position: { epoch: 5, ordinal: 0 }, value: 1n },
  {
    kind: 'boundary',
    epoch: 7,
    actions: [
      { kind: 'timer', id: 3 },
      { kind: 'timer', id: 2 ** 40 },
      { kind: 'signal', id: 1, signal: 15 },
      { kind: 'membership', id: 1, change: 'lost', replica: 'b', replicaCount: 1 },
      { kind: 'membership', id: 2, change: 'whole', replica: 'c', replicaCount: 2 },
    ],
  },
  { kind: 'settled', epoch: 2 ** 40 },
];

test('every value comes back equal', (t) => {
  for (const value of VALUES) {
    const writer = new BinaryWriter();
    writeValue(writer, value);
    const reader = new BinaryReader(writer.finish());
    const back = readValue(reader);
    t.is(reader.remaining, 0);
    t.deepEqual(back, value);
    if (typeof value === 'number') t.true(Object.is(back, value));
  }
});

test('batches come back equal, numbered without gaps', (t) => {
  const writer = new LogWriter();
  for (let number = 0; number < 3; number++) {
    const base = number * 2 ** 41;
    const records = RECORDS.map((record): LogRecord => {
      if (record.kind !== 'input') return { ...record, epoch: record.epoch + base };
      return { ...record, position: { ...record.position, epoch: record.position.epoch + base } };
    });
    for (const record of records) writer.append(record);
    const batch = writer.take()!;
    t.is(batch.number, number);
    t.deepEqual(decodeBatch(batch.bytes), { number, records });
  }
  t.is(writer.take(), null);
});

test('a log never goes back', (t) => {
  const writer = new LogWriter();
  writer.append({ kind: 'boundary', epoch: 4, actions: [{ kind: 'timer', id: 1 }] });
  t.throws(() => writer.append({ kind: 'settled', epoch: 3 }));
  t.throws(() => writer.append({ kind: 'input', position: { epoch: 4, ordinal: 0 }, value: null }));
  t.throws(() => writer.append({ kind: 'boundary', epoch: 9, actions: [] }));
});

test('truncated and damaged batches are refused with a typed error', (t) => {
  const writer = new LogWriter();
  for (const record of RECORDS) writer.append(record);
  const { bytes } = writer.take()!;
  for (let length = 0; length < bytes.length; length += length < 200 ? 1 : 97) {
    t.throws(() => decodeBatch(bytes.subarray(0, length)), { instanceOf: PeerError });
  }
  t.throws(() => decodeBatch(Uint8Array.of(...bytes, 0)), { instanceOf: PeerError });
  t.like(
    t.throws(() => decodeBatch(Uint8Array.of(9, ...bytes.subarray(1)))),
    { code: 'VERSION' },
  );
  const random = generator(7);
  for (let round = 0; round < 3000; round++) {
    const damaged = bytes.slice();
    damaged[Math.floor(random() * 200)] = Math.floor(random() * 256);
    try {
      decodeBatch(damaged);
    } catch (error) {
      t.true(error instanceof PeerError, String(error));
    }
  }
});

test('the backup finds inputs and boundaries at their positions, and no others', (t) => {
  const log = new ReplayLog();
  t.is(log.takeInput({ epoch: 0, ordinal: 0 }), undefined);
  t.is(log.takeBoundary(0), undefined);
  log.append([
    { kind: 'input', position: { epoch: 2, ordinal: 0 }, value: 7 },
    { kind: 'boundary', epoch: 3, actions: [{ kind: 'timer', id: 5 }] },
  ]);
  t.deepEqual(log.takeBoundary(0), []);
  t.deepEqual(log.takeBoundary(1), []);
  t.throws(() => log.takeInput({ epoch: 2, ordinal: 1 }), { message: /diverged/ });
  t.throws(() => log.takeBoundary(2), { message: /diverged/ });
  t.is(log.takeInput({ epoch: 2, ordinal: 0 })?.value, 7);
  t.deepEqual(log.takeBoundary(2), []);
  t.throws(() => log.takeInput({ epoch: 3, ordinal: 0 }), { message: /diverged/ });
  t.deepEqual(log.takeBoundary(3), [{ kind: 'timer', id: 5 }]);
  t.is(log.takeInput({ epoch: 4, ordinal: 0 }), undefined);
  t.is(log.takeBoundary(4), undefined);
  log.append([{ kind: 'settled', epoch: 6 }]);
  t.throws(() => log.takeInput({ epoch: 4, ordinal: 0 }), { message: /diverged/ });
  t.deepEqual(log.takeBoundary(5), []);
  t.is(log.takeBoundary(6), undefined);
});

test('outputs keep their sequence and their offsets across blocks', (t) => {
  const writer = new OutputWriter();
  writer.write(1, Uint8Array.of(1, 2, 3));
  writer.write(2, Uint8Array.of(4));
  const first = writer.take()!;
  writer.write(1, Uint8Array.of(5));
  writer.exit(-1);
  const second = writer.take()!;
  t.is(writer.take(), null);
  t.deepEqual(
    [first.firstSequence, first.lastSequence, second.firstSequence, second.lastSequence],
    [0, 1, 2, 3],
  );
  t.deepEqual(
    [...decodeOutputs(first.bytes), ...decodeOutputs(second.bytes)],
    [
      { kind: 'write', sequence: 0, stream: 1, offset: 0, bytes: Uint8Array.of(1, 2, 3) },
      { kind: 'write', sequence: 1, stream: 2, offset: 0, bytes: Uint8Array.of(4) },
      { kind: 'write', sequence: 2, stream: 1, offset: 3, bytes: Uint8Array.of(5) },
      { kind: 'exit', sequence: 3, exitCode: -1 },
    ],
  );
  t.throws(() => decodeOutputs(first.bytes.subarray(0, 5)), { instanceOf: PeerError });
  t.throws(() => decodeOutputs(Uint8Array.of(...first.bytes, 1)), { instanceOf: PeerError });
});

test('frames and control messages come back equal, and nonsense is refused', (t) => {
  const frames: Frame[] = [
    { kind: 'log', stableBatch: -1, bytes: Uint8Array.of(1, 2) },
    { kind: 'compared', firstSequence: 4, checksums: [0, 2 ** 32 - 1] },
    { kind: 'checked', epoch: 1024, signature: 'abc' },
    {
      kind: 'heartbeat',
      incarnation: 2,
      epoch: 9,
      activity: 'blocked',
      executedCount: 2 ** 40,
      threadCount: 3,
      threadStates: [1, 0, 2],
      stackBytes: 1000,
      heapBytes: 2 ** 30,
      outputChecksum: 2 ** 32 - 1,
    },
    { kind: 'acknowledged', batchNumber: -1, epoch: 0 },
    { kind: 'acknowledged', batchNumber: 12345, epoch: 2 ** 45 },
    { kind: 'outputs', incarnation: 3, bytes: Uint8Array.of(9) },
    { kind: 'confirmed', sequence: 2 ** 33 },
  ];
  for (const frame of frames) t.deepEqual(decodeFrame(encodeFrame(frame)), frame);
  for (const bytes of [[], [0], [99, 9], [2, 1], [2, 1, 1, 1], [4], [3]]) {
    t.throws(() => decodeFrame(Uint8Array.from(bytes)), { instanceOf: PeerError });
  }
  const record = toyRecord({ steps: [], rounds: 1 });
  const start = {
    kind: 'start',
    role: 'backup',
    incarnation: 1,
    followers: [],
    primary: 'b',
    primaryAddresses: [{ host: '10.0.0.1', port: 5 }],
    reintegrating: false,
    record,
  } as const;
  t.deepEqual(parseToReplica(JSON.stringify(start)), start);
  for (const text of [
    '',
    '{',
    '[]',
    '{"kind":"promote"}',
    '{"kind":"promote","incarnation":-1}',
    '{"kind":"dance"}',
  ]) {
    t.like(
      t.throws(() => parseToReplica(text)),
      { code: 'MALFORMED' },
    );
  }
});
