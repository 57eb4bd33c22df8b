// What a user sets in place of the action descriptor of a native, or of java.lang.OutOfMemoryError (patent, "Action
// attributes"): checked here, and put into the tables of natives, from which machines, and lists of actions, take them.
import { ParameterError } from '../lib/errors.js';
import { checkDescriptor, type ExternalDescriptor, type InternalDescriptor } from './actions.js';
import {
  ASYNCHRONOUS_ACTIONS,
  type ExternalActionFacts,
  type ExternalActionName,
  SYNCHRONOUS_ACTIONS,
} from './external-actions.js';
import { type NativeMethod, type NativeTable, nativeName, type RawNativeMethod } from './natives.js';

/** What is left out stays as it is. */
export interface ActionOverride {
  /** false: every replica performs the action for itself, and nothing is logged. true: also what is local by itself, as
   *  reading the JDK's `lib/modules`, is performed by the primary and logged. */
  readonly suppressedAtBackup?: boolean | undefined;
  /** The output happens when the replicas agree on it. */
  readonly compared?: boolean | undefined;
  /** The first value that is read stands for what any replica would read later. */
  readonly virtualised?: boolean | undefined;
  /** Of a weakly global external action: a backup that it happens to alone ends, rather than go on regardless. */
  readonly kill?: boolean | undefined;
}

/** By the names of native methods: java.lang.System.nanoTime()J; and java.lang.OutOfMemoryError. */
export type ActionOverrides = Readonly<Record<string, ActionOverride>>;

/** Share of a name's letters that may be mistaken for another name to be meant. */
const FEW_LETTERS = 1 / 4;

type Natives = ReadonlyMap<string, NativeTable>;

/** The tables with these overrides. ParameterError where a name is that of no native, or a descriptor would be
 *  one that the patent forbids or that has no meaning. */
export function withOverrides(natives: Natives, overrides: ActionOverrides): Natives {
  const wanted = Object.entries(overrides);
  if (wanted.length === 0) return natives;
  const places = new Map<string, readonly [className: string, key: string]>();
  for (const [className, table] of natives) {
    for (const key of Object.keys(table)) places.set(nativeName(className, key), [className, key]);
  }
  const result = new Map(natives);
  let isChanged = false;
  for (const [name, override] of wanted) {
    const place = places.get(name);
    if (place === undefined && externalFacts(name) !== undefined) {
      checkExternal(name, override);
      continue;
    }
    if (place === undefined) throw unknown(name, places.keys());
    const [className, key] = place;
    const table = result.get(className)!;
    isChanged = true;
    result.set(className, { ...table, [key]: overridden(name, table[key]!, override) });
  }
  return isChanged ? result : natives;
}

function overridden(
  name: string,
  native: NativeMethod | RawNativeMethod,
  override: ActionOverride,
): NativeMethod | RawNativeMethod {
  const { action } = native;
  const refuse = (key: string, why: string) => {
    return new ParameterError(`actions.${name}${key === '' ? '' : `.${key}`}`, why);
  };
  if (override.kill !== undefined) throw refuse('kill', 'is for external actions');
  if (!action.io) throw refuse('', 'it does not leave the machine, so there is nothing to set');
  if (override.suppressedAtBackup === false && action.acknowledged) {
    throw refuse('suppressedAtBackup', 'must be true, since its acknowledgement comes to the primary');
  }
  if (override.virtualised !== undefined && !action.input) throw refuse('virtualised', 'is for inputs');
  if (override.virtualised === false && action.virtualised) {
    throw refuse('virtualised', 'must be true, since each replica has a value of its own');
  }
  const changed = applied(action, override);
  try {
    checkDescriptor(changed);
  } catch (error) {
    const key = Object.keys(override).at(-1)!;
    throw refuse(key, (error as Error).message);
  }
  return { ...native, action: changed, override };
}

function applied(descriptor: InternalDescriptor, override: ActionOverride): InternalDescriptor {
  return {
    ...descriptor,
    suppressedAtBackup: override.suppressedAtBackup ?? descriptor.suppressedAtBackup,
    compared: override.compared ?? descriptor.compared,
    virtualised: override.virtualised ?? descriptor.virtualised,
  };
}

/** The descriptor of one action that a native with an override performs. What goes to the standard streams, or sets
 *  timers, is the primary's whatever the rest of the native's actions are. */
export function performedAs(descriptor: InternalDescriptor, override: ActionOverride): InternalDescriptor {
  const { input, output, asynchronous } = descriptor;
  return applied(descriptor, {
    suppressedAtBackup: asynchronous ? undefined : override.suppressedAtBackup,
    compared: output ? override.compared : undefined,
    virtualised: input ? override.virtualised : undefined,
  });
}

const EXTERNAL_ACTIONS: Readonly<Record<string, ExternalActionFacts>> = {
  ...SYNCHRONOUS_ACTIONS,
  ...ASYNCHRONOUS_ACTIONS,
};

function externalFacts(name: string): ExternalActionFacts | undefined {
  return EXTERNAL_ACTIONS[name.replaceAll('.', '/')];
}

/** Events of the environment come to the primary alone, so only what replicas meet by themselves can be set. */
function checkExternal(name: string, { kill, ...others }: ActionOverride): void {
  const { asynchronous, strictlyGlobal } = externalFacts(name)!.descriptor;
  const [other] = Object.keys(others);
  if (other !== undefined) {
    throw new ParameterError(`actions.${name}.${other}`, 'of an external action only kill can be set');
  }
  if (kill !== undefined && (asynchronous || strictlyGlobal)) {
    throw new ParameterError(`actions.${name}.kill`, 'is for synchronous weakly global actions');
  }
}

/** The descriptor of an external action with what a user has set. name: as in the tables of external-actions.ts. */
export function externalDescriptor(name: ExternalActionName, overrides: ActionOverrides): ExternalDescriptor {
  const { descriptor } = EXTERNAL_ACTIONS[name]!;
  const kill = overrides[name.replaceAll('/', '.')]?.kill;
  return kill === undefined ? descriptor : { ...descriptor, kill };
}

function unknown(name: string, names: Iterable<string>): ParameterError {
  const known = [...names, ...Object.keys(EXTERNAL_ACTIONS).map((external) => external.replaceAll('/', '.'))];
  const nearest = nearestOf(name, known);
  const hint = nearest === null ? 'rjvm actions lists them' : `is ${nearest} meant?`;
  return new ParameterError(`actions.${name}`, `there is no such action; ${hint}`);
}

/** The name that is most likely meant: one that goes on as this one, where the descriptor was left out, else one that
 *  differs in a few letters; null where there is none. */
function nearestOf(name: string, known: readonly string[]): string | null {
  const continued = known.filter((candidate) => candidate.startsWith(`${name}(`));
  let nearest = continued[0] ?? null;
  let least = Math.ceil(name.length * FEW_LETTERS);
  for (const candidate of continued.length > 0 ? [] : known) {
    const distance = editDistance(name, candidate, least);
    if (distance < least) [nearest, least] = [candidate, distance];
  }
  return nearest;
}

/** Insertions, deletions and replacements that make one text the other; any number of at least `limit` stands for more. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    if (Math.min(...next) >= limit) return limit;
    row = next;
  }
  return row[b.length]!;
}
