// How code beneath the interpreter leaves an instruction early: JavaScript throws of these, caught by the run loop.
// None of them is an Error: they carry no JavaScript stack and are cheap.
import type { Reference } from './runtime-class.js';

/** A Java exception is thrown at the current instruction. */
export class JavaThrow {
  constructor(readonly exception: Reference) {}
}

/** The thread's frames have changed (a frame was pushed or popped): go on with the top one. The instruction that was
 *  left is executed again when its frame is on top again, unless its pc was moved. */
export const FRAMES_CHANGED: unique symbol = Symbol('frames changed');

/** The running thread can not go on now; its instruction is executed again when it is next scheduled. */
export const THREAD_BLOCKED: unique symbol = Symbol('thread blocked');

/** The heap has no room: it is collected, then the instruction is executed again. */
export const COLLECTION_NEEDED: unique symbol = Symbol('collection needed');

/** A collection is due for another reason than lack of room; then the instruction is executed again. */
export const COLLECTION_FORCED: unique symbol = Symbol('collection forced');

/** An action's answer is not known yet; the instruction is executed again when the machine is next run. */
export const ACTION_STALLED: unique symbol = Symbol('action stalled');
