// Links: both sides show token and version, nothing that comes early is lost, and bad peers harm nobody.
import test, { type ExecutionContext } from 'ava';
import { WebSocket, WebSocketServer } from 'ws';
import { MAXIMUM_FRAME_BYTES } from '../../replication/limits.js';
import { connectLink, type Link, listenForLinks } from '../../replication/link.js';
import { PROTOCOL_VERSION } from '../../replication/messages.js';
import { PeerError } from '../../replication/peer-error.js';

const TOKEN = 'secret';
const identity = (id: string, token = TOKEN) => ({ id, token, peerPort: 7 });

async function listen(t: ExecutionContext) {
  const links: Link[] = [];
  const refusals: string[] = [];
  let wake = () => {};
  const server = await listenForLinks({
    identity: () => identity('server'),
    accepted: (link) => {
      links.push(link);
      wake();
    },
    refused: (sentence) => {
      refusals.push(sentence);
      wake();
    },
  });
  t.teardown(() => server.close());
  const next = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });
  return { server, links, refusals, next };
}

function collect(link: Link) {
  const got: string[] = [];
  let error: PeerError | null = null;
  const closed = new Promise<void>((resolve) => {
    link.open({
      text: (text) => {
        if (text.includes('bad')) throw new PeerError('MALFORMED', 'this is bad');
        got.push(text);
      },
      frame: (bytes) => got.push(`${bytes.length} bytes`),
      closed: (reason) => {
        error = reason;
        resolve();
      },
    });
  });
  return { got, closed, error: () => error };
}

test('both sides learn who the other is, and early messages wait', async (t) => {
  const { server, links, next } = await listen(t);
  const accepted = next();
  const client = await connectLink(server.port, identity('client'));
  await accepted;
  t.deepEqual([client.peer.id, links[0]!.peer.id, links[0]!.peer.peerPort], ['server', 'client', 7]);
  client.sendJson({ kind: 'one' });
  client.send(new Uint8Array(5));
  links[0]!.sendJson({ kind: 'two' });
  client.close('done');
  await new Promise((resolve) => setTimeout(resolve, 50));
  const atServer = collect(links[0]!);
  await atServer.closed;
  t.deepEqual(atServer.got, ['{"kind":"one"}', '5 bytes']);
  t.is(atServer.error(), null);
});

test('a connection without the token or with another version is refused, unanswered', async (t) => {
  const { server, links, refusals, next } = await listen(t);
  const hello = { kind: 'hello', protocol: PROTOCOL_VERSION, ...identity('x') };
  const greetings: [string | Uint8Array, RegExp][] = [
    [JSON.stringify({ ...hello, token: 'guess!' }), /token is wrong/],
    [JSON.stringify({ ...hello, token: '' }), /token is wrong/],
    [JSON.stringify({ ...hello, protocol: 99 }), /version 99/],
    [JSON.stringify({ ...hello, id: 4 }), /malformed/],
    ['{', /malformed/],
    [JSON.stringify({ ...hello, id: 'x'.repeat(5000) }), /too long/],
    [Uint8Array.of(1, 2), /does not say hello/],
  ];
  for (const [greeting, reason] of greetings) {
    const refused = next();
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}`);
    const answers: unknown[] = [];
    socket.on('message', (answer) => answers.push(answer));
    socket.on('open', () => socket.send(greeting));
    socket.on('error', () => {});
    const closed = new Promise((resolve) => socket.on('close', resolve));
    await refused;
    await closed;
    t.deepEqual(answers, []);
    t.regex(refusals.at(-1)!, /^a connection was refused: /);
    t.regex(refusals.at(-1)!, reason);
  }
  t.is(links.length, 0);
});

test('a server that does not know the token is not believed', async (t) => {
  const impostor = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  t.teardown(() => impostor.close());
  impostor.on('connection', (socket) =>
    socket.send(
      JSON.stringify({ kind: 'hello', protocol: PROTOCOL_VERSION, ...identity('server', 'other') }),
    ),
  );
  await new Promise((resolve) => impostor.on('listening', resolve));
  const { port } = impostor.address() as { port: number };
  await t.throwsAsync(connectLink(port, identity('client')), {
    instanceOf: PeerError,
    message: /token is wrong/,
  });
  await t.throwsAsync(connectLink(1, identity('client')), { message: /ECONNREFUSED/ });
});

test('a bad message closes the link, and what follows it is not heard', async (t) => {
  const { server, links, next } = await listen(t);
  const accepted = next();
  const client = await connectLink(server.port, identity('client'));
  await accepted;
  const atServer = collect(links[0]!);
  const atClient = collect(client);
  client.sendJson({ kind: 'good' });
  client.sendJson({ kind: 'bad' });
  client.sendJson({ kind: 'late' });
  await Promise.all([atServer.closed, atClient.closed]);
  t.deepEqual(atServer.got, ['{"kind":"good"}']);
  t.is(atServer.error()?.message, 'this is bad');
});

test('a frame over the limit closes the link', async (t) => {
  const { server, links, next } = await listen(t);
  const accepted = next();
  const client = await connectLink(server.port, identity('client'));
  await accepted;
  const atServer = collect(links[0]!);
  const atClient = collect(client);
  client.send(new Uint8Array(MAXIMUM_FRAME_BYTES + 1));
  await Promise.all([atServer.closed, atClient.closed]);
  t.true(atServer.error() instanceof PeerError);
  t.deepEqual(atServer.got, []);
});
