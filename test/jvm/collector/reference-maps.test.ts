// Reference maps held against the stack maps of all of java.base and a liveness by definition, then case by case.
import test from 'ava';
import { parseClassFile } from '../../../jvm/class-file/class-file.js';
import { OPCODES } from '../../../jvm/class-file/opcodes.js';
import {
  parameterReferences,
  type ReferenceMap,
  type ReturnAddresses,
  referenceMap,
  referenceMapDuringCall,
} from '../../../jvm/collector/reference-maps.js';
import { compileJava, javaBaseClasses, openModules } from '../javac.js';
import { withCode } from '../verifier/splice.js';
import { liveLocals } from './liveness-oracle.js';
import {
  callsOf,
  methodNamed,
  methodsOf,
  pcsOf,
  referenceReadBy,
  slotsPoppedBy,
  type TestMethod,
} from './methods.js';
import { mappedFrames } from './stack-map-frames.js';

test('agrees with every stack map frame of java.base', (t) => {
  const modules = openModules();
  const differences: string[] = [];
  let frameCount = 0;
  let referenceCount = 0;
  for (const resource of javaBaseClasses(modules)) {
    const file = parseClassFile(modules.find(resource)!, resource, { trusted: true });
    for (const method of methodsOf(file)) {
      const frames = mappedFrames(method.code, method.isStatic, method.parsed);
      if (frames.length === 0) continue;
      const live = liveLocals(method.code);
      for (const { pc, locals, stack } of frames) {
        const expected = {
          locals: indexesOf(locals, (local) => (((live.get(pc) ?? 0n) >> BigInt(local)) & 1n) === 1n),
          stack: indexesOf(stack, () => true),
        };
        const map = referenceMap(method, pc);
        frameCount++;
        referenceCount += expected.locals.length;
        if (show(map) !== show(expected)) {
          differences.push(`${resource} ${method.name} at ${pc}: ${show(map)}, not ${show(expected)}`);
        }
      }
    }
  }
  modules.close();
  t.deepEqual(differences.slice(0, 20), []);
  // So that an image that was not read does not pass.
  t.true(frameCount > 90_000, `${frameCount} frames`);
  t.true(referenceCount > 150_000, `${referenceCount} live references`);
});

test('gives every instruction the operands that it takes', (t) => {
  const modules = openModules();
  const differences: string[] = [];
  let instructionCount = 0;
  // A tenth of java.base: here every instruction is looked at, not only where blocks begin.
  for (const resource of javaBaseClasses(modules).filter((_, i) => i % 10 === 0)) {
    const file = parseClassFile(modules.find(resource)!, resource, { trusted: true });
    for (const method of methodsOf(file)) {
      const live = liveLocals(method.code);
      for (const pc of pcsOf(method)) {
        instructionCount++;
        const complaint = complaintAbout(method, pc, live.get(pc) ?? 0n);
        if (complaint !== null) differences.push(`${resource} ${method.name} at ${pc}: ${complaint}`);
      }
    }
  }
  modules.close();
  t.deepEqual(differences.slice(0, 20), []);
  t.true(instructionCount > 100_000, `${instructionCount} instructions`);
});

/** Holds the roots at an instruction against what it pops and reads; null where they fit. */
function complaintAbout(method: TestMethod, pc: number, live: bigint): string | null {
  const { locals, stack } = referenceMap(method, pc);
  const dead = locals.filter((local) => ((live >> BigInt(local)) & 1n) === 0n);
  if (dead.length > 0) return `dead local variables ${dead}`;
  const read = referenceReadBy(method, pc);
  if (read !== null && !locals.includes(read)) return `local variable ${read} is no root`;
  const popped = slotsPoppedBy(method, pc);
  if (popped === null) return null;
  // The map does not tell how high the stack is: its topmost reference is found among those popped, if there are any.
  const topmost = popped.lastIndexOf(true);
  if (topmost < 0) return null;
  const base = stack.at(-1)! - topmost;
  const expected = popped.flatMap((isReference, slot) => (isReference ? [base + slot] : []));
  const actual = stack.filter((slot) => slot >= base);
  return `${actual}` === `${expected}` ? null : `operands ${actual}, not ${expected}`;
}

function indexesOf(slots: readonly boolean[], isWanted: (slot: number) => boolean): number[] {
  return slots.flatMap((isReference, slot) => (isReference && isWanted(slot) ? [slot] : []));
}

function show({ locals, stack }: ReferenceMap): string {
  return `locals ${locals.join(' ')} stack ${stack.join(' ')}`;
}

const CASES = compileJava(
  'Cases.java',
  `class Cases {
    static void here() {}
    static int number() { return 0; }
    static void use(Object o) {}
    static void take(Object first, long wide, Object second) {}
    static Object make(Object o) { return o; }
    static long time() { return 0; }

    static void deadAfterLastUse(Object a, Object b) { here(); use(a); here(); use(b); here(); }
    static void overwritten(Object a) { here(); a = new Object(); here(); use(a); }
    static void carriedByLoop(Object a, Object b) {
      Object last = null;
      for (int i = number(); i > 0; i--) { here(); use(last); use(a); last = b; here(); }
      here();
    }
    static void caught(Object a, Object b) {
      try { here(); number(); here(); } catch (RuntimeException e) { here(); use(a); use(e); }
      here();
      use(b);
    }
    static Object finallyReads(Object a, Object b) {
      try { here(); return make(b); } finally { here(); use(a); }
    }
    static void storedInTry(Object a) {
      Object result = null;
      try { here(); result = make(a); here(); } catch (RuntimeException e) { here(); }
      use(result);
    }
    static void wideValues(long a, Object b, double c, Object d, int e) {
      here(); use(b); long f = a; Object g = d; here(); use(g); use(f + c + e);
    }
    static void reusedSlot(boolean which) {
      if (which) { Object a = make(null); here(); use(a); } else { long a = time(); here(); use(a); }
      here();
    }
    static void instance(Object a) { here(); }
    Object field;
    void receiver(Object a) { here(); this.field = a; here(); }
    static void construct(Object a) { use(new Cases(a, number())); }
    Cases() {}
    Cases(Object a, int b) { this.field = a; }
    static void arguments(Object a, Object b) { use(new Object[] { a, time(), b }); }
    static void call(Object a, Object b) { take(make(a), time(), make(b)); }
    static void outer(Object a, Object b) { a.equals(make(b)); }
    static void locked(Object lock, Object a) { synchronized (lock) { here(); use(a); here(); } }
    static void dynamic(Object a, long b, Object c) { use((Runnable) () -> take(a, b, c)); }
  }`,
).get('Cases')!;

/** Roots of a method of the class above before its calls of here(). */
function localsAtMarkers(name: string): (readonly number[])[] {
  const method = methodNamed(CASES, name);
  return callsOf(method, 'here').map((pc) => referenceMap(method, pc).locals);
}

/** What is asserted of each call of here(), in the order of the source. */
const LIVENESS_CASES: Readonly<Record<string, readonly (readonly number[])[]>> = {
  deadAfterLastUse: [[0, 1], [1], []],
  overwritten: [[], [0]],
  // a: 0, b: 1, last: 2, i: 3. All three are read in the next turn.
  carriedByLoop: [[0, 1, 2], [0, 1, 2], []],
  // a is live where its handler may still come; behind the try nothing but b.
  caught: [[0, 1], [0, 1], [0, 1, 2], [1]],
  // The finally block stands there twice: with the result in local variable 2, then with the exception in 3.
  finallyReads: [
    [0, 1],
    [0, 2],
    [0, 3],
  ],
  // result (1) is read behind the handler, so its first value is live up to where the try's range ends.
  storedInTry: [[0, 1], [1], [1]],
  // a: 0 and 1, b: 2, c: 3 and 4, d: 5, e: 6, f: 7 and 8, g: 9.
  wideValues: [[2, 5], [9]],
  reusedSlot: [[1], [], []],
  instance: [[]],
  receiver: [[0, 1], []],
};

for (const [name, expected] of Object.entries(LIVENESS_CASES)) {
  test(`live local variables: ${name}`, (t) => {
    t.deepEqual(localsAtMarkers(name), expected);
  });
}

test('the lock of a synchronized block is live until it is left', (t) => {
  // 2 is javac's copy of the lock.
  t.deepEqual(localsAtMarkers('locked'), [[1, 2], [2]]);
});

test('an object is a root before its constructor has run', (t) => {
  const method = methodNamed(CASES, 'construct');
  const [number] = callsOf(method, 'number');
  // new, dup, a: the new object twice, then the argument.
  t.deepEqual(referenceMap(method, number!), { locals: [], stack: [0, 1, 2] });
  t.deepEqual(referenceMap(constructorWithArguments(), 0), { locals: [0, 1], stack: [] });
});

function constructorWithArguments(): TestMethod {
  const file = parseClassFile(CASES, 'Cases', { trusted: true });
  return methodsOf(file).find(({ name, parsed }) => name === '<init>' && parsed.parameters.length === 2)!;
}

test('during a call its arguments belong to the callee', (t) => {
  const method = methodNamed(CASES, 'call');
  const [makeA, makeB] = callsOf(method, 'make');
  const [time] = callsOf(method, 'time');
  const [take] = callsOf(method, 'take');
  t.deepEqual(referenceMap(method, makeA!), { locals: [1], stack: [0] });
  t.deepEqual(referenceMapDuringCall(method, makeA!), { locals: [1], stack: [] });
  t.deepEqual(referenceMapDuringCall(method, time!), { locals: [1], stack: [0] });
  // Below b lie the first result and a long of two slots.
  t.deepEqual(referenceMap(method, makeB!), { locals: [], stack: [0, 3] });
  t.deepEqual(referenceMapDuringCall(method, makeB!), { locals: [], stack: [0] });
  t.deepEqual(referenceMap(method, take!), { locals: [], stack: [0, 3] });
  t.deepEqual(referenceMapDuringCall(method, take!), { locals: [], stack: [] });
});

test('during a call the receiver belongs to the callee', (t) => {
  const method = methodNamed(CASES, 'outer');
  const [make] = callsOf(method, 'make');
  t.deepEqual(referenceMapDuringCall(method, make!), { locals: [], stack: [0] });
  const invokevirtual = make! + 3;
  t.is(method.code.code[invokevirtual], OPCODES.invokevirtual.code);
  t.deepEqual(referenceMap(method, invokevirtual), { locals: [], stack: [0, 1] });
  t.deepEqual(referenceMapDuringCall(method, invokevirtual), { locals: [], stack: [] });
});

test('during a call what a handler reads stays live', (t) => {
  const method = methodNamed(CASES, 'caught');
  const [number] = callsOf(method, 'number');
  t.deepEqual(referenceMapDuringCall(method, number!).locals, [0, 1]);
});

test('invokedynamic takes its arguments and no receiver', (t) => {
  const method = methodNamed(CASES, 'dynamic');
  const pc = pcsOf(method).find((at) => method.code.code[at] === OPCODES.invokedynamic.code)!;
  t.deepEqual(referenceMap(method, pc), { locals: [], stack: [0, 3] });
  t.deepEqual(referenceMapDuringCall(method, pc), { locals: [], stack: [] });
});

test('array elements that are being stored', (t) => {
  const method = methodNamed(CASES, 'arguments');
  const [time] = callsOf(method, 'time');
  // The array, the array again, the index.
  t.deepEqual(referenceMap(method, time!), { locals: [1], stack: [0, 1] });
});

test('parameters that are references', (t) => {
  t.deepEqual(parameterReferences(methodNamed(CASES, 'wideValues')), [2, 5]);
  t.deepEqual(parameterReferences(methodNamed(CASES, 'receiver')), [0, 1]);
  t.deepEqual(parameterReferences(methodNamed(CASES, 'take')), [0, 3]);
});

test('local variables beyond the 256th, by wide instructions', (t) => {
  const names = Array.from({ length: 300 }, (_, i) => `o${i}`);
  const classes = compileJava(
    'Wide.java',
    `class Wide {
      static void here() {}
      static Object make() { return null; }
      static void use(Object o) {}
      static int many() {
        ${names.map((name) => `Object ${name} = make();`).join('\n')}
        long number = 1L; int counter = 0; Object last = make();
        here();
        while (counter < 1000) { counter += 1000; use(o299); }
        here();
        use(o298); use(o0); use(last);
        return counter + (int) number;
      }
    }`,
  );
  const method = methodNamed(classes.get('Wide')!, 'many');
  const [before, behind] = callsOf(method, 'here');
  t.deepEqual(referenceMap(method, before!).locals, [0, 298, 299, 303]);
  t.deepEqual(referenceMap(method, behind!).locals, [0, 298, 303]);
});

test('pcs that no execution comes to are errors of the machine', (t) => {
  const method = methodNamed(CASES, 'call');
  const [make] = callsOf(method, 'make');
  t.throws(() => referenceMap(method, make! + 1), { message: /no instruction begins/ });
  t.throws(() => referenceMapDuringCall(method, 0), { message: /no invoke instruction/ });
  const unreachable = methodWith([OPCODES.return.code, OPCODES.return.code], 50);
  t.throws(() => referenceMap(unreachable, 1), { message: /no execution/ });
});

/** static void instance(Object a) of the class above with other code. */
function methodWith(
  code: readonly number[],
  majorVersion = 48,
  exceptionTable: readonly (readonly [number, number, number, number])[] = [],
): TestMethod {
  return methodNamed(withCode(CASES, 'instance', { code, majorVersion, exceptionTable }), 'instance');
}

const O = Object.fromEntries(Object.entries(OPCODES).map(([name, { code }]) => [name, code])) as Record<
  keyof typeof OPCODES,
  number
>;

/** Return addresses in a frame where one local variable holds one. */
function addressIn(local: number, returnPc: number): ReturnAddresses {
  const fail = () => {
    throw new Error('asked for another slot');
  };
  return { local: (index) => (index === local ? returnPc : fail()), stack: fail };
}

test('a subroutine keeps what it does not touch', (t) => {
  const method = methodWith([
    // 0: a to 1, call, read a
    ...[O.aload_0, O.astore_1, O.jsr, 0, 5, O.aload_1, O.areturn],
    // 7: the subroutine
    ...[O.astore_2, O.nop, O.ret, 2],
  ]);
  t.deepEqual(referenceMap(method, 7), { locals: [1], stack: [] }, 'the return address is no reference');
  t.deepEqual(referenceMap(method, 8), { locals: [1], stack: [] });
  t.deepEqual(referenceMap(method, 5), { locals: [1], stack: [] });
});

/** Two callers of one subroutine: the first keeps a reference in local variable 1, the second an int. */
const TWO_CALLERS = methodWith([
  ...[O.aload_0, O.astore_1, O.jsr, 0, 14, O.aload_1, O.pop], // 0: returns to 5
  ...[O.iconst_0, O.istore_1, O.jsr, 0, 7, O.iload_1, O.pop, O.return], // 7: returns to 12
  O.nop,
  ...[O.astore_2, O.aload_0, O.pop, O.nop, O.ret, 2], // 16: the subroutine
]);

test('a local variable that only some callers of a subroutine keep a reference in', (t) => {
  t.deepEqual(referenceMap(TWO_CALLERS, 5), { locals: [0, 1], stack: [] });
  t.deepEqual(referenceMap(TWO_CALLERS, 12), { locals: [], stack: [] });
  t.deepEqual(referenceMap(TWO_CALLERS, 19, addressIn(2, 5)), { locals: [0, 1], stack: [] });
  t.deepEqual(referenceMap(TWO_CALLERS, 19, addressIn(2, 12)).locals.includes(1), false);
  t.deepEqual(referenceMap(TWO_CALLERS, 19).locals.includes(1), false, 'without the frame it is no root');
  t.throws(() => referenceMap(TWO_CALLERS, 19, addressIn(2, 7)), { message: /return addresses of no jsr/ });
});

test('the return address is told on the operand stack too', (t) => {
  const addresses = {
    local: () => t.fail(),
    stack: (slot: number) => (slot === 0 ? 5 : -1),
  } as unknown as ReturnAddresses;
  t.deepEqual(referenceMap(TWO_CALLERS, 16, addresses), { locals: [0, 1], stack: [] });
});

test('subroutines in subroutines, and a handler within one', (t) => {
  const method = methodWith(
    [
      ...[O.jsr, 0, 5, O.aload_0, O.areturn], // 0: returns to 3
      ...[O.astore_1, O.aconst_null, O.astore_3, O.jsr, 0, 5, O.ret, 1], // 5: returns to 11
      ...[O.astore_2, O.nop, O.ret, 2], // 13: the inner subroutine
      ...[O.astore_3, O.aload_3, O.pop, O.ret, 2], // 17: handler of 14
    ],
    48,
    [[14, 15, 17, 0]],
  );
  t.deepEqual(referenceMap(method, 14), { locals: [0], stack: [] });
  t.deepEqual(referenceMap(method, 17), { locals: [0], stack: [0] });
  t.deepEqual(referenceMap(method, 18), { locals: [0, 3], stack: [] });
  t.deepEqual(referenceMap(method, 11), { locals: [0], stack: [] });
  t.deepEqual(referenceMap(method, 3), { locals: [0], stack: [] });
});

// Behind a ret the ways from all jsrs count, so within a subroutine a local variable may be live that only another caller
// reads. In these, what such a local variable holds is all that keeps it from being taken for a root.

test('the halves of a long within a subroutine', (t) => {
  const method = methodWith([
    ...[O.aload_0, O.astore_3, O.lconst_0, O.lstore_2, O.jsr, 0, 11], // 0: returns to 7
    ...[O.aload_0, O.astore_3, O.jsr, 0, 6, O.aload_3, O.pop, O.return], // 7: returns to 12
    ...[O.astore_1, O.nop, O.ret, 1], // 15: the subroutine
  ]);
  t.deepEqual(referenceMap(method, 2).locals, [0], 'the long takes the place of the reference');
  t.deepEqual(referenceMap(method, 16, addressIn(1, 7)).locals, [0]);
  t.deepEqual(referenceMap(method, 16, addressIn(1, 12)).locals, [0, 3]);
});

test('ways with a reference and with an int that meet before a subroutine', (t) => {
  const method = methodWith([
    ...[O.aload_0, O.ifnull, 0, 8, O.aload_0, O.astore_1, O.goto, 0, 5], // 0
    ...[O.iconst_0, O.istore_1, O.jsr, 0, 11], // 9: returns to 14
    ...[O.aload_0, O.astore_1, O.jsr, 0, 6, O.aload_1, O.pop, O.return], // 14: returns to 19
    ...[O.astore_2, O.nop, O.ret, 2], // 22: the subroutine
  ]);
  t.deepEqual(referenceMap(method, 11).locals, [0]);
  t.deepEqual(referenceMap(method, 23, addressIn(2, 14)).locals, [0]);
  t.deepEqual(referenceMap(method, 23, addressIn(2, 19)).locals, [0, 1]);
});

test('a handler before which the local variable changes', (t) => {
  const method = methodWith(
    [
      ...[O.aload_0, O.astore_1, O.iconst_0, O.istore_1, O.nop], // 0: 2 to 4 are covered
      ...[O.aload_0, O.astore_1, O.jsr, 0, 11, O.aload_1, O.pop, O.return], // 5: returns to 10
      ...[O.pop, O.jsr, 0, 4, O.return], // 13: the handler; returns to 17
      ...[O.astore_2, O.nop, O.ret, 2], // 18: the subroutine
    ],
    48,
    [[2, 5, 13, 0]],
  );
  t.deepEqual(referenceMap(method, 2).locals, [0, 1]);
  t.deepEqual(referenceMap(method, 4).locals, [0]);
  t.deepEqual(referenceMap(method, 13), { locals: [], stack: [0] });
});

test('the same slot as a reference and as something else is no root where the ways meet', (t) => {
  const method = methodWith(
    [
      ...[O.aload_0, O.ifnull, 0, 8, O.aload_0, O.astore_1, O.goto, 0, 5], // 0
      ...[O.iconst_0, O.istore_1], // 9
      ...[O.aload_0, O.pop, O.return], // 11
    ],
    50,
  );
  t.deepEqual(referenceMap(method, 11), { locals: [0], stack: [] });
});

test('each rearrangement of the operand stack', (t) => {
  // a reference, an int and a reference, then the instruction; what is expected there.
  const cases: readonly (readonly [number, readonly number[]])[] = [
    [O.pop, [0]],
    [O.pop2, [0]],
    [O.dup, [0, 2, 3]],
    [O.dup_x1, [0, 1, 3]],
    [O.dup_x2, [0, 1, 3]],
    [O.dup2, [0, 2, 4]],
    [O.dup2_x1, [1, 2, 4]],
    [O.swap, [0, 1]],
  ];
  for (const [opcode, stack] of cases) {
    const method = methodWith([O.aload_0, O.iconst_0, O.aload_0, opcode, O.nop, O.return], 50);
    t.deepEqual(referenceMap(method, 4).stack, stack, `opcode ${opcode}`);
  }
  const four = methodWith([O.aload_0, O.iconst_0, O.aload_0, O.iconst_0, O.dup2_x2, O.nop, O.return], 50);
  t.deepEqual(referenceMap(four, 5).stack, [0, 2, 4]);
  const uneven = methodWith([O.aload_0, O.iconst_0, O.iconst_0, O.aload_0, O.dup2_x2, O.nop, O.return], 50);
  t.deepEqual(referenceMap(uneven, 5).stack, [1, 2, 5]);
});
