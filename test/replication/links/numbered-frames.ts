// Numbered frames over links of several paths, for tests: what has come, what the dialler has said, and waits for both.
import type { Link } from '../../../replication/links/link.js';

/** What has come over a link, and a wait for it. */
export function gather(link: Link) {
  const numbers: number[] = [];
  const texts: string[] = [];
  let wake = () => {};
  let isClosed = false;
  link.open({
    text: (text) => {
      texts.push(text);
      wake();
    },
    frame: (bytes) => {
      numbers.push(Buffer.from(bytes).readUInt32BE(0));
      wake();
    },
    closed: () => {
      isClosed = true;
      wake();
    },
  });
  const until = async (isDone: () => boolean) => {
    while (!isDone()) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { numbers, texts, until, isClosed: () => isClosed };
}

export function frame(number: number, byteCount = 4): Uint8Array {
  const bytes = Buffer.alloc(byteCount);
  bytes.writeUInt32BE(number);
  return bytes;
}

export const inOrder = (count: number) => Array.from({ length: count }, (_, index) => index);

/** What a dialler says of its paths, and a wait for a sentence that it has not said among the first `seen`. */
export function gatherChanges() {
  const changes: string[] = [];
  let wake = () => {};
  const changed = (sentence: string) => {
    changes.push(sentence);
    wake();
  };
  const added = (name: string, liveCount: number) => {
    if (liveCount > 1) changed(`${name} is added`);
  };
  const untilChange = async (pattern: RegExp, seen = 0) => {
    while (!changes.slice(seen).some((change) => pattern.test(change))) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { changes, changed, added, untilChange };
}

export async function untilOrLate(happened: Promise<void>, limitMs: number): Promise<void> {
  const late = new Promise<never>((_, reject) => setTimeout(() => reject(new Error('late')), limitMs));
  await Promise.race([happened, late]);
}
