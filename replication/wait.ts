// Waiting in a thread that has nothing else to do.

const NS_PER_MS = 1_000_000n;
/** Longest single wait; longer ones are made of several. */
const MAXIMUM_WAIT_MS = 1 << 30;

const never = new Int32Array(new SharedArrayBuffer(4));

/** Nanoseconds as milliseconds to wait, never too short, null being for ever. */
export function waitMs(durationNs: bigint | null): number {
  if (durationNs === null) return Infinity;
  if (durationNs <= 0n) return 0;
  return Math.min(MAXIMUM_WAIT_MS, Number(durationNs) / Number(NS_PER_MS));
}

/** Blocks this thread for a time, or for ever. */
export function sleep(durationMs: number): void {
  Atomics.wait(never, 0, 0, durationMs);
}
