// The boot image: a machine saved when its class library has started, kept in the user's cache folder. It spares the
// boot; whether there is one changes nothing that a program or another replica can see.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { BirthRecord } from '../jvm/birth-record.js';
import { bootRecordOf } from '../jvm/boot-record.js';
import { decodeSavedMachine, encodeSavedMachine, type SavedMachine } from '../jvm/snapshot/saved-machine.js';
import { Digest, digestHex } from '../lib/digest.js';
import { codeFingerprint } from './code-digest.js';

const MAGIC = Buffer.from('rjvm boot image\n');
const DIGEST_BYTES = 20;
const HEADER_BYTES = MAGIC.length + DIGEST_BYTES;
/** Images that are kept, the newest ones. */
const MAXIMUM_IMAGES = 8;
const FILE_NAME = /^boot-[0-9a-f]{40}\.image$/;
/** One that is being written; after so long nobody writes it any more. */
const TEMPORARY_NAME = /^boot-[0-9a-f]{40}\.image\.\d+\.\d+$/;
const ABANDONED_MS = 3_600_000;

/** Folders of the program whose code an image depends on. */
const CODE_FOLDERS = ['jvm', 'classpath-stubs', 'lib'];

/** What was found of an image. */
export type FoundImage = SavedMachine | 'none' | 'damaged';

/** Folder of the images: $XDG_CACHE_HOME or ~/.cache, and in it rjvm. */
export function imageFolder(): string {
  const { XDG_CACHE_HOME: cache } = process.env;
  return join(cache?.startsWith('/') ? cache : join(homedir(), '.cache'), 'rjvm');
}

/** The image file for machines of this birth record; null where they boot with their own. */
export function imageFile(record: BirthRecord): string | null {
  const bootRecord = bootRecordOf(record);
  if (bootRecord === null) return null;
  const digest = new Digest().update(Buffer.from(JSON.stringify(sorted(bootRecord))));
  digest.update(Buffer.from(codeFingerprint(CODE_FOLDERS)));
  return join(imageFolder(), `boot-${digest.hex()}.image`);
}

/** The same plain data with the keys of its objects in order. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}

/** Reads an image and checks its digest. */
export function readImage(file: string): FoundImage {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch {
    return 'none';
  }
  if (bytes.length < HEADER_BYTES || Buffer.compare(bytes.subarray(0, MAGIC.length), MAGIC) !== 0) {
    return 'damaged';
  }
  const content = bytes.subarray(HEADER_BYTES);
  const digest = Buffer.from(bytes.subarray(MAGIC.length, HEADER_BYTES)).toString('hex');
  return digest === digestHex(content) ? decodeSavedMachine(content) : 'damaged';
}

/** Writes an image, as a whole or not at all; false where the folder does not let it. */
export function writeImage(file: string, saved: SavedMachine): boolean {
  const content = encodeSavedMachine(saved);
  const header = Buffer.concat([MAGIC, Buffer.from(digestHex(content), 'hex')]);
  const temporary = `${file}.${process.pid}.${process.hrtime.bigint()}`;
  const isWritten = succeeds(() => {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(temporary, Buffer.concat([header, content]), { mode: 0o600, flag: 'wx' });
    renameSync(temporary, file);
  });
  // What a full disk has taken so far goes away again, and so do images that are long out of use.
  if (isWritten) succeeds(() => removeOldImages(dirname(file)));
  else succeeds(() => rmSync(temporary, { force: true }));
  return isWritten;
}

/** False where the file system is against it. */
function succeeds(change: () => void): boolean {
  try {
    change();
    return true;
  } catch {
    return false;
  }
}

/** Keeps the newest images: each option, JDK and build has its own. What processes have left that died as they wrote one
 *  goes away as well. */
function removeOldImages(folder: string): void {
  const files = (pattern: RegExp) =>
    readdirSync(folder)
      .filter((name) => pattern.test(name))
      .map((name) => join(folder, name))
      // Others clean up as well.
      .map((path) => ({ path, writtenMs: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 }));
  const images = files(FILE_NAME).toSorted((a, b) => b.writtenMs - a.writtenMs);
  const abandoned = files(TEMPORARY_NAME).filter(({ writtenMs }) => Date.now() - writtenMs > ABANDONED_MS);
  for (const { path } of [...images.slice(MAXIMUM_IMAGES), ...abandoned]) rmSync(path, { force: true });
}
