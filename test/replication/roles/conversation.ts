// What scripted conversations of the roles are written with.

import { LogWriter } from '../../../replication/log.js';
import type { Post } from '../../../replication/outbox.js';
import { OutputWriter } from '../../../replication/outputs.js';
import { NOBODY } from '../../../replication/roles/followers.js';
import type { GatewayEffect } from '../../../replication/roles/gateway-step.js';
import type { ReplicaEffect } from '../../../replication/roles/role.js';
import type { SavedState } from '../../../replication/saved-execution.js';

/** Posts as a machine makes them: each with one log record, one output, or both. */
export class Poster {
  readonly #log = new LogWriter();
  readonly #outputs = new OutputWriter();
  #epoch = 0;

  post(what: 'log' | 'output' | 'both'): Post & { kind?: never } {
    if (what !== 'output') this.#log.append({ kind: 'settled', epoch: ++this.#epoch });
    if (what !== 'log') this.#outputs.write(1, Uint8Array.of(65));
    return { log: this.#log.take(), outputs: this.#outputs.take() };
  }
}

/** Effects in a word or two each. */
export function brief(effects: readonly ReplicaEffect[]): string[] {
  return effects.map((effect) => {
    switch (effect.kind) {
      case 'sendLog':
      case 'feedMachine':
        return `${effect.kind} ${effect.batch.number}`;
      case 'acknowledge':
        return `acknowledge ${effect.batchNumber}`;
      case 'flowBackup':
        return effect.epoch === NOBODY ? 'flowBackup' : `flowBackup ${effect.batchNumber} ${effect.epoch}`;
      case 'sendOutputs':
        return `sendOutputs ${effect.incarnation}/${effect.block.firstSequence}`;
      case 'flowConfirmed':
        return `flowConfirmed ${effect.sequence}`;
      case 'suspect':
        return `suspect ${effect.incarnation}`;
      case 'become':
        return `become ${effect.role.name}`;
      default:
        return effect.kind;
    }
  });
}

/** Changes of membership, which have a test of their own, left out. */
export const plain = (effects: readonly GatewayEffect[]) =>
  effects.filter((effect) => effect.kind !== 'sendAction' || effect.action.kind !== 'membership');

export const kinds = (effects: readonly GatewayEffect[]) =>
  plain(effects).map((effect) => ('id' in effect ? `${effect.kind} ${effect.id}` : effect.kind));

/** The state of a machine that has come to its first output. */
export const SAVED: SavedState = {
  execution: {
    isIdle: false,
    timers: [],
    clock: { nowNs: 0n, reachedNs: null, due: [] },
    outputs: { nextSequence: 1, offsets: { 1: 1, 2: 0 }, checksum: 0 },
    inputRequest: 0,
    lastInputRequest: 0,
    lastSignal: 0,
    lastMembership: 0,
    lastOutputFailure: 0,
    files: [],
  },
  machine: { tables: new Uint8Array(0), memory: [] },
};
