// jdk.internal.misc.VM: the clock behind Instant, the options of the command line, the caller's loader.
import { input, internal } from '../../../../jvm/actions.js';
import type { Machine } from '../../../../jvm/machine.js';
import { REGISTERS } from '../../../../jvm/memory.js';
import type { NativeTable } from '../../../../jvm/natives.js';
import type { Reference } from '../../../../jvm/runtime-class.js';

const NS_PER_SECOND = 1_000_000_000n;
/** Differences of seconds beyond this do not fit a long of nanoseconds, with room to spare. */
const MAXIMUM_DIFFERENCE_SECONDS = 0x1_0000_0000n;
const PLATFORM_LOADER = 'jdk/internal/loader/ClassLoaders$PlatformClassLoader';

/** Nanoseconds of the wall clock past a second since 1970; -1 where that second is too far away. */
function nanoTimeAdjustment(m: Machine, offsetSeconds: bigint): bigint {
  const nowNs = m.readWallClock();
  const seconds = nowNs / NS_PER_SECOND;
  const difference = seconds - offsetSeconds;
  if (difference > MAXIMUM_DIFFERENCE_SECONDS || difference < -MAXIMUM_DIFFERENCE_SECONDS) return -1n;
  return difference * NS_PER_SECOND + (nowNs % NS_PER_SECOND);
}

/** Loader of the innermost frame whose class is neither the boot nor the platform loader's. */
function latestUserDefinedLoader(m: Machine): Reference {
  for (const { method } of m.exceptions.frames(m.memory.i32[REGISTERS.currentThread]!)) {
    const loader = method.declaringClass.loader;
    if (loader !== 0 && m.classes.of(loader).name !== PLATFORM_LOADER) return loader;
  }
  return 0;
}

/** The -D definitions: the options that the birth record keeps as they were written. */
function runtimeArguments(m: Machine): Reference {
  const texts = Object.entries(m.birthRecord.systemProperties).map(([key, value]) => `-D${key}=${value}`);
  const strings = m.classes.arrayOf(m.classes.boot('java/lang/String'));
  return m.heap.newReferenceArray(
    strings,
    texts.map((text) => m.heap.newString(text)),
  );
}

export const natives = {
  'initialize()V': { action: internal, call: () => {} },
  'getNanoTimeAdjustment(J)J': { action: input(), call: nanoTimeAdjustment },
  'getRuntimeArguments()[Ljava/lang/String;': { action: internal, call: runtimeArguments },
  'latestUserDefinedLoader0()Ljava/lang/ClassLoader;': { action: internal, call: latestUserDefinedLoader },
} satisfies NativeTable;
