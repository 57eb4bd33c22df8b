// The error of verification, with OpenJDK's message and its details.
import type { CodeAttribute } from '../class-file/class-file.js';
import { OPCODE_NAMES } from '../class-file/opcodes.js';
import type { Frame } from './frame.js';
import { describeType, type VerificationType } from './verification-types.js';

/** A class breaks the constraints on its code (JVMS §4.9, §4.10). The machine throws java.lang.VerifyError. */
export class VerifyError extends Error {
  override readonly name = 'VerifyError';
}

/** Where in which method something was found. */
export interface Location {
  readonly className: string;
  readonly methodName: string;
  readonly descriptor: string;
  readonly code: CodeAttribute;
  readonly pc: number;
}

/** What goes into the details of a message besides the location. */
export interface Details {
  /** Absent: there is no more to say than the summary. */
  readonly reason?: string | undefined;
  readonly current?: FrameAt | undefined;
  readonly expected?: FrameAt | undefined;
}

export interface FrameAt {
  readonly pc: number;
  readonly frame: Frame;
}

/** The message in the layout of OpenJDK: what is wrong, where, why, with which types at hand. */
export function verifyErrorMessage(summary: string, location: Location, details: Details): string {
  const { className, methodName, descriptor, pc } = location;
  const { code, exceptionTable } = location.code;
  const mnemonic = pc < code.length ? (OPCODE_NAMES[code[pc]!] ?? '<illegal>') : '<invalid>';
  const lines = [summary, 'Exception Details:', '  Location:'];
  lines.push(`    ${className}.${methodName}${descriptor} @${pc}: ${mnemonic}`);
  lines.push('  Reason:', `    ${details.reason ?? 'Error exists in the bytecode'}`);
  const { current, expected } = details;
  if (current !== undefined) lines.push('  Current Frame:', ...describeFrame(current));
  if (expected !== undefined) lines.push('  Stackmap Frame:', ...describeFrame(expected));
  lines.push('  Bytecode:', ...dumpCode(code));
  if (exceptionTable.length > 0) lines.push('  Exception Handler Table:');
  for (const { startPc, endPc, handlerPc } of exceptionTable) {
    lines.push(`    bci [${startPc}, ${endPc}] => handler: ${handlerPc}`);
  }
  return `${lines.join('\n')}\n`;
}

function describeFrame({ pc, frame }: FrameAt): string[] {
  let localsInUse = frame.locals.length;
  while (localsInUse > 0 && frame.locals[localsInUse - 1] === 'top') localsInUse--;
  return [
    `    bci: @${pc}`,
    `    flags: {${frame.isThisUninitialized ? ' flagThisUninit' : ''} }`,
    `    locals: {${describeSlots(frame.locals.slice(0, localsInUse))} }`,
    `    stack: {${describeSlots(frame.stack)} }`,
  ];
}

function describeSlots(slots: readonly VerificationType[]): string {
  return slots.map((type) => ` ${describeType(type)}`).join(',');
}

/** Columns of a line of dumped code, without the indentation. */
const DUMP_WIDTH = 48;

/** Sixteen bytes to a line, in pairs. */
function dumpCode(code: Uint8Array): string[] {
  const lines: string[] = [];
  for (let start = 0; start < code.length; start += 16) {
    let line = `${start.toString(16).padStart(7, '0')}:`;
    code.subarray(start, start + 16).forEach((byte, index) => {
      line += `${index % 2 === 0 ? ' ' : ''}${byte.toString(16).padStart(2, '0')}`;
    });
    lines.push(`    ${line.padEnd(DUMP_WIDTH)}`);
  }
  return lines;
}
