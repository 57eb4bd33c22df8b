// Virtual files: descriptors, positions and what is asked of the environment, with a scripted one.
import test from 'ava';
import type { InternalDescriptor } from '../../jvm/actions.js';
import type { BirthRecord } from '../../jvm/birth-record.js';
import { type ActionResult, HostError, type Request } from '../../jvm/environment.js';
import { VirtualFiles } from '../../jvm/virtual-files.js';

const CONTENTS = new TextEncoder().encode('0123456789');
const record = {
  jdk: { home: '/jdk', version: '17', digest: '' },
  hostProperties: { 'user.dir': '/home/ann' },
} as unknown as BirthRecord;

/** A host with the files /data and /jdk/file of ten bytes and the folder /folder. */
function answer(request: Request): ActionResult {
  switch (request.kind) {
    case 'readFileStatus':
      if (request.path === '/folder') return [2n, 4096n, 0n, 7n];
      return ['/data', '/jdk/lib/modules'].includes(request.path) ? [1n, 10n, 0n, 4n] : null;
    case 'readFile':
      if (!['/data', '/jdk/lib/modules'].includes(request.path)) {
        return new HostError('ENOENT', 'No such file or directory');
      }
      return CONTENTS.slice(request.position, request.position + request.byteCount);
    case 'readEntropy':
      return new Uint8Array(request.byteCount).fill(7);
    case 'readCanonicalPath':
      return request.path.replace(/^\/link(?=\/|$)/, '/folder');
    case 'releaseFile':
      return null;
    default:
      throw new Error(request.kind);
  }
}

function make(): { files: VirtualFiles; performed: { request: Request; logged: boolean }[] } {
  const performed: { request: Request; logged: boolean }[] = [];
  const files = new VirtualFiles({
    birthRecord: record,
    waitForInput: () => {
      throw new Error('no thread can wait here');
    },
    perform: (descriptor: InternalDescriptor, request: Request) => {
      performed.push({ request, logged: descriptor.suppressedAtBackup });
      return answer(request);
    },
  });
  return { files, performed };
}

const bytes = (text: string) => new TextEncoder().encode(text);

test('descriptors begin after the standard ones, the lowest free one first', (t) => {
  const { files } = make();
  t.is(files.open('/data'), 3);
  t.is(files.open('/data'), 4);
  t.true(files.close(3));
  t.false(files.close(3));
  t.is(files.open('/data'), 3);
});

test('a closed standard descriptor stands for nothing and is never given again', (t) => {
  const { files } = make();
  t.true(files.close(1));
  t.is(files.get(1)?.kind, 'nothing');
  t.is(files.open('/data'), 3);
});

test('reads move the position, reads at a position do not', (t) => {
  const { files } = make();
  const descriptor = files.open('/data') as number;
  t.deepEqual(files.read(descriptor, 4), bytes('0123'));
  t.deepEqual(files.readAt(files.get(descriptor)!, 8n, 9), bytes('89'));
  t.deepEqual(files.read(descriptor, 100), bytes('456789'));
  t.deepEqual(files.read(descriptor, 100), bytes(''));
  t.is(files.get(descriptor)!.position, 10n);
  files.get(descriptor)!.position = 1n << 62n;
  t.deepEqual(files.read(descriptor, 1), bytes(''));
});

test('a duplicate shares the position', (t) => {
  const { files } = make();
  const descriptor = files.open('/data') as number;
  const copy = files.duplicate(descriptor) as number;
  files.read(descriptor, 3);
  files.close(descriptor);
  t.deepEqual(files.read(copy, 2), bytes('34'));
});

test('errors are the host’s, and opening a folder needs asking', (t) => {
  const { files } = make();
  t.deepEqual(files.open('/none'), new HostError('ENOENT', 'No such file or directory'));
  t.deepEqual(files.open('/folder'), new HostError('EISDIR', 'Is a directory'));
  t.is(files.open('/folder', true), 3);
  t.deepEqual(files.read(9, 1), new HostError('EBADF', 'Bad file descriptor'));
});

test('the bytes of the class library are read by each replica, all else is logged', (t) => {
  const { files, performed } = make();
  files.read(files.open('/jdk/lib/modules') as number, 1);
  t.true(performed.some(({ request }) => request.kind === 'readFile'));
  t.true(performed.every(({ request, logged }) => logged === (request.kind !== 'readFile')));
  performed.length = 0;
  files.read(files.open('/data') as number, 1);
  t.true(performed.length > 0 && performed.every(({ logged }) => logged));
});

test('the random devices are entropy', (t) => {
  const { files, performed } = make();
  t.deepEqual(files.read(files.open('/dev/urandom') as number, 2), Uint8Array.of(7, 7));
  t.deepEqual(performed, [{ request: { kind: 'readEntropy', byteCount: 2 }, logged: true }]);
});

test('relative paths begin at the current folder', (t) => {
  const { files } = make();
  t.is(files.absolute('a/b'), '/home/ann/a/b');
  t.is(files.absolute('/a'), '/a');
  t.is(files.status(files.absolute('')), null);
  t.deepEqual(files.open(files.absolute('')), new HostError('ENOENT', 'No such file or directory'));
});

test('a saved table goes on in another machine', (t) => {
  const first = make().files;
  const descriptor = first.open('/data') as number;
  const copy = first.duplicate(descriptor) as number;
  first.close(first.open('/jdk/lib/modules') as number);
  first.read(descriptor, 4);
  const directory = first.openDirectory(['x', 'y']);
  first.nextName(directory);
  const second = make().files;
  second.restore(first.save());
  t.deepEqual(second.save(), first.save());
  t.deepEqual(second.read(copy, 2), bytes('45'));
  t.deepEqual(second.read(descriptor, 2), bytes('67'));
  t.is(second.nextName(directory), 'y');
  t.is(second.nextName(directory), undefined);
  t.is(second.openDirectory([]), first.openDirectory([]));
  t.is(second.open('/data'), 5);
});
