// The running pairs of this user as commands meet them: found by their control sockets, asked over them.
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { posixCode, UserError } from '../lib/errors.js';
import { type ControlSocket, liveSockets } from '../replication/management/control-folder.js';
import { type PairStatus, pairStatusSchema } from '../replication/management/pair-status.js';

/** Time that a launcher has for an answer. */
const ANSWER_TIMEOUT_MS = 5000;
/** Code of the error where a pair ends before it has answered, and what the system says then. */
export const PAIR_GONE = 'PAIR_GONE';
const GONE = new Set(['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE']);

/** The pair that a command means: that of the launcher, or the only one. UserError PAIR where that is none or several. */
export async function chosenPair(pidText: string | undefined): Promise<ControlSocket> {
  const pairs = await chosenPairs(pidText);
  const [first, second] = pairs;
  if (first === undefined) throw new UserError('PAIR', 'no pair of this user is running');
  if (second === undefined) return first;
  const programs = await Promise.all(
    pairs.map(async (pair) => {
      const status = await statusOf(pair).catch(() => null);
      return `${pair.pid} (${status?.program ?? 'it does not answer'})`;
    }),
  );
  throw new UserError('PAIR', `several pairs are running: say which launcher, ${programs.join(', ')}`);
}

/** All pairs, or that of one launcher. UserError PAIR where it is not there. */
export async function chosenPairs(pidText: string | undefined): Promise<ControlSocket[]> {
  if (pidText !== undefined && !/^[1-9]\d*$/.test(pidText)) {
    throw new UserError('PAIR', `${pidText} is no process id`);
  }
  const sockets = await liveSockets();
  if (pidText === undefined) return sockets;
  const found = sockets.filter(({ pid }) => pid === Number(pidText));
  if (found.length > 0) return found;
  const there = sockets.length === 0 ? 'none is' : `there are ${sockets.map(({ pid }) => pid).join(', ')}`;
  throw new UserError('PAIR', `no launcher ${pidText} of a pair is running; ${there}`);
}

/** UserError PAIR or PAIR_GONE where it cannot tell. */
export async function statusOf(pair: ControlSocket): Promise<PairStatus> {
  const result = pairStatusSchema.safeParse(JSON.parse(await ask(pair, 'GET', '/status')));
  if (result.success) return result.data;
  throw new UserError('PAIR', `launcher ${pair.pid} is of another version of rjvm`);
}

/** The answer's text. UserError PAIR or PAIR_GONE where there is none, or where the launcher refuses. */
export async function ask(pair: ControlSocket, method: 'GET' | 'POST', path: string): Promise<string> {
  const response = await open(pair, method, path);
  let text = '';
  try {
    for await (const piece of response.setEncoding('utf8')) text += piece;
  } catch {
    throw new UserError(PAIR_GONE, `launcher ${pair.pid} has ended`);
  }
  if (response.statusCode === 200) return text;
  throw new UserError('PAIR', refusal(text) ?? `launcher ${pair.pid} answers ${response.statusCode}`);
}

/** The answer, to be read as it comes. */
export function open(pair: ControlSocket, method: 'GET' | 'POST', path: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asked: ClientRequest = request({ socketPath: pair.path, method, path, agent: false });
    const timer = setTimeout(() => asked.destroy(new Error('it does not answer')), ANSWER_TIMEOUT_MS);
    asked.once('response', (response) => {
      clearTimeout(timer);
      resolve(response);
    });
    asked.once('error', (error) => {
      clearTimeout(timer);
      const isGone = GONE.has(posixCode(error));
      const what = isGone ? 'has ended' : `cannot be asked: ${error.message}`;
      reject(new UserError(isGone ? PAIR_GONE : 'PAIR', `launcher ${pair.pid} ${what}`));
    });
    asked.end();
  });
}

function refusal(text: string): string | null {
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    return typeof error === 'string' ? error : null;
  } catch {
    return null;
  }
}
