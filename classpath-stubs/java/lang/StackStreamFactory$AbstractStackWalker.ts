// java.lang.StackStreamFactory.AbstractStackWalker: StackWalker's frames, in batches. The frame of callStackWalk is the
// anchor of a walk: its scratch word 1 holds the frame that the last batch ended with.

import { internal } from '../../../jvm/actions.js';
import { isCallerSensitive } from '../../../jvm/dynamic/annotations.js';
import type { FrameView } from '../../../jvm/exceptions.js';
import { SCRATCH } from '../../../jvm/layout.js';
import type { Machine } from '../../../jvm/machine.js';
import { describeMethod } from '../../../jvm/messages.js';
import type { NativeTable } from '../../../jvm/natives.js';
import type { Reference, RuntimeClass } from '../../../jvm/runtime-class.js';
import { fillStackFrameInfo, isHiddenMethod, runningFrames } from '../../support/stack-walk.js';

/** Bits of a walk's mode, as java.lang.StackStreamFactory has them. */
const FILL_CLASS_REFERENCES_ONLY = 0x2;
const GET_CALLER_CLASS = 0x4;
const SHOW_HIDDEN_FRAMES = 0x20;

const WALKER = 'java/lang/StackWalker';
const ABSTRACT_WALKER = 'java/lang/StackStreamFactory$AbstractStackWalker';

/** Word of a walk's anchor frame that holds the last frame given. */
function positionWord(anchor: bigint): number {
  return Number(anchor) - SCRATCH.words + 1;
}

function isWalker(type: RuntimeClass): boolean {
  return type.name === WALKER || type.name === ABSTRACT_WALKER || type.superclass?.name === ABSTRACT_WALKER;
}

/** The frames below the walker's own, without the first `skipped` ones. */
function* framesToWalk(m: Machine, skipped: number): Generator<FrameView> {
  let inWalker = true;
  let left = skipped;
  for (const frame of runningFrames(m)) {
    if (inWalker && isWalker(frame.method.declaringClass)) continue;
    inWalker = false;
    if (left > 0) left--;
    else yield frame;
  }
}

function* framesBelow(m: Machine, fp: number): Generator<FrameView> {
  let found = false;
  for (const frame of runningFrames(m)) {
    if (found) yield frame;
    else found = frame.fp === fp;
  }
}

/** Fills the buffer from startIndex on with at most batchSize frames, StackFrameInfo objects or classes; gives the
 *  index behind the last. The walk's position moves to the last one; to 0 where there are no more. */
function fillBatch(
  m: Machine,
  frames: Iterable<FrameView>,
  mode: number,
  anchor: bigint,
  batchSize: number,
  startIndex: number,
  buffer: Reference,
): number {
  const classesOnly = (mode & FILL_CLASS_REFERENCES_ONLY) !== 0;
  const callerOnly = (mode & GET_CALLER_CLASS) !== 0;
  const skipsHidden = (mode & SHOW_HIDDEN_FRAMES) === 0 || callerOnly;
  let index = startIndex;
  let position = 0;
  for (const frame of frames) {
    const { method } = frame;
    if (skipsHidden && isHiddenMethod(m, method)) continue;
    if (
      classesOnly &&
      callerOnly &&
      index === startIndex &&
      isCallerSensitive(method.declaringClass, method.info)
    ) {
      m.throwNew(
        'java/lang/UnsupportedOperationException',
        `StackWalker::getCallerClass called from @CallerSensitive '${describeMethod(method, method.declaringClass)}' method`,
      );
    }
    if (classesOnly) m.heap.setElement(buffer, index, method.declaringClass.mirror);
    else fillStackFrameInfo(m, m.heap.getElement(buffer, index), frame);
    index++;
    if (index - startIndex < batchSize) continue;
    position = frame.fp;
    break;
  }
  // Last, for the filling may be interrupted by a collection and begin anew.
  m.memory.i32[positionWord(anchor)] = position;
  return index;
}

export const natives = {
  'callStackWalk(JIII[Ljava/lang/Object;)Ljava/lang/Object;': {
    action: internal,
    call: (
      m: Machine,
      self: Reference,
      mode: bigint,
      skipped: number,
      batchSize: number,
      startIndex: number,
      buffer: Reference,
    ) => {
      if (m.scratch(0) === 1) return m.callResultInt();
      const anchor = BigInt(m.framePointer);
      const frames = framesToWalk(m, skipped);
      const end = fillBatch(m, frames, Number(mode), anchor, batchSize, startIndex, buffer);
      if (end === startIndex) m.throwNew('java/lang/InternalError', 'stack walk: decode failed');
      m.setScratch(0, 1);
      const key = 'doStackWalk(JIIII)Ljava/lang/Object;';
      return m.callVirtual(self, key, [anchor, skipped, batchSize, startIndex, end]);
    },
  },
  'fetchStackFrames(JJII[Ljava/lang/Object;)I': {
    action: internal,
    call: (
      m: Machine,
      _self: Reference,
      mode: bigint,
      anchor: bigint,
      batchSize: number,
      startIndex: number,
      buffer: Reference,
    ) => {
      const last = m.memory.i32[positionWord(anchor)]!;
      if (last === 0) return startIndex;
      return fillBatch(m, framesBelow(m, last), Number(mode), anchor, batchSize, startIndex, buffer);
    },
  },
} satisfies NativeTable;
