// jdk.internal.reflect.ConstantPool: a class's constant pool, for annotations above all. Its pool object is the Class.
import { internal } from '../../../../jvm/actions.js';
import { type ConstantPool, TAG } from '../../../../jvm/class-file/constant-pool.js';
import type { Machine } from '../../../../jvm/machine.js';
import type { NativeMethod, NativeResult, NativeTable } from '../../../../jvm/natives.js';
import type { Reference, RuntimeClass } from '../../../../jvm/runtime-class.js';
import { newStringArray } from '../../../support/java-objects.js';
import { newConstructor, newField, newMethod } from '../../../support/reflection-objects.js';

const METHOD_TAGS: readonly number[] = [TAG.Methodref, TAG.InterfaceMethodref];
const MEMBER_TAGS: readonly number[] = [TAG.Fieldref, ...METHOD_TAGS];

type Ask = (m: Machine, pool: ConstantPool, index: number, holder: RuntimeClass) => NativeResult;

/** A native that reads an entry: throws where the index or, given tags, the entry's tag is wrong. */
function entry(tags: readonly number[], ask: Ask): NativeMethod {
  return {
    action: internal,
    call: (m: Machine, _self: Reference, mirror: Reference, index: number) => {
      const holder = m.classes.ofMirror(mirror);
      const { pool } = holder.file!;
      if (index <= 0 || index >= pool.count) {
        m.throwNew('java/lang/IllegalArgumentException', 'Constant pool index out of bounds');
      }
      if (tags.length > 0 && !tags.includes(pool.tag(index))) {
        m.throwNew('java/lang/IllegalArgumentException', 'Wrong type at constant pool index');
      }
      return ask(m, pool, index, holder);
    },
  };
}

/** Class that a member reference names; with `load` it is loaded, which may leave with a signal. */
function holderOf(m: Machine, from: RuntimeClass, name: string, load: boolean): RuntimeClass | null {
  return load ? m.resolution.loadClass(from.loader, name) : (m.classes.loaded(from.loader, name) ?? null);
}

function methodAt(load: boolean): Ask {
  return (m, pool, index, from) => {
    const ref = pool.memberRef(index);
    const holder = holderOf(m, from, ref.className, load);
    if (!holder) return 0;
    const method = holder.findMethod(ref.name, ref.descriptor);
    if (!method) return m.throwNew('java/lang/RuntimeException', 'Unable to look up method in target class');
    return method.name === '<init>' ? newConstructor(m, method) : newMethod(m, method);
  };
}

function fieldAt(load: boolean): Ask {
  return (m, pool, index, from) => {
    const ref = pool.memberRef(index);
    const holder = holderOf(m, from, ref.className, load);
    if (!holder) return 0;
    const field = holder.findField(ref.name, ref.descriptor);
    if (!field) return m.throwNew('java/lang/RuntimeException', 'Unable to look up field in target class');
    return newField(m, field);
  };
}

const words = new DataView(new ArrayBuffer(8));

/** The bits of a long, float or double entry as a value of its type. */
function setWords(high: number, low: number): DataView {
  words.setInt32(0, high);
  words.setInt32(4, low);
  return words;
}

export const natives = {
  'getSize0(Ljava/lang/Object;)I': {
    action: internal,
    call: (m: Machine, _self: Reference, mirror: Reference) => m.classes.ofMirror(mirror).file!.pool.count,
  },
  'getClassAt0(Ljava/lang/Object;I)Ljava/lang/Class;': entry([TAG.Class], (m, pool, index, holder) => {
    return m.resolution.loadClass(holder.loader, pool.className(index)).mirror;
  }),
  'getClassAtIfLoaded0(Ljava/lang/Object;I)Ljava/lang/Class;': entry(
    [TAG.Class],
    (m, pool, index, holder) => m.classes.loaded(holder.loader, pool.className(index))?.mirror ?? 0,
  ),
  'getMethodAt0(Ljava/lang/Object;I)Ljava/lang/reflect/Member;': entry(METHOD_TAGS, methodAt(true)),
  'getMethodAtIfLoaded0(Ljava/lang/Object;I)Ljava/lang/reflect/Member;': entry(METHOD_TAGS, methodAt(false)),
  'getFieldAt0(Ljava/lang/Object;I)Ljava/lang/reflect/Field;': entry([TAG.Fieldref], fieldAt(true)),
  'getFieldAtIfLoaded0(Ljava/lang/Object;I)Ljava/lang/reflect/Field;': entry([TAG.Fieldref], fieldAt(false)),
  'getMemberRefInfoAt0(Ljava/lang/Object;I)[Ljava/lang/String;': entry(MEMBER_TAGS, (m, pool, index) => {
    const { className, name, descriptor } = pool.memberRef(index);
    return newStringArray(m, [className, name, descriptor]);
  }),
  'getNameAndTypeRefInfoAt0(Ljava/lang/Object;I)[Ljava/lang/String;': entry(
    [TAG.NameAndType],
    (m, pool, index) => {
      const { name, descriptor } = pool.nameAndType(index);
      return newStringArray(m, [name, descriptor]);
    },
  ),
  'getIntAt0(Ljava/lang/Object;I)I': entry([TAG.Integer], (_, pool, index) => pool.int(index)),
  'getLongAt0(Ljava/lang/Object;I)J': entry([TAG.Long], (_, pool, index) =>
    setWords(pool.longHigh(index), pool.longLow(index)).getBigInt64(0),
  ),
  'getFloatAt0(Ljava/lang/Object;I)F': entry([TAG.Float], (_, pool, index) =>
    setWords(pool.floatBits(index), 0).getFloat32(0),
  ),
  'getDoubleAt0(Ljava/lang/Object;I)D': entry([TAG.Double], (_, pool, index) =>
    setWords(pool.longHigh(index), pool.longLow(index)).getFloat64(0),
  ),
  'getStringAt0(Ljava/lang/Object;I)Ljava/lang/String;': entry([TAG.String], (m, pool, index) =>
    m.heap.intern(pool.stringValue(index)),
  ),
  'getUTF8At0(Ljava/lang/Object;I)Ljava/lang/String;': entry([TAG.Utf8], (m, pool, index) =>
    m.heap.newString(pool.utf8(index)),
  ),
  'getTagAt0(Ljava/lang/Object;I)B': entry([], (_, pool, index) => pool.tag(index)),
} satisfies NativeTable;
