// Linked invokedynamic call sites: what each has become, by method and bytecode index. It is part of the machine's
// state; prepared code only repeats it.
import type { BinaryReader, BinaryWriter } from '../../lib/binary.js';
import type { Machine } from '../machine.js';
import type { Op } from '../opcode-numbers.js';
import type { RuntimeClass } from '../runtime-class.js';
import { type Failure, restoreFailure, saveFailure } from './failures.js';

/** The instruction that a linked site has become, with its two operand words. */
export interface SiteLink {
  readonly op: Op;
  readonly first: number;
  readonly second: number;
}

/** A site is linked for good, or has failed for good (JVMS §5.4.3.6). */
export interface Site {
  link?: SiteLink;
  /** The error that every execution throws. */
  failure?: Failure;
  /** The class of a lambda, made but perhaps not yet initialized. */
  lambdaClass?: RuntimeClass;
}

export class Sites {
  /** By method number, then by bytecode index. */
  readonly byMethod = new Map<number, Map<number, Site>>();

  /** The site, made where it is asked for the first time. */
  at(methodNumber: number, bytecodePc: number): Site {
    let sites = this.byMethod.get(methodNumber);
    if (!sites) this.byMethod.set(methodNumber, (sites = new Map()));
    let site = sites.get(bytecodePc);
    if (!site) sites.set(bytecodePc, (site = {}));
    return site;
  }

  /** Records a link; the first of several threads wins, a link or failure once made stays. */
  setLink(methodNumber: number, bytecodePc: number, link: SiteLink): void {
    const site = this.at(methodNumber, bytecodePc);
    if (site.link === undefined && site.failure === undefined) site.link = link;
  }

  save(writer: BinaryWriter): void {
    writer.varuint(this.byMethod.size);
    for (const [methodNumber, sites] of this.byMethod) {
      writer.varuint(methodNumber).varuint(sites.size);
      for (const [pc, { link, failure, lambdaClass }] of sites) {
        writer.varuint(pc).boolean(link !== undefined);
        if (link) writer.varuint(link.op).varuint(link.first).varuint(link.second);
        writer.boolean(failure !== undefined);
        if (failure) saveFailure(failure, writer);
        writer.varuint(lambdaClass === undefined ? 0 : lambdaClass.id + 1);
      }
    }
  }

  restore(reader: BinaryReader, machine: Machine): void {
    for (let methods = reader.varuint(); methods > 0; methods--) {
      const methodNumber = reader.varuint();
      for (let count = reader.varuint(); count > 0; count--) {
        const site = this.at(methodNumber, reader.varuint());
        if (reader.boolean()) {
          site.link = { op: reader.varuint(), first: reader.varuint(), second: reader.varuint() };
        }
        if (reader.boolean()) site.failure = restoreFailure(machine, reader);
        const lambda = reader.varuint();
        if (lambda !== 0) site.lambdaClass = machine.classes.classes[lambda - 1]!;
      }
    }
  }

  setFailure(methodNumber: number, bytecodePc: number, failure: Failure): void {
    const site = this.at(methodNumber, bytecodePc);
    if (site.link === undefined) site.failure ??= failure;
  }
}
