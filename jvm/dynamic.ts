// Dynamic linking: invokedynamic, polymorphic signatures and dynamic constants (JVMS §5.4.3.5, §5.4.3.6).
import type { Machine } from './machine.js';
import type { ResolvedMethod } from './resolution.js';
import type { RuntimeClass } from './runtime-class.js';

export class DynamicLinking {
  constructor(readonly machine: Machine) {}

  /** Value (reference) of a MethodHandle, MethodType or Dynamic constant. */
  constant(_type: RuntimeClass, _index: number): number {
    return this.machine.throwNew('java/lang/UnsupportedOperationException', 'dynamic constant');
  }

  /** ldc2_w of a Dynamic constant. */
  longConstant(_type: RuntimeClass, _pc: number): void {
    this.machine.throwNew('java/lang/UnsupportedOperationException', 'dynamic long constant');
  }

  /** Links an invokedynamic instruction. */
  linkCallSite(_type: RuntimeClass, _index: number, _pc: number): void {
    this.machine.throwNew('java/lang/UnsupportedOperationException', 'invokedynamic');
  }

  /** Executes a linked call that the dispatch loop does not know. */
  invoke(_pc: number): void {
    this.machine.throwNew('java/lang/UnsupportedOperationException', 'invoke handle');
  }

  /** invokestatic of MethodHandle.linkTo*. */
  linkIntrinsic(_resolved: ResolvedMethod, _pc: number): void {
    this.machine.throwNew('java/lang/UnsupportedOperationException', 'linkTo');
  }

  /** invokevirtual of a signature polymorphic method. */
  linkPolymorphic(_from: RuntimeClass, _resolved: ResolvedMethod, _pc: number): void {
    this.machine.throwNew('java/lang/UnsupportedOperationException', 'polymorphic call');
  }
}
