// The type state at one point of a method: the types in its local variables and on its operand stack, slot by slot.
import { secondSlotOf, type VerificationType } from './verification-types.js';

export class Frame {
  /** One entry per local variable slot, always maxLocals of them. */
  readonly locals: VerificationType[];
  /** One entry per slot in use, the topmost last. */
  readonly stack: VerificationType[];
  /** In a constructor: neither this(...) nor super(...) has been called (flagThisUninit in JVMS §4.10.1.4). */
  isThisUninitialized: boolean;

  constructor(locals: VerificationType[], stack: VerificationType[], isThisUninitialized: boolean) {
    this.locals = locals;
    this.stack = stack;
    this.isThisUninitialized = isThisUninitialized;
  }

  copy(): Frame {
    return new Frame([...this.locals], [...this.stack], this.isThisUninitialized);
  }

  /** Replaces a type wherever it stands, as initialization does with uninitialized objects. */
  substitute(from: VerificationType, to: VerificationType): void {
    for (const slots of [this.locals, this.stack]) {
      for (let i = 0; i < slots.length; i++) if (slots[i] === from) slots[i] = to;
    }
  }
}

/** Spreads types over slots: a long or double is followed by its second slot. */
export function toSlots(types: readonly VerificationType[]): VerificationType[] {
  const slots: VerificationType[] = [];
  for (const type of types) {
    slots.push(type);
    const second = secondSlotOf(type);
    if (second !== null) slots.push(second);
  }
  return slots;
}

/** The slots filled up with top to a length. */
export function padded(slots: VerificationType[], length: number): VerificationType[] {
  while (slots.length < length) slots.push('top');
  return slots;
}
