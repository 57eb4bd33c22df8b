// The error of verification, with OpenJDK's message and its details.
import { OPCODE_NAMES } from '../class-file/opcodes.js';
import type { Frame } from './frame.js';
import { describeType, isSecondSlot, type VerificationType } from './verification-types.js';

/** A class breaks the constraints on its code (JVMS §4.9, §4.10). The machine throws java.lang.VerifyError. */
export class VerifyError extends Error {
  override readonly name = 'VerifyError';
}

/** Where in which method something was found. */
export interface Location {
  readonly className: string;
  readonly methodName: string;
  readonly descriptor: string;
  readonly code: Uint8Array;
  readonly pc: number;
}

/** What goes into the details of a message besides the location. */
export interface Details {
  readonly reason?: string | undefined;
  readonly frame?: Frame | undefined;
  readonly expectedFrame?: { readonly pc: number; readonly frame: Frame } | undefined;
}

/** The message in the layout of OpenJDK: what is wrong, where, why, with which types at hand. */
export function verifyErrorMessage(summary: string, location: Location, details: Details): string {
  const { className, methodName, descriptor, code, pc } = location;
  const mnemonic = pc < code.length ? OPCODE_NAMES[code[pc]!] : undefined;
  const lines = [summary, 'Exception Details:', '  Location:'];
  lines.push(`    ${className}.${methodName}${descriptor} @${pc}: ${mnemonic ?? '<illegal>'}`);
  if (details.reason !== undefined) lines.push('  Reason:', `    ${details.reason}`);
  if (details.frame !== undefined) lines.push('  Current Frame:', ...describeFrame(pc, details.frame));
  const { expectedFrame } = details;
  if (expectedFrame !== undefined) {
    lines.push('  Stackmap Frame:', ...describeFrame(expectedFrame.pc, expectedFrame.frame));
  }
  lines.push('  Bytecode:', ...dumpCode(code));
  return `${lines.join('\n')}\n`;
}

function describeFrame(pc: number, frame: Frame): string[] {
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
  return slots.map((type) => ` ${isSecondSlot(type) ? describeType(type) : describeType(type)}`).join(',');
}

/** Sixteen bytes to a line, in pairs. */
function dumpCode(code: Uint8Array): string[] {
  const lines: string[] = [];
  for (let start = 0; start < code.length; start += 16) {
    let line = `    0x${start.toString(16).padStart(7, '0')}:`;
    code.subarray(start, start + 16).forEach((byte, index) => {
      line += `${index % 2 === 0 ? ' ' : ''}${byte.toString(16).padStart(2, '0')}`;
    });
    lines.push(line);
  }
  return lines;
}
