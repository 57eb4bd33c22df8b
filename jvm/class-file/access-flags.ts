// Access flags of classes, fields and methods (JVMS tables 4.1-B, 4.5-A, 4.6-A) and their legal combinations.

export const ACC = {
  PUBLIC: 0x0001,
  PRIVATE: 0x0002,
  PROTECTED: 0x0004,
  STATIC: 0x0008,
  FINAL: 0x0010,
  SYNCHRONIZED: 0x0020,
  /** On a class, where it has no meaning any more. */
  SUPER: 0x0020,
  VOLATILE: 0x0040,
  /** On a method. */
  BRIDGE: 0x0040,
  TRANSIENT: 0x0080,
  /** On a method. */
  VARARGS: 0x0080,
  NATIVE: 0x0100,
  INTERFACE: 0x0200,
  ABSTRACT: 0x0400,
  STRICT: 0x0800,
  SYNTHETIC: 0x1000,
  ANNOTATION: 0x2000,
  ENUM: 0x4000,
  /** On a class. */
  MODULE: 0x8000,
} as const;

/** From this major version on, interfaces may have private, static and default methods. */
const FIRST_VERSION_OF_DEFAULT_METHODS = 52;
/** From this major version on, ACC_STRICT means nothing. */
const FIRST_VERSION_WITHOUT_STRICT = 61;

/** Whether a class may have these flags (JVMS §4.1). */
export function areClassFlagsLegal(flags: number): boolean {
  const has = (flag: number) => (flags & flag) !== 0;
  if (has(ACC.MODULE)) return flags === ACC.MODULE;
  if (has(ACC.ANNOTATION) && !has(ACC.INTERFACE)) return false;
  if (has(ACC.INTERFACE)) return has(ACC.ABSTRACT) && !has(ACC.FINAL | ACC.ENUM | ACC.SUPER);
  return !(has(ACC.ABSTRACT) && has(ACC.FINAL));
}

/** Whether a field may have these flags (JVMS §4.5). */
export function areFieldFlagsLegal(flags: number, inInterface: boolean): boolean {
  const has = (flag: number) => (flags & flag) !== 0;
  if (inInterface) {
    const known = flags & (0xff | ACC.ENUM);
    return known === (ACC.PUBLIC | ACC.STATIC | ACC.FINAL);
  }
  return hasAtMostOneVisibility(flags) && !(has(ACC.FINAL) && has(ACC.VOLATILE));
}

/** Whether a method may have these flags (JVMS §4.6). <clinit> is not asked about: its flags are ignored. */
export function areMethodFlagsLegal(
  flags: number,
  name: string,
  inInterface: boolean,
  majorVersion: number,
): boolean {
  const has = (flag: number) => (flags & flag) !== 0;
  const strictClash = majorVersion < FIRST_VERSION_WITHOUT_STRICT ? ACC.STRICT : 0;
  if (inInterface) {
    if (majorVersion < FIRST_VERSION_OF_DEFAULT_METHODS) {
      const forbidden = ACC.STATIC | ACC.FINAL | ACC.SYNCHRONIZED | ACC.NATIVE | ACC.STRICT;
      return (
        has(ACC.PUBLIC) &&
        has(ACC.ABSTRACT) &&
        !has(forbidden | ACC.PRIVATE | ACC.PROTECTED) &&
        name !== '<init>'
      );
    }
    if (has(ACC.PROTECTED | ACC.FINAL | ACC.SYNCHRONIZED | ACC.NATIVE) || name === '<init>') return false;
    if (has(ACC.PUBLIC) === has(ACC.PRIVATE)) return false;
    return !has(ACC.ABSTRACT) || !has(ACC.PRIVATE | ACC.STATIC | strictClash);
  }
  if (!hasAtMostOneVisibility(flags)) return false;
  if (name === '<init>') {
    return !has(ACC.STATIC | ACC.FINAL | ACC.SYNCHRONIZED | ACC.NATIVE | ACC.ABSTRACT | ACC.BRIDGE);
  }
  const abstractClash = ACC.FINAL | ACC.NATIVE | ACC.PRIVATE | ACC.STATIC | ACC.SYNCHRONIZED | strictClash;
  return !has(ACC.ABSTRACT) || !has(abstractClash);
}

function hasAtMostOneVisibility(flags: number): boolean {
  const visibility = flags & (ACC.PUBLIC | ACC.PRIVATE | ACC.PROTECTED);
  return (visibility & (visibility - 1)) === 0;
}
