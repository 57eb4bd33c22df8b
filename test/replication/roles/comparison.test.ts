// A primary's outputs and checkpoints held against those of its backups.
import test from 'ava';
import { MAXIMUM_EARLY_OUTPUTS, MAXIMUM_KEPT_CHECKPOINTS } from '../../../replication/limits.js';
import { OutputWriter } from '../../../replication/outputs.js';
import { PeerError } from '../../../replication/peer-error.js';
import { Comparison, outputChecksums } from '../../../replication/roles/comparison.js';

function block(...texts: readonly string[]) {
  const writer = new OutputWriter();
  for (const text of texts) writer.write(1, Buffer.from(text));
  return writer.take()!;
}

test('the same outputs are the same, whoever comes to them first', (t) => {
  const comparison = new Comparison();
  const checksums = outputChecksums(block('one', 'two', 'three'));
  t.true(comparison.areSame('b', 0, checksums), 'nothing speaks against them yet');
  t.true(comparison.areSame('c', 0, [...checksums.slice(0, 2), 0]));
  t.deepEqual(comparison.addOutputs(block('one', 'two', 'three')), ['c']);
  t.true(comparison.areSame('b', 0, checksums));
  t.false(comparison.areSame('b', 1, [checksums[1]! ^ 1]));
  comparison.forgetOutputs(1);
  t.true(comparison.areSame('b', 1, [checksums[1]! ^ 1]), 'that has been compared already');
  t.false(comparison.areSame('b', 2, [checksums[2]! ^ 1]));
});

test('a checksum tells stream, place and bytes apart', (t) => {
  const [first, second] = outputChecksums(block('same', 'same'));
  t.not(first, second);
  t.not(outputChecksums(block('x'))[0], outputChecksums(block('y'))[0]);
  const error = new OutputWriter();
  error.write(2, Buffer.from('x'));
  t.not(outputChecksums(error.take()!)[0], outputChecksums(block('x'))[0]);
});

test('a backup that is too far ahead is turned away', (t) => {
  const comparison = new Comparison();
  const many = Array.from({ length: MAXIMUM_EARLY_OUTPUTS + 1 }, () => 0);
  t.throws(() => comparison.areSame('b', 0, many), { instanceOf: PeerError });
});

test('checkpoints are compared while they are remembered', (t) => {
  const comparison = new Comparison();
  for (let epoch = 0; epoch <= MAXIMUM_KEPT_CHECKPOINTS; epoch++)
    comparison.addCheckpoint({ epoch, signature: 'x' });
  t.false(comparison.isSame({ epoch: 1, signature: 'y' }));
  t.true(comparison.isSame({ epoch: 1, signature: 'x' }));
  t.true(comparison.isSame({ epoch: 0, signature: 'y' }), 'too old to be known');
});
