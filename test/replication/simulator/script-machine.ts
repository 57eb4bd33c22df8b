// A deterministic machine that costs next to nothing: it runs a script, and prints all that it has been told.
import { input, output } from '../../../jvm/actions.js';
import {
  type ActionResult,
  type Environment,
  type ExternalAction,
  type FileChange,
  HostError,
  type Request,
  STALLED,
  type StopReason,
  type Vitals,
} from '../../../jvm/environment.js';
import type { SavedMachine } from '../../../jvm/snapshot/saved-machine.js';
import type { SavableMachine } from '../../../replication/contracts.js';
import { encodeLine, FILE_ERROR, FIRST_HASH, membershipValue, mix, TOKENS } from './tokens.js';

export type Step =
  /** Works for that many epochs. */
  | { readonly op: 'compute'; readonly epochs: number }
  | { readonly op: 'clock' | 'wall' | 'entropy' }
  /** Prints what it has been told since the last print. */
  | { readonly op: 'print'; readonly stream: 1 | 2 }
  /** Reads the clock, starts a timer and goes on. */
  | { readonly op: 'start'; readonly id: number; readonly durationUs: number }
  | { readonly op: 'cancel'; readonly id: number }
  /** Idle until no timer is outstanding. */
  | { readonly op: 'await' }
  | { readonly op: 'read'; readonly wait: boolean }
  /** Writes the next record of the one file that has a length. */
  | { readonly op: 'append' }
  /** Reads whether a path exists, which has to come before the next three. */
  | { readonly op: 'look'; readonly path: string; readonly present: boolean }
  | { readonly op: 'create' | 'delete'; readonly path: string }
  | { readonly op: 'rename'; readonly path: string; readonly target: string };

export interface Script {
  readonly steps: readonly Step[];
  /** How often they are run; Infinity: until a signal END_SIGNAL has come, and then to the end of the round. */
  readonly rounds: number;
  readonly exitCode: number;
}

export const END_SIGNAL = 15;
/** The file that scripts append to: records of eight bytes, each its own number. */
export const RECORD_FILE = 'records';
export const RECORD_BYTES = 8;

const INPUT = input();
const OUTPUT = output();
const PRINT = output({ asynchronous: true, acknowledged: false });
const ASK = output({ asynchronous: true, acknowledged: true });

export class ScriptMachine implements SavableMachine {
  readonly #script: Script;
  readonly #environment: Environment;
  #round = 0;
  #index = 0;
  #computed = 0;
  #lineCount = 0;
  #recordCount = 0;
  #inputRequest = 0;
  #awaitsInput = false;
  #hasAsked = false;
  #isEnding = false;
  #hash = FIRST_HASH;
  #epoch = 0;
  #stopped: StopReason | null = null;
  /** The last reading of the clock, and what it has to be past at the next one. */
  #clock = 0;
  #clockDue = 0;
  /** Outstanding timers: id, and the clock when they are due, in turn. */
  #timers: number[] = [];
  #tokens: number[] = [];

  readonly stateBytes = 0;

  constructor(script: Script, environment: Environment) {
    this.#script = script;
    this.#environment = environment;
  }

  get epoch(): number {
    return this.#epoch;
  }

  get exitCode(): number {
    return this.#script.exitCode;
  }

  /** The fault of a host: from here on this machine is no replica of the others. */
  diverge(): void {
    this.#hash = (this.#hash ^ 1) >>> 0;
  }

  save(): SavedMachine {
    if (this.#stopped === 'stalled' || this.#stopped === 'exited') throw new Error('saved within an epoch');
    const numbers = [
      this.#round,
      this.#index,
      this.#computed,
      this.#lineCount,
      this.#recordCount,
      this.#inputRequest,
      Number(this.#awaitsInput),
      Number(this.#hasAsked),
      Number(this.#isEnding),
      this.#hash,
      this.#epoch,
      this.#stopped === null ? 0 : this.#stopped === 'epoch' ? 1 : 2,
      this.#clock,
      this.#clockDue,
      this.#timers.length,
      ...this.#timers,
      ...this.#tokens,
    ];
    return { tables: new Uint8Array(Float64Array.from(numbers).buffer), memory: [] };
  }

  static restore(script: Script, environment: Environment, saved: SavedMachine): ScriptMachine {
    const machine = new ScriptMachine(script, environment);
    const numbers = new Float64Array(new Uint8Array(saved.tables).buffer);
    let next = 0;
    const take = () => numbers[next++]!;
    machine.#round = take();
    machine.#index = take();
    machine.#computed = take();
    machine.#lineCount = take();
    machine.#recordCount = take();
    machine.#inputRequest = take();
    machine.#awaitsInput = take() === 1;
    machine.#hasAsked = take() === 1;
    machine.#isEnding = take() === 1;
    machine.#hash = take();
    machine.#epoch = take();
    machine.#stopped = ([null, 'epoch', 'idle'] as const)[take()]!;
    machine.#clock = take();
    machine.#clockDue = take();
    const timerNumbers = take();
    machine.#timers = Array.from(numbers.subarray(next, next + timerNumbers));
    machine.#tokens = Array.from(numbers.subarray(next + timerNumbers));
    return machine;
  }

  digest(): string {
    return `${this.#hash} ${this.#round} ${this.#index} ${this.#computed} ${this.#timers.join()}`;
  }

  vitals(): Vitals {
    return {
      executedCount: this.#epoch * 10 + this.#index,
      threadCount: 1,
      threadStates: [0, 1],
      stackBytes: this.#tokens.length,
      heapBytes: 0,
      heapLimitBytes: 0,
    };
  }

  run(): StopReason {
    const { steps, rounds } = this.#script;
    if (this.#stopped === 'epoch' || this.#stopped === 'idle')
      throw new Error(`run() follows ${this.#stopped}`);
    for (;;) {
      if (this.#index === steps.length) {
        this.#index = 0;
        this.#round++;
        if (this.#round >= rounds || this.#isEnding) this.#round = Infinity;
      }
      if (this.#round >= rounds) return (this.#stopped = 'exited');
      const stop = this.#execute(steps[this.#index]!);
      if (stop !== null) return (this.#stopped = stop);
    }
  }

  deliver(actions: readonly ExternalAction[]): void {
    if (this.#stopped !== 'epoch' && this.#stopped !== 'idle')
      throw new Error('deliver() belongs to a boundary');
    for (const action of actions) this.#take(action);
    this.#stopped = null;
    this.#epoch++;
  }

  #take(action: ExternalAction): void {
    switch (action.kind) {
      case 'timer':
        this.#note(TOKENS.timer, action.id);
        this.#clockDue = Math.max(this.#clockDue, this.#removeTimer(action.id));
        return;
      case 'signal':
        this.#note(TOKENS.signal, action.id);
        if (action.signal === END_SIGNAL) this.#isEnding = true;
        return;
      case 'membership': {
        const { id, change, replicaCount } = action;
        this.#note(TOKENS.membership, membershipValue(id, change, replicaCount));
        return;
      }
      case 'input':
        if (action.id !== this.#inputRequest || !this.#awaitsInput)
          throw new Error(`input ${action.id} was not asked for`);
        this.#awaitsInput = false;
        if (action.value instanceof Uint8Array) this.#note(TOKENS.input, littleEndian(action.value));
    }
  }

  /** When it was due. */
  #removeTimer(id: number): number {
    for (let at = 0; at < this.#timers.length; at += 2) {
      if (this.#timers[at] === id) return this.#timers.splice(at, 2)[1]!;
    }
    throw new Error(`timer ${id} was not started`);
  }

  #note(token: number, value: number): void {
    this.#tokens.push(token, value);
    this.#hash = mix(this.#hash, token, value);
  }

  #execute(step: Step): StopReason | null {
    switch (step.op) {
      case 'compute':
        if (this.#computed >= step.epochs) {
          this.#computed = 0;
          return this.#next(null);
        }
        this.#computed++;
        return 'epoch';
      case 'clock':
        return this.#readClock() ? this.#next(null) : 'stalled';
      case 'wall':
        return this.#read(TOKENS.wall, { kind: 'readWallClock' });
      case 'entropy':
        return this.#read(TOKENS.entropy, { kind: 'readEntropy', byteCount: 3 });
      case 'print':
        return this.#print(step.stream);
      case 'start':
        return this.#startTimer(step.id, step.durationUs);
      case 'cancel':
        if (this.#timers.some((number, at) => at % 2 === 0 && number === step.id)) this.#removeTimer(step.id);
        this.#ask({ kind: 'cancelTimer', id: step.id });
        return this.#next('epoch');
      case 'await':
        return this.#timers.length === 0 ? this.#next(null) : 'idle';
      case 'read':
        return this.#readInput(step.wait);
      case 'append':
        return this.#append();
      case 'look': {
        const present = this.#perform(INPUT, {
          kind: 'readFileAttributes',
          path: step.path,
          followLinks: false,
        });
        if (present === STALLED) return 'stalled';
        this.#note(TOKENS.look, (present instanceof HostError ? 0 : 2) + Number(step.present));
        return this.#next(null);
      }
      case 'create':
        return this.#change(creation(step.path));
      case 'delete':
        return this.#change({ kind: 'deleteFile', path: step.path });
      case 'rename':
        return this.#change({ kind: 'renameFile', path: step.path, target: step.target });
    }
  }

  #next(stop: StopReason | null): StopReason | null {
    this.#index++;
    return stop;
  }

  #perform(descriptor: typeof INPUT, request: Request): ActionResult | typeof STALLED {
    return this.#environment.perform({ descriptor, request });
  }

  /** The program's clock never goes back, and no timer runs out before its time as this clock has it. */
  #readClock(): boolean {
    const value = this.#perform(INPUT, { kind: 'readMonotonicClock' });
    if (value === STALLED) return false;
    const reading = Number(value);
    if (reading < this.#clock) throw new Error(`the clock goes back from ${this.#clock} to ${reading}`);
    if (reading < this.#clockDue)
      throw new Error(`a timer ran out at ${reading}, but was due at ${this.#clockDue}`);
    this.#clock = reading;
    this.#note(TOKENS.clock, reading);
    return true;
  }

  #read(token: number, request: Request): StopReason | null {
    const value = this.#perform(INPUT, request);
    if (value === STALLED) return 'stalled';
    this.#note(token, value instanceof Uint8Array ? littleEndian(value) : Number(value));
    return this.#next(null);
  }

  #ask(request: Request): void {
    if (this.#perform(ASK, request) === STALLED) throw new Error('an output stalled');
  }

  #startTimer(id: number, durationUs: number): StopReason | null {
    if (!this.#readClock()) return 'stalled';
    if (this.#timers.some((number, at) => at % 2 === 0 && number === id)) return this.#next(null);
    this.#ask({ kind: 'startTimer', id, durationNs: BigInt(durationUs) * 1000n });
    this.#timers.push(id, this.#clock + durationUs * 1000);
    return this.#next('epoch');
  }

  #readInput(wait: boolean): StopReason | null {
    if (this.#awaitsInput) return 'idle';
    // The second time round, the answer is there.
    if (this.#hasAsked) {
      this.#hasAsked = false;
      return this.#next(null);
    }
    this.#hasAsked = true;
    this.#awaitsInput = true;
    this.#ask({ kind: 'readStandardInput', id: ++this.#inputRequest, byteCount: 10, wait });
    return 'epoch';
  }

  #append(): StopReason | null {
    const bytes = new Uint8Array(Float64Array.of(this.#recordCount).buffer);
    const position = this.#recordCount * RECORD_BYTES;
    const stop = this.#change({ kind: 'writeFile', path: RECORD_FILE, position, bytes });
    if (stop !== 'stalled') this.#recordCount++;
    return stop;
  }

  /** Outputs whose result the program takes. */
  #change(request: FileChange): StopReason | null {
    const value = this.#perform(OUTPUT, request);
    if (value === STALLED) return 'stalled';
    this.#note(TOKENS.file, value instanceof HostError ? FILE_ERROR : Number(value));
    return this.#next('epoch');
  }

  #print(stream: 1 | 2): StopReason | null {
    this.#hash = mix(this.#hash, TOKENS.print, this.#lineCount);
    const line = { number: this.#lineCount++, tokens: this.#tokens, hash: this.#hash };
    this.#tokens = [];
    const written = this.#perform(PRINT, { kind: 'writeStandard', stream, bytes: encodeLine(line) });
    if (written === STALLED) throw new Error('an output stalled');
    return this.#next('epoch');
  }
}

function creation(path: string): FileChange {
  return {
    kind: 'openForWriting',
    path,
    create: true,
    exclusive: true,
    truncate: false,
    alsoReading: false,
    followLinks: true,
    mode: 0o666,
  };
}

function littleEndian(bytes: Uint8Array): number {
  let value = 0;
  for (let index = bytes.length - 1; index >= 0; index--) value = value * 256 + bytes[index]!;
  return value;
}
