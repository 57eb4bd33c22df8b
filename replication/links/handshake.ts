// How two processes make sure of each other before they speak: a challenge, and a hello of either side with a proof that
// its sender knows the token. The token itself never travels.
import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import { HELLO_TIMEOUT_MS, MAXIMUM_HELLO_BYTES, REFUSAL_GRACE_MS } from '../limits.js';
import { PROTOCOL_VERSION, parseJson } from '../messages.js';
import { PeerError } from '../peer-error.js';
import type { SocketChannel } from './channel.js';

const NONCE_BYTES = 32;
const KEY_BYTES = 32;
const MALFORMED = 'its hello is malformed';
/** Digests among the terms are shown this long. */
const SHOWN_TERM_CHARACTERS = 24;

const count = z.number().int().nonnegative();

/** Which link a connection is a path of, and how many of its frames the sender has received: see RedundantChannel. */
const path = z.object({ link: z.string(), joins: z.boolean(), received: count });

const speaker = z.object({
  /** Name of the replica that speaks, or 'launcher', or 'agent'. */
  id: z.string(),
  /** Where other replicas can reach it: a port; 0 where they need not. */
  peerPort: count,
  /** What both sides must have the same, by its name for people: an own one that the other side lacks or has
   *  differently is refused. */
  terms: z.record(z.string(), z.string()),
  path: path.optional(),
  nonce: z.string(),
});

const versioned = z.object({ kind: z.string(), protocol: count });
const challenge = z.object({ kind: z.literal('challenge'), nonce: z.string() });
/** speaker: JSON of the above, as it was signed. */
const hello = z.object({ kind: z.literal('hello'), speaker: z.string(), proof: z.string() });

export type PathPart = z.infer<typeof path>;
export type Hello = z.infer<typeof speaker>;

/** Who this process is, to whomever it links with. */
export interface Identity {
  readonly id: string;
  /** Known to both sides, and to nobody else. */
  readonly token: string;
  readonly peerPort: number;
  readonly terms?: Readonly<Record<string, string>>;
}

/** What is settled when both have said hello. */
export interface Greeting {
  readonly peer: Hello;
  /** A key that only these two processes know, for what must not travel in clear. */
  readonly key: () => Buffer;
}

type Side = 'connecting' | 'accepting';

/** The accepting side: it speaks first, but says who it is only to one that has proved itself. answerPath: the path
 *  part of the answer; it may throw PeerError. Throws PeerError; the channel is closed then. */
export async function acceptHello(
  channel: SocketChannel,
  identity: Identity,
  answerPath: (peer: Hello) => PathPart | undefined,
): Promise<Greeting> {
  return within(channel, 'accepting', async () => {
    const nonce = newNonce();
    channel.send(JSON.stringify({ kind: 'challenge', protocol: PROTOCOL_VERSION, nonce }));
    const peer = readHello(await nextText(channel), identity, 'connecting', nonce);
    channel.send(helloText(identity, 'accepting', peer.nonce, newNonce(), answerPath(peer)));
    return { peer, key: () => sharedKey(identity.token, nonce, peer.nonce) };
  });
}

/** The connecting side. ownPath: asked for when it is this side's turn to say hello. Throws PeerError; the channel is
 *  closed then. */
export async function offerHello(
  channel: SocketChannel,
  identity: Identity,
  ownPath: () => Promise<PathPart | undefined>,
): Promise<Greeting> {
  return within(channel, 'connecting', async () => {
    const challenged = parse(challenge, await nextText(channel)).nonce;
    const nonce = newNonce();
    channel.send(helloText(identity, 'connecting', challenged, nonce, await ownPath()));
    const peer = readHello(await nextText(channel), identity, 'accepting', nonce);
    return { peer, key: () => sharedKey(identity.token, challenged, nonce) };
  });
}

/** Gives a new connection its time, and closes it where it does not use that well. */
async function within(channel: SocketChannel, side: Side, greet: () => Promise<Greeting>): Promise<Greeting> {
  let late: PeerError | null = null;
  const timeout = setTimeout(() => {
    late = new PeerError('TOKEN', 'it has not said hello in time');
    // The accepting side may have added it to a link already, and would take a word for the end of that.
    if (side === 'connecting') channel.cut();
    else channel.close(late.message);
  }, HELLO_TIMEOUT_MS);
  try {
    return await greet();
  } catch (error) {
    if (late !== null) throw late;
    if (!(error instanceof PeerError)) throw error;
    channel.refuse(error.message, REFUSAL_GRACE_MS);
    throw error;
  } finally {
    clearTimeout(timeout);
  }
}

async function nextText(channel: SocketChannel): Promise<string> {
  const { bytes, isBinary } = await channel.next();
  if (isBinary) throw new PeerError('TOKEN', 'it does not say hello with the token');
  if (bytes.length > MAXIMUM_HELLO_BYTES) throw new PeerError('MALFORMED', 'its hello is too long');
  return bytes.toString();
}

/** Another version may write everything else in another way, so that is looked at first. */
function parse<T>(schema: z.ZodType<T>, text: string): T {
  const { protocol } = parseJson(versioned, text, MALFORMED);
  if (protocol !== PROTOCOL_VERSION) {
    throw new PeerError('VERSION', `it speaks version ${protocol} of the protocol, not ${PROTOCOL_VERSION}`);
  }
  return parseJson(schema, text, MALFORMED);
}

function helloText(
  { id, token, peerPort, terms = {} }: Identity,
  side: Side,
  challenged: string,
  nonce: string,
  ownPath: PathPart | undefined,
): string {
  const own: Hello = { id, peerPort, terms, nonce, ...(ownPath === undefined ? {} : { path: ownPath }) };
  const text = JSON.stringify(own);
  const proof = proofOf(token, side, challenged, text).toString('hex');
  return JSON.stringify({ kind: 'hello', protocol: PROTOCOL_VERSION, speaker: text, proof });
}

/** challenged: the nonce that this side has sent. */
function readHello(text: string, { token, terms = {} }: Identity, side: Side, challenged: string): Hello {
  const { speaker: signed, proof } = parse(hello, text);
  const given = Buffer.from(proof, 'hex');
  const expected = proofOf(token, side, challenged, signed);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new PeerError('TOKEN', 'its token is wrong');
  }
  const peer = parseJson(speaker, signed, MALFORMED);
  for (const [name, own] of Object.entries(terms)) {
    const other = peer.terms[name];
    if (other !== own) {
      throw new PeerError('TERMS', `its ${name} is ${shown(other)}, and here it is ${shown(own)}`);
    }
  }
  return peer;
}

function shown(term: string | undefined): string {
  return term === undefined ? 'not told' : term.slice(0, SHOWN_TERM_CHARACTERS);
}

function proofOf(token: string, side: Side, challenged: string, text: string): Buffer {
  return createHmac('sha256', token).update(`${side}\n${challenged}\n${text}`).digest();
}

function sharedKey(token: string, acceptingNonce: string, connectingNonce: string): Buffer {
  return Buffer.from(hkdfSync('sha256', token, acceptingNonce + connectingNonce, 'rjvm link', KEY_BYTES));
}

function newNonce(): string {
  return randomBytes(NONCE_BYTES).toString('hex');
}
