// Helpful NullPointerException messages (JEP 358).
import type { Machine } from './machine.js';
import type { RuntimeMethod } from './runtime-class.js';

/** The message OpenJDK 17 computes for a null dereference by the instruction at an absolute pc. */
export function nullPointerMessage(
  _machine: Machine,
  _method: RuntimeMethod,
  _pc: number,
): string | undefined {
  return undefined;
}
