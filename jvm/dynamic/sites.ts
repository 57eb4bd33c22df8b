// Linked invokedynamic call sites: what each has become, by method and bytecode index. It is part of the machine's
// state; prepared code only repeats it.
import type { Op } from '../opcode-numbers.js';
import type { RuntimeClass } from '../runtime-class.js';
import type { Failure } from './failures.js';

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

  setFailure(methodNumber: number, bytecodePc: number, failure: Failure): void {
    const site = this.at(methodNumber, bytecodePc);
    if (site.link === undefined) site.failure ??= failure;
  }
}
