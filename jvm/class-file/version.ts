// Magic and version of a class file (JVMS §4.1), the first things that are looked at.
import { ClassFormatError, UnsupportedClassVersion } from './errors.js';

/** The newest class file version that is run: that of JDK 17. */
export const MAXIMUM_MAJOR_VERSION = 61;

const MAGIC = 0xcafebabe;
const FIRST_MAJOR_VERSION = 45;
/** From this major version on, the minor version is 0 or, for preview features, 65535. */
const FIRST_STRICT_MINOR_VERSION = 56;
const PREVIEW_MINOR_VERSION = 65535;

/** Throws ClassFormatError or UnsupportedClassVersion where the bytes are no class file of a supported version. */
export function checkVersion(bytes: Uint8Array, origin: string): void {
  if (bytes.length < 8) throw new ClassFormatError('Truncated class file');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = view.getUint32(0);
  if (magic !== MAGIC)
    throw new ClassFormatError(`Incompatible magic value ${magic} in class file ${origin}`);
  const minor = view.getUint16(4);
  const major = view.getUint16(6);
  const subject = `${origin} (class file version ${major}.${minor})`;
  if (major < FIRST_MAJOR_VERSION) {
    throw new UnsupportedClassVersion(`${subject} was compiled with an invalid major version`);
  }
  if (major > MAXIMUM_MAJOR_VERSION) {
    throw new UnsupportedClassVersion(
      `${origin} has been compiled by a more recent version of the Java Runtime (class file version ${major}.${minor}), ` +
        `this version of the Java Runtime only recognizes class file versions up to ${MAXIMUM_MAJOR_VERSION}.0`,
    );
  }
  if (major < FIRST_STRICT_MINOR_VERSION || minor === 0) return;
  if (minor !== PREVIEW_MINOR_VERSION) {
    throw new UnsupportedClassVersion(`${subject} was compiled with an invalid non-zero minor version`);
  }
  if (major !== MAXIMUM_MAJOR_VERSION) {
    throw new UnsupportedClassVersion(
      `${subject} was compiled with preview features that are unsupported. This version of the Java Runtime ` +
        `only recognizes preview features for class file version ${MAXIMUM_MAJOR_VERSION}.${PREVIEW_MINOR_VERSION}`,
    );
  }
  throw new UnsupportedClassVersion(
    `Preview features are not enabled for ${subject}. Try running with '--enable-preview'`,
  );
}
