// Which try statements of a method preserve the state of its object, and how: what the class implements, what annotations
// ask for, and the machine's option (patent, "try/catch preserve state consistency": per try statement, object or rVM).
import type { Preservation } from '../birth-record.js';
import { CATCH_PARAMETER, readAnnotations, readTypeAnnotations } from '../class-file/annotation-reader.js';
import { ClassFormatError } from '../class-file/errors.js';
import type { RuntimeClass, RuntimeMethod } from '../runtime-class.js';
import { CodeLayout } from './code-layout.js';
import { replacesReceiver, type TryStatement, tryStatementsOf } from './try-statements.js';

export const RECOVERABLE = 'rjvm/Recoverable';
const PRESERVE = 'Lrjvm/Preserve;';

/** What the machine itself saves of an object. */
export type Scope = 'FIELDS' | 'REACHABLE';

export interface PreservedStatement extends TryStatement {
  /** null: the object's own methods save and restore. */
  readonly scope: Scope | null;
  /** Index of the frame's hidden local variable for what was saved; -1 where scope is null. */
  readonly slot: number;
}

/** For a method with statements that preserve; others have none. */
export interface MethodPlan {
  readonly statements: readonly PreservedStatement[];
  readonly layout: CodeLayout;
  /** Hidden local variables, behind those of the bytecode. */
  readonly slotCount: number;
}

/** The plan of a method; null for nearly all. The class may still be unverified. */
export function planOf(
  method: RuntimeMethod,
  isApplication: boolean,
  option: Preservation,
): MethodPlan | null {
  if (!isApplication || option === 'none' || method.isStatic) return null;
  const { code } = method;
  if (code === null || code.exceptionTable.length === 0) return null;
  try {
    return makePlan(method, option);
  } catch (error) {
    // Verification will say what is wrong with the code; annotations that cannot be read are nobody's.
    if (error instanceof ClassFormatError) return null;
    throw error;
  }
}

function makePlan(method: RuntimeMethod, option: Preservation): MethodPlan | null {
  const { declaringClass } = method;
  const code = method.code!;
  const { pool } = declaringClass.file!;
  const isRecoverable = [...declaringClass.supertypes].some(({ name }) => name === RECOVERABLE);
  const asked = askedOfMethod(method) ?? askedOfClass(declaringClass);
  const byEntry = askedOfCatches(method);
  const otherwise = asked ?? (option === 'application' ? 'FIELDS' : isRecoverable ? 'own' : 'NONE');
  if (byEntry.size === 0 && otherwise === 'NONE') return null;
  if (replacesReceiver(code)) return null;
  let slotCount = 0;
  const statements: PreservedStatement[] = [];
  for (const statement of tryStatementsOf(code, pool)) {
    const annotated = statement.entries.find((entry) => byEntry.has(entry));
    const scope = annotated === undefined ? otherwise : byEntry.get(annotated)!;
    if (scope === 'NONE') continue;
    if (isRecoverable || scope === 'own') statements.push({ ...statement, scope: null, slot: -1 });
    else statements.push({ ...statement, scope, slot: slotCount++ });
  }
  if (statements.length === 0) return null;
  return { statements, layout: new CodeLayout(statements), slotCount };
}

/** What an annotation asks for; null where there is none. */
type Asked = Scope | 'NONE' | null;

/** The scope that a constant of rjvm.Preserve.Scope names; where the annotation names none, its default. */
function scopeOf(constant: string | null): Scope | 'NONE' {
  return constant === 'NONE' || constant === 'REACHABLE' ? constant : 'FIELDS';
}

interface Annotated {
  rawAttribute(name: string): Uint8Array | null;
}

function asked(annotated: Annotated | null, type: RuntimeClass): Asked {
  const contents = annotated?.rawAttribute('RuntimeVisibleAnnotations');
  if (!contents) return null;
  const found = readAnnotations(contents, type.file!.pool).find((annotation) => annotation.type === PRESERVE);
  return found === undefined ? null : scopeOf(found.value);
}

function askedOfMethod(method: RuntimeMethod): Asked {
  return asked(method.info, method.declaringClass);
}

/** Of the class or, since the annotation is inherited, of the nearest superclass that has it. */
function askedOfClass(type: RuntimeClass): Asked {
  for (let at: RuntimeClass | null = type; at !== null && at.loader !== 0; at = at.superclass) {
    const scope = asked(at.file, at);
    if (scope !== null) return scope;
  }
  return null;
}

/** By entry of the exception table: what the annotation of the clause's parameter asks for. */
function askedOfCatches(method: RuntimeMethod): ReadonlyMap<number, Scope | 'NONE'> {
  const byEntry = new Map<number, Scope | 'NONE'>();
  const contents = method.code!.rawAttribute('RuntimeVisibleTypeAnnotations');
  if (!contents) return byEntry;
  for (const annotation of readTypeAnnotations(contents, method.declaringClass.file!.pool)) {
    const { type, value, targetType, catchEntry } = annotation;
    if (type === PRESERVE && targetType === CATCH_PARAMETER) byEntry.set(catchEntry, scopeOf(value));
  }
  return byEntry;
}
