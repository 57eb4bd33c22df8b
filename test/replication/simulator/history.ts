// Checks what becomes visible, as it does: one history, with no gap, nothing twice and no contradiction.
import { decodeLine, FILE_ERROR, FIRST_HASH, membershipId, mix, TOKENS } from './tokens.js';

export class History {
  #lineCount = 0;
  #hash = FIRST_HASH;
  #clock = 0;
  #inputCount = 0;
  #signalCount = 0;
  #membershipCount = 0;
  /** What the gateway has told of each change of membership, by its number. */
  readonly #memberships = new Map<number, number>();

  get lineCount(): number {
    return this.#lineCount;
  }

  /** External actions that the program has told of. */
  get signalCount(): number {
    return this.#signalCount;
  }

  get membershipCount(): number {
    return this.#membershipCount;
  }

  /** The gateway tells a replica of a change: the same one whenever it tells it again. */
  expectMembership(value: number): void {
    const id = membershipId(value);
    const known = this.#memberships.get(id) ?? value;
    if (known !== value) throw new Error(`change of membership ${id} was ${known} and is ${value} now`);
    this.#memberships.set(id, value);
  }

  /** A line has become visible. Throws where it cannot follow what was visible before. */
  add(bytes: Uint8Array): void {
    const line = decodeLine(bytes);
    if (line.number !== this.#lineCount)
      throw new Error(`line ${line.number} becomes visible after ${this.#lineCount} lines`);
    for (let at = 0; at < line.tokens.length; at += 2) this.#addToken(line.tokens[at]!, line.tokens[at + 1]!);
    this.#hash = mix(this.#hash, TOKENS.print, line.number);
    if (line.hash !== this.#hash) throw new Error(`line ${line.number} is of another history`);
    this.#lineCount++;
  }

  #addToken(token: number, value: number): void {
    this.#hash = mix(this.#hash, token, value);
    switch (token) {
      case TOKENS.clock:
        if (value < this.#clock) throw new Error(`the clock goes back from ${this.#clock} to ${value}`);
        this.#clock = value;
        return;
      case TOKENS.input:
        // What is read is the numbers from 0 on.
        return check('input', value, this.#inputCount++);
      case TOKENS.signal:
        return check('signal', value, ++this.#signalCount);
      case TOKENS.membership:
        check('change of membership', membershipId(value), ++this.#membershipCount);
        return check('change of membership', value, this.#memberships.get(membershipId(value)) ?? NaN);
      case TOKENS.file:
        if (value === FILE_ERROR) throw new Error('a file output has failed that no fault has touched');
        return;
      case TOKENS.look:
        if (value !== 0 && value !== 3)
          throw new Error('a path is there that should not be, or is not there');
        return;
    }
  }
}

function check(what: string, value: number, expected: number): void {
  if (value !== expected) throw new Error(`${what} ${value} comes where ${expected} is due`);
}
