// java.lang.System: the clocks are the environment's, so reading them is an input action.
import { input, internal } from '../../../jvm/actions.js';
import type { Machine } from '../../../jvm/machine.js';
import type { NativeTable } from '../../../jvm/natives.js';
import type { Reference } from '../../../jvm/runtime-class.js';
import { arrayCopy } from '../../support/array-copy.js';

const NS_PER_MS = 1_000_000n;

/** Sets a final static field, as System.setOut does. */
function setStream(m: Machine, name: string, stream: Reference): void {
  m.heap.setInt(m.field('java/lang/System', name).offset, stream);
}

export const natives = {
  'arraycopy(Ljava/lang/Object;ILjava/lang/Object;II)V': { action: internal, raw: arrayCopy },
  'identityHashCode(Ljava/lang/Object;)I': {
    action: internal,
    call: (m: Machine, object: Reference) => m.heap.identityHash(object),
  },
  'setIn0(Ljava/io/InputStream;)V': {
    action: internal,
    call: (m: Machine, stream: Reference) => setStream(m, 'in', stream),
  },
  'setOut0(Ljava/io/PrintStream;)V': {
    action: internal,
    call: (m: Machine, stream: Reference) => setStream(m, 'out', stream),
  },
  'setErr0(Ljava/io/PrintStream;)V': {
    action: internal,
    call: (m: Machine, stream: Reference) => setStream(m, 'err', stream),
  },
  'currentTimeMillis()J': { action: input(), call: (m: Machine) => m.readWallClock() / NS_PER_MS },
  'nanoTime()J': { action: input(), call: (m: Machine) => m.readMonotonicClock() },
  'mapLibraryName(Ljava/lang/String;)Ljava/lang/String;': {
    action: internal,
    call: (m: Machine, name: Reference) => {
      const text = m.textOf(name) ?? m.throwNew('java/lang/NullPointerException');
      return m.heap.newString(`lib${text}.so`);
    },
  },
} satisfies NativeTable;
