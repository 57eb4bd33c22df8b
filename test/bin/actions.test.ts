// rjvm actions: complete, sorted, filtered, and the same in words and as JSON.
import test from 'ava';
import { nativeTables } from '../../classpath-stubs/index.js';
import { type ActionDescriptor, encodeDescriptor } from '../../jvm/actions.js';
import { ASYNCHRONOUS_ACTIONS, SYNCHRONOUS_ACTIONS } from '../../jvm/external-actions.js';
import { RJVM, runCommand } from '../support/command.js';

type Listed = ActionDescriptor & { readonly action: string; readonly bits: number };

async function lines(...words: string[]): Promise<string[]> {
  const { stdout, stderr, exit } = await runCommand(RJVM, ['actions', ...words]);
  if (exit !== 0 || stderr !== '') throw new Error(`${exit}: ${stderr}`);
  return stdout.trimEnd().split('\n');
}

test('lists every native and every external action, sorted', async (t) => {
  const listed = JSON.parse((await lines('--json')).join('\n')) as Listed[];
  let natives = 0;
  for (const table of nativeTables.values()) natives += Object.keys(table).length;
  const externals = Object.keys(SYNCHRONOUS_ACTIONS).length + Object.keys(ASYNCHRONOUS_ACTIONS).length;
  t.is(listed.length, natives + externals);
  const names = listed.map(({ action }) => action);
  t.deepEqual(names, names.toSorted());
  for (const { bits, ...descriptor } of listed) t.is(bits, encodeDescriptor(descriptor), descriptor.action);
});

test('the whole list reaches a reader that takes its time, and one that goes away is no failure', async (t) => {
  const through = (reader: string) =>
    runCommand('bash', ['-c', `"$0" actions --json | (${reader}); echo "\${PIPESTATUS[0]}"`, RJVM]);
  const slow = await through('sleep 1; cat');
  const [exit, ...rest] = slow.stdout.trimEnd().split('\n').reverse();
  t.is(exit, '0');
  t.is(rest.reverse().join('\n'), (await lines('--json')).join('\n'));
  t.deepEqual(await through('head -c 10'), { ...slow, stdout: `${slow.stdout.slice(0, 10)}0\n` });
});

test("tells a descriptor in the patent's words and bits", async (t) => {
  const [head, ...rows] = await lines('NANOTIME', 'fileoutputstream.open0', 'OutOfMemory', 'timer');
  t.regex(head!, /^bits +class +io +at backup +value +outputs +flow +answer +scope +action$/);
  const cells = rows.map((row) => row.split(/ {2,}/));
  const line = (name: string) => cells.find((row) => row.at(-1)!.startsWith(name))!.slice(0, -1);
  t.deepEqual(line('java.lang.System.nanoTime()J'), [
    '000010110',
    'internal',
    'input',
    'suppressed',
    'not virtualised',
    '-',
    '-',
    '-',
    '-',
  ]);
  t.deepEqual(line('java.io.FileOutputStream.open0').slice(0, 4), [
    '000011010',
    'internal',
    'output',
    'suppressed',
  ]);
  t.deepEqual(line('java.lang.OutOfMemoryError').slice(-3), ['synchronous', '-', 'weakly global, kill']);
  t.deepEqual(line('timer').slice(-3), ['asynchronous', '-', 'weakly global, ignore']);
  const outOfMemory = cells.find((row) => row.at(-1)!.includes('OutOfMemory'))!.at(-1);
  t.is(
    outOfMemory,
    'java.lang.OutOfMemoryError (no room in the heap)',
    'a name that can be copied as it stands',
  );
});

test('a word that fits nothing is refused', async (t) => {
  for (const words of [[], ['--json']]) {
    const { stdout, stderr, exit } = await runCommand(RJVM, ['actions', ...words, 'no.such.Class']);
    t.deepEqual([stdout, exit], ['', 1]);
    t.is(stderr, 'rjvm: no action has no.such.Class in its name; rjvm actions lists them all\n');
  }
});
