// The small tables of a machine as bytes, in a fixed order: what its memory alone does not tell.
import { BinaryReader, BinaryWriter } from '../../lib/binary.js';
import { METHOD_ROW } from '../layout.js';
import type { Machine } from '../machine.js';

/** Version of the tables; it grows with every change of what is written here. */
const TABLES_VERSION = 4;

/** Saves all tables but the machine's own registers, which `registers` writes. */
export function saveTables(machine: Machine, registers: (writer: BinaryWriter) => void): Uint8Array {
  const writer = new BinaryWriter().u8(TABLES_VERSION);
  const { classes, methodTable } = machine;
  writer.bytes(new Uint8Array(methodTable.buffer, 0, classes.methods.length * METHOD_ROW.words * 4));
  machine.codeArea.save(writer);
  classes.save(writer);
  machine.heap.save(writer);
  machine.scheduler.save(writer);
  machine.internalFrames.save(writer);
  machine.dynamic.save(writer);
  writer.bytes(machine.virtualFiles.save());
  writer.bytes(machine.inflaters.save());
  writer.bytes(machine.virtualValues.save());
  machine.membership.save(writer);
  registers(writer);
  return writer.finish();
}

/** Restores rows, code, classes, strings and scheduler of a machine whose memory is there; the reader then stands
 *  before its internal frames. */
export function restoreClassTables(machine: Machine, tables: Uint8Array): BinaryReader {
  // A copy, since classes keep views of it: they would keep the saved memory alive, which came in the same bytes.
  const reader = new BinaryReader(tables.slice());
  if (reader.u8() !== TABLES_VERSION) throw new Error('a machine that another version has saved');
  const { classes, methodTable } = machine;
  new Uint8Array(methodTable.buffer).set(reader.bytes());
  machine.codeArea.restore(reader);
  classes.restore(reader);
  bindNativesLater(machine);
  machine.heap.restore(reader, classes.classes);
  machine.scheduler.restore(reader);
  return reader;
}

/** Restores what stands behind the internal frames; the reader then stands before the registers. */
export function restoreLinkedTables(machine: Machine, reader: BinaryReader): void {
  machine.dynamic.restore(reader);
  machine.virtualFiles.restore(reader.bytes());
  machine.inflaters.restore(reader.bytes());
  machine.virtualValues.restore(reader.bytes());
  machine.membership.restore(reader);
}

/** A native of a restored class is bound at its first call. */
function bindNativesLater(machine: Machine): void {
  const { boundNatives, classes } = machine;
  const bindAndCall = (_: Machine, locals: number) => {
    const method = classes.method(machine.runningMethodNumber);
    machine.bindNative(method);
    boundNatives[method.number / METHOD_ROW.words]!(machine, locals);
  };
  for (let i = 1; i < classes.methods.length; i++) boundNatives[i] = bindAndCall;
}
