// Emits the bytecode of one synthesised method: instructions by meaning, with the depth of the operand stack kept, so
// that max_stack and max_locals come out of it.
import { classNameOf, parseMethodDescriptor, slotsOf } from '../class-file/descriptors.js';
import { Op } from '../opcode-numbers.js';
import { ByteSink, type ConstantPoolBuilder } from './constant-pool-builder.js';

/** A place to branch to. Its frame is that of the method's entry with an empty operand stack. */
export class Label {
  pc = -1;
  /** Pcs of the branch instructions that go here before it is marked. */
  readonly branches: number[] = [];
}

/** Offset of a type's load and return instructions from those of int: int, long, float, double, reference. */
function typeOffset(descriptor: string): number {
  switch (descriptor[0]) {
    case 'J':
      return 1;
    case 'F':
      return 2;
    case 'D':
      return 3;
    case 'L':
    case '[':
      return 4;
    default:
      return 0;
  }
}

export class CodeEmitter {
  readonly #sink = new ByteSink();
  readonly #frames: number[] = [];
  #depth = 0;
  #maxStack = 0;

  constructor(
    readonly pool: ConstantPoolBuilder,
    /** Slots of the receiver and the parameters; no other local variables are used. */
    readonly maxLocals: number,
  ) {}

  load(descriptor: string, slot: number): void {
    const offset = typeOffset(descriptor);
    if (slot < 4) this.#sink.u1(Op.iload_0 + 4 * offset + slot);
    else if (slot < 256) this.#sink.u1(Op.iload + offset).u1(slot);
    else
      this.#sink
        .u1(Op.wide)
        .u1(Op.iload + offset)
        .u2(slot);
    this.#adjust(slotsOf(descriptor));
  }

  /** Returns a value of this type, or nothing for V. */
  return(descriptor: string): void {
    if (descriptor === 'V') this.#sink.u1(Op.return);
    else this.#sink.u1(Op.ireturn + typeOffset(descriptor));
    this.#adjust(-slotsOf(descriptor));
  }

  /** One-byte instruction that changes the depth by so many slots. */
  simple(op: Op, change: number): void {
    this.#sink.u1(op);
    this.#adjust(change);
  }

  int(value: number): void {
    if (value >= -1 && value <= 5) this.#sink.u1(Op.iconst_0 + value);
    else if (value >= -128 && value < 128) this.#sink.u1(Op.bipush).u1(value);
    else if (value >= -32768 && value < 32768) this.#sink.u1(Op.sipush).u2(value);
    else this.#sink.u1(Op.ldc_w).u2(this.pool.int(value));
    this.#adjust(1);
  }

  string(text: string): void {
    this.#constant(this.pool.string(text));
  }

  classConstant(name: string): void {
    this.#constant(this.pool.class(name));
  }

  #constant(index: number): void {
    this.#sink.u1(Op.ldc_w).u2(index);
    this.#adjust(1);
  }

  new(className: string): void {
    this.#sink.u1(Op.new).u2(this.pool.class(className));
    this.#adjust(1);
  }

  newReferenceArray(elementName: string): void {
    this.#sink.u1(Op.anewarray).u2(this.pool.class(elementName));
  }

  checkcast(descriptor: string): void {
    this.#sink.u1(Op.checkcast).u2(this.pool.class(classNameOf(descriptor)));
  }

  instanceof(className: string): void {
    this.#sink.u1(Op.instanceof).u2(this.pool.class(className));
  }

  getField(className: string, name: string, descriptor: string): void {
    this.#sink.u1(Op.getfield).u2(this.pool.field(className, name, descriptor));
    this.#adjust(slotsOf(descriptor) - 1);
  }

  putField(className: string, name: string, descriptor: string): void {
    this.#sink.u1(Op.putfield).u2(this.pool.field(className, name, descriptor));
    this.#adjust(-slotsOf(descriptor) - 1);
  }

  invokeStatic(className: string, name: string, descriptor: string, isInterface = false): void {
    this.#sink.u1(Op.invokestatic).u2(this.pool.method(className, name, descriptor, isInterface));
    this.#adjustForCall(descriptor, 0);
  }

  invokeVirtual(className: string, name: string, descriptor: string): void {
    this.#sink.u1(Op.invokevirtual).u2(this.pool.method(className, name, descriptor));
    this.#adjustForCall(descriptor, 1);
  }

  invokeSpecial(className: string, name: string, descriptor: string): void {
    this.#sink.u1(Op.invokespecial).u2(this.pool.method(className, name, descriptor));
    this.#adjustForCall(descriptor, 1);
  }

  invokeInterface(className: string, name: string, descriptor: string): void {
    const count = parseMethodDescriptor(descriptor).argumentSlots + 1;
    this.#sink
      .u1(Op.invokeinterface)
      .u2(this.pool.method(className, name, descriptor, true))
      .u1(count)
      .u1(0);
    this.#adjustForCall(descriptor, 1);
  }

  invokeDynamic(bootstrapIndex: number, name: string, descriptor: string): void {
    this.#sink
      .u1(Op.invokedynamic)
      .u2(this.pool.invokeDynamic(bootstrapIndex, name, descriptor))
      .u2(0);
    this.#adjustForCall(descriptor, 0);
  }

  /** A branch that pops so many slots. */
  branch(op: Op, target: Label, pops: number): void {
    const pc = this.#sink.bytes.length;
    this.#sink.u1(op).u2(0);
    if (target.pc >= 0) this.#patch(pc, target.pc);
    else target.branches.push(pc);
    this.#adjust(-pops);
  }

  mark(label: Label): void {
    label.pc = this.#sink.bytes.length;
    for (const branch of label.branches) this.#patch(branch, label.pc);
    this.#frames.push(label.pc);
    this.#depth = 0;
  }

  #patch(branch: number, target: number): void {
    const offset = target - branch;
    if (offset > 32767 || offset < -32768) throw new RangeError('branch too far');
    this.#sink.bytes[branch + 1] = (offset >> 8) & 0xff;
    this.#sink.bytes[branch + 2] = offset & 0xff;
  }

  #adjustForCall(descriptor: string, receiverSlots: number): void {
    const { argumentSlots, returns } = parseMethodDescriptor(descriptor);
    this.#adjust(-argumentSlots - receiverSlots);
    this.#adjust(slotsOf(returns));
  }

  #adjust(slots: number): void {
    this.#depth += slots;
    if (this.#depth < 0) throw new Error('operand stack underflow in a synthesised method');
    if (this.#depth > this.#maxStack) this.#maxStack = this.#depth;
  }

  /** The Code attribute, header included (JVMS §4.7.3). */
  attribute(): readonly number[] {
    const code = this.#sink.bytes;
    if (code.length > 0xffff) throw new RangeError('synthesised method too large');
    const body = new ByteSink().u2(this.#maxStack).u2(this.maxLocals).u4(code.length).append(code).u2(0);
    const frames = this.#stackMapTable();
    if (frames) body.u2(1).append(frames);
    else body.u2(0);
    return new ByteSink().u2(this.pool.utf8('Code')).u4(body.bytes.length).append(body.bytes).bytes;
  }

  /** same_frame entries (JVMS §4.7.4): every label has the locals of the entry and an empty stack. */
  #stackMapTable(): readonly number[] | null {
    if (this.#frames.length === 0) return null;
    const body = new ByteSink().u2(this.#frames.length);
    let previous = -1;
    for (const pc of this.#frames) {
      const delta = pc - previous - 1;
      if (delta < 64) body.u1(delta);
      else body.u1(251).u2(delta);
      previous = pc;
    }
    return new ByteSink().u2(this.pool.utf8('StackMapTable')).u4(body.bytes.length).append(body.bytes).bytes;
  }
}
