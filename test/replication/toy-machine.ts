// A small deterministic machine for tests of replication: it runs a scripted program of steps, and prints all that it
// has been told together with a chained hash, so that its output alone proves whether its history is one history.

import { input, localInput, output } from '../../jvm/actions.js';
import type { BirthRecord } from '../../jvm/birth-record.js';
import type {
  Action,
  ActionResult,
  Environment,
  ExternalAction,
  FileChange,
  StopReason,
  Vitals,
} from '../../jvm/environment.js';
import { HostError, STALLED } from '../../jvm/environment.js';
import type { SavedMachine } from '../../jvm/snapshot/saved-machine.js';
import type { MachineFactory, SavableMachine } from '../../replication/contracts.js';

export type Step =
  /** Works for that many epochs; spin: busy loop turns in each. */
  | { readonly op: 'compute'; readonly epochs: number; readonly spin?: number }
  | { readonly op: 'clock' }
  | { readonly op: 'wall' }
  | { readonly op: 'entropy'; readonly byteCount: number }
  /** Prints what was read since the last print, and the hash of everything so far. Ends the epoch. */
  | { readonly op: 'print'; readonly stream?: 1 | 2; readonly pad?: number }
  /** Starts a timer and goes on. */
  | { readonly op: 'start'; readonly id: number; readonly durationMs: number }
  | { readonly op: 'cancel'; readonly id: number }
  /** Idle until no timer is outstanding. */
  | { readonly op: 'await' }
  /** Reads a file through a local action. */
  | { readonly op: 'status'; readonly path: string }
  /** Asks for standard input and waits for the answer. */
  | { readonly op: 'read'; readonly wait: boolean }
  /** Writes a record at the end of what this program has written to the file. */
  | { readonly op: 'append'; readonly path: string }
  /** Reads whether a path exists, which has to come before the next three. */
  | { readonly op: 'look'; readonly path: string }
  | { readonly op: 'create'; readonly path: string }
  | { readonly op: 'delete'; readonly path: string }
  | { readonly op: 'rename'; readonly path: string; readonly target: string }
  /** Fails inside the machine, as a bug of ours would. */
  | { readonly op: 'crash' }
  /** Reads what differs between replicas as if it did not: the number of the process, unlogged. */
  | { readonly op: 'diverge' }
  | { readonly op: 'exit'; readonly code: number };

/** A list of steps, gone through as often as said. */
export interface Program {
  readonly steps: readonly Step[];
  readonly rounds: number;
  readonly exitCode?: number;
  /** Size of the memory that its state carries. */
  readonly ballastBytes?: number;
}

interface ToyState {
  readonly round: number;
  readonly index: number;
  readonly computed: number;
  readonly outstanding: readonly number[];
  readonly inputRequest: number;
  readonly awaitsInput: boolean;
  readonly asked: boolean;
  readonly fileBytes: readonly (readonly [string, number])[];
  readonly hash: number;
  readonly tokens: readonly string[];
  readonly epoch: number;
  readonly stopped: StopReason | null;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** FNV-1a, 32 bits, over UTF-16 code units. */
export function mix(hash: number, text: string): number {
  let result = hash;
  for (let index = 0; index < text.length; index++) {
    result = Math.imul(result ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return result;
}

export const FIRST_HASH = 0x811c9dc5;

export class ToyMachine implements SavableMachine {
  readonly #program: Program;
  readonly #environment: Environment;
  #round = 0;
  #index = 0;
  #computed = 0;
  #outstanding = new Set<number>();
  #inputRequest = 0;
  #signal = 0;
  #awaitsInput = false;
  #asked = false;
  readonly #fileBytes = new Map<string, number>();
  #hash = FIRST_HASH;
  #tokens: string[] = [];
  #epoch = 0;
  #exitCode = 0;
  #stopped: StopReason | null = null;

  constructor(program: Program, environment: Environment) {
    this.#program = program;
    this.#environment = environment;
  }

  get epoch(): number {
    return this.#epoch;
  }

  get exitCode(): number {
    return this.#exitCode;
  }

  readonly stateBytes = 0;

  save(): SavedMachine {
    if (this.#stopped === 'stalled' || this.#stopped === 'exited') throw new Error('saved within an epoch');
    const state: ToyState = {
      round: this.#round,
      index: this.#index,
      computed: this.#computed,
      outstanding: [...this.#outstanding],
      inputRequest: this.#inputRequest,
      awaitsInput: this.#awaitsInput,
      asked: this.#asked,
      fileBytes: [...this.#fileBytes],
      hash: this.#hash,
      tokens: this.#tokens,
      epoch: this.#epoch,
      stopped: this.#stopped,
    };
    const memory = [{ address: 0, bytes: new Uint8Array(this.#program.ballastBytes ?? 0) }];
    return { tables: encoder.encode(JSON.stringify(state)), memory };
  }

  static restore(program: Program, environment: Environment, saved: SavedMachine): ToyMachine {
    const state = JSON.parse(decoder.decode(saved.tables)) as ToyState;
    const machine = new ToyMachine(program, environment);
    machine.#round = state.round;
    machine.#index = state.index;
    machine.#computed = state.computed;
    machine.#outstanding = new Set(state.outstanding);
    machine.#inputRequest = state.inputRequest;
    machine.#awaitsInput = state.awaitsInput;
    machine.#asked = state.asked;
    for (const [path, bytes] of state.fileBytes) machine.#fileBytes.set(path, bytes);
    machine.#hash = state.hash;
    machine.#tokens = [...state.tokens];
    machine.#epoch = state.epoch;
    machine.#stopped = state.stopped;
    return machine;
  }

  digest(): string {
    return `${this.#hash} ${this.#round} ${this.#index} ${this.#computed} ${[...this.#outstanding].join()}`;
  }

  vitals(): Vitals {
    return {
      executedCount: this.#round * this.#program.steps.length + this.#index,
      threadCount: 1,
      threadStates: [0, 1],
      stackBytes: this.#tokens.length,
      heapBytes: this.#program.ballastBytes ?? 0,
      heapLimitBytes: 1 << 30,
    };
  }

  run(): StopReason {
    if (this.#stopped === 'epoch' || this.#stopped === 'idle')
      throw new Error(`run() follows ${this.#stopped}`);
    for (;;) {
      if (this.#signal !== 0) return this.#stop('exited', 128 + this.#signal);
      if (this.#round >= this.#program.rounds) return this.#stop('exited', this.#program.exitCode ?? 0);
      const step = this.#program.steps[this.#index];
      if (step === undefined) {
        this.#index = 0;
        this.#round++;
        continue;
      }
      const stop = this.#execute(step);
      if (stop !== null) return this.#stop(stop, step.op === 'exit' ? step.code : 0);
    }
  }

  deliver(actions: readonly ExternalAction[]): void {
    if (this.#stopped !== 'epoch' && this.#stopped !== 'idle')
      throw new Error('deliver() belongs to a boundary');
    for (const action of actions) {
      if (action.kind === 'input') this.#takeInput(action.id, action.value);
      else if (action.kind === 'signal') this.#signal = action.signal;
      // Its programs do not ask for their replicas: with and without faults they print the same.
      else if (action.kind === 'membership') continue;
      else if (action.kind === 'heapLimit') this.#note(`h${action.heapBytes}`);
      else {
        this.#note(`t${action.id}@${this.#epoch}`);
        this.#outstanding.delete(action.id);
      }
    }
    this.#stopped = null;
    this.#epoch++;
  }

  #takeInput(id: number, value: Uint8Array | null | HostError): void {
    if (id !== this.#inputRequest || !this.#awaitsInput) throw new Error(`input ${id} was not asked for`);
    this.#awaitsInput = false;
    if (value !== null) this.#note(`i${value instanceof HostError ? value.code : decoder.decode(value)}`);
  }

  #stop(reason: StopReason, exitCode: number): StopReason {
    this.#stopped = reason;
    this.#exitCode = exitCode;
    return reason;
  }

  #note(token: string): void {
    this.#tokens.push(token);
    this.#hash = mix(this.#hash, token);
  }

  #execute(step: Step): StopReason | null {
    switch (step.op) {
      case 'compute':
        return this.#compute(step.epochs, step.spin ?? 0);
      case 'clock':
        return this.#read('m', { descriptor: input(), request: { kind: 'readMonotonicClock' } });
      case 'wall':
        return this.#read('w', { descriptor: input(), request: { kind: 'readWallClock' } });
      case 'entropy':
        return this.#read('e', {
          descriptor: input(),
          request: { kind: 'readEntropy', byteCount: step.byteCount },
        });
      case 'status':
        return this.#read('s', {
          descriptor: localInput(),
          request: { kind: 'readFileStatus', path: step.path },
        });
      case 'print':
        return this.#print(step.stream ?? 1, step.pad ?? 0);
      case 'start': {
        const durationNs = BigInt(Math.round(step.durationMs * 1e6));
        this.#output({ kind: 'startTimer', id: step.id, durationNs }, true);
        this.#outstanding.add(step.id);
        return this.#next('epoch');
      }
      case 'cancel':
        this.#output({ kind: 'cancelTimer', id: step.id }, false);
        this.#outstanding.delete(step.id);
        return this.#next('epoch');
      case 'await':
        return this.#outstanding.size === 0 ? this.#next(null) : 'idle';
      case 'read':
        return this.#readInput(step.wait);
      case 'append':
        return this.#append(step.path);
      case 'look': {
        const request = { kind: 'readFileAttributes', path: step.path, followLinks: false } as const;
        return this.#read('l', { descriptor: input(), request });
      }
      case 'create':
        return this.#change({
          kind: 'openForWriting',
          path: step.path,
          create: true,
          exclusive: true,
          truncate: false,
          alsoReading: false,
          followLinks: true,
          mode: 0o666,
        });
      case 'delete':
        return this.#change({ kind: 'deleteFile', path: step.path });
      case 'rename':
        return this.#change({ kind: 'renameFile', path: step.path, target: step.target });
      case 'diverge':
        return this.#read('d', { descriptor: localInput(), request: { kind: 'readProcessId' } });
      case 'crash':
        throw new Error('the toy machine has been told to crash');
      case 'exit':
        return 'exited';
    }
  }

  #readInput(wait: boolean): StopReason | null {
    if (this.#awaitsInput) return 'idle';
    // The second time round, the answer is there.
    if (this.#asked) {
      this.#asked = false;
      return this.#next(null);
    }
    this.#asked = true;
    this.#awaitsInput = true;
    this.#output({ kind: 'readStandardInput', id: ++this.#inputRequest, byteCount: 10, wait }, true);
    return 'epoch';
  }

  #append(path: string): StopReason | null {
    const bytes = encoder.encode(`${this.#round}.${this.#index};`);
    const position = this.#fileBytes.get(path) ?? 0;
    const stop = this.#change({ kind: 'writeFile', path, position, bytes });
    if (stop !== 'stalled') this.#fileBytes.set(path, position + bytes.length);
    return stop;
  }

  /** Outputs whose result the program takes. */
  #change(request: FileChange): StopReason | null {
    const value = this.#environment.perform({ descriptor: output(), request });
    if (value === STALLED) return 'stalled';
    this.#note(`f${show(value)}`);
    return this.#next('epoch');
  }

  #next(stop: StopReason | null): StopReason | null {
    this.#index++;
    return stop;
  }

  #compute(epochs: number, spin: number): StopReason | null {
    if (this.#computed >= epochs) {
      this.#computed = 0;
      return this.#next(null);
    }
    for (let turn = 0; turn < spin; turn++) this.#hash = Math.imul(this.#hash, 1);
    this.#hash = (this.#hash >>> 0) as number;
    this.#computed++;
    return 'epoch';
  }

  #read(letter: string, action: Action): StopReason | null {
    const value = this.#environment.perform(action);
    if (value === STALLED) return 'stalled';
    this.#note(letter + show(value));
    return this.#next(null);
  }

  #output(
    request: Extract<
      Action['request'],
      { kind: 'writeStandard' | 'readStandardInput' | 'startTimer' | 'cancelTimer' }
    >,
    acknowledged: boolean,
  ): void {
    const descriptor = output({ asynchronous: true, acknowledged });
    if (this.#environment.perform({ descriptor, request }) === STALLED) throw new Error('an output stalled');
  }

  #print(stream: 1 | 2, pad: number): StopReason | null {
    const line = `${this.#round}.${this.#index} ${[...this.#tokens, 'p'].join(' ')} = ${mix(this.#hash, 'p')}`;
    this.#note('p');
    this.#tokens = [];
    this.#output(
      { kind: 'writeStandard', stream, bytes: encoder.encode(`${line.padEnd(pad, '.')}\n`) },
      false,
    );
    return this.#next('epoch');
  }
}

function show(value: ActionResult): string {
  if (value instanceof Uint8Array)
    return [...value].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  if (value instanceof HostError) return value.code;
  return String(value);
}

/** Checks that lines printed by toy machines tell one consistent history: each hash follows from the tokens before
 *  it, and the monotonic clock never goes back. Returns what is wrong, or null. */
export function contradiction(text: string): string | null {
  let hash = FIRST_HASH;
  let clock = -1n;
  for (const line of text.split('\n').slice(0, -1)) {
    const match = /^\d+\.\d+ (.*) = (\d+)\.*$/.exec(line);
    if (match === null) return `no line of the toy machine: ${line}`;
    for (const token of match[1]!.split(' ')) {
      hash = mix(hash, token);
      if (token.startsWith('m')) {
        const reading = BigInt(token.slice(1));
        if (reading < clock) return `the clock goes back from ${clock}: ${line}`;
        clock = reading;
      }
    }
    if (hash !== Number(match[2])) return `the hash should be ${hash}: ${line}`;
  }
  return null;
}

/** A birth record that carries a program. */
export function toyRecord(program: Program): BirthRecord {
  return {
    mainClass: 'Toy',
    programArguments: [JSON.stringify(program)],
    classPath: [],
    systemProperties: {},
    environmentVariables: {},
    jdk: { home: '', version: '', digest: '' },
    hostProperties: {},
    options: {
      heapBytes: 1 << 20,
      stackBytes: 1 << 16,
      maximumEpochCount: 1000,
      quantumCount: 100,
      availableProcessors: 1,
      collectEvery: 0,
      replicaCount: 2,
      preservation: 'annotated',
      epochEnds: 'none',
      actions: {},
    },
  };
}

function programOf(record: BirthRecord): Program {
  return JSON.parse(record.programArguments[0]!) as Program;
}

export const machineFactory: MachineFactory = {
  create: (record, environment) => new ToyMachine(programOf(record), environment),
  restore: (record, environment, saved) => ToyMachine.restore(programOf(record), environment, saved),
};
