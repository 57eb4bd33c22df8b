// Links: both sides prove that they know the token, nothing that comes early is lost, and bad peers harm nobody.
import { connect } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { WebSocket, WebSocketServer } from 'ws';
import { MAXIMUM_FRAME_BYTES, MAXIMUM_STRANGERS } from '../../../replication/limits.js';
import { loopback } from '../../../replication/links/address.js';
import { connectLink } from '../../../replication/links/link-dialler.js';
import { PROTOCOL_VERSION } from '../../../replication/messages.js';
import { PeerError } from '../../../replication/peer-error.js';
import { collect, identity, listen } from './link-ends.js';

/** Ends a server and what is connected to it: an open connection keeps the process of the tests alive. */
function end(server: WebSocketServer): void {
  for (const socket of server.clients) socket.terminate();
  server.close();
}

async function connected(t: ExecutionContext) {
  const ends = await listen(t);
  const accepted = ends.next();
  const client = await connectLink(loopback(ends.server.port), identity('client'));
  await accepted;
  return { ...ends, client, accepted: ends.links[0]! };
}

test('both sides learn who the other is, share a key, and early messages wait', async (t) => {
  const { client, accepted } = await connected(t);
  t.deepEqual([client.peer.id, accepted.peer.id, accepted.peer.peerPort], ['server', 'client', 7]);
  t.deepEqual(client.key(), accepted.key());
  client.sendJson({ kind: 'one' });
  client.send(new Uint8Array(5));
  accepted.sendJson({ kind: 'two' });
  client.close('done');
  await new Promise((resolve) => setTimeout(resolve, 50));
  const atServer = collect(accepted);
  await atServer.closed;
  t.deepEqual(atServer.got, ['{"kind":"one"}', '5 bytes']);
  t.is(atServer.error(), null);
});

test('a connection without the token or with another version is refused, and learns nothing', async (t) => {
  const { server, links, refusals, next } = await listen(t);
  const speaker = JSON.stringify({ id: 'x', peerPort: 0, terms: {}, nonce: 'n' });
  const hello = { kind: 'hello', protocol: PROTOCOL_VERSION, speaker, proof: '00'.repeat(32) };
  const greetings: [string | Uint8Array, RegExp][] = [
    [JSON.stringify(hello), /token is wrong/],
    [JSON.stringify({ ...hello, proof: '' }), /token is wrong/],
    [JSON.stringify({ ...hello, protocol: 99 }), /version 99/],
    [JSON.stringify({ kind: 'hello', protocol: 2, token: 'old', id: 'a', peerPort: 1 }), /version 2 /],
    [JSON.stringify({ ...hello, speaker: 4 }), /malformed/],
    ['{', /malformed/],
    [JSON.stringify({ ...hello, speaker: 'x'.repeat(5000) }), /too long/],
    [Uint8Array.of(1, 2), /does not say hello/],
  ];
  for (const [greeting, reason] of greetings) {
    const refused = next();
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}`);
    const answers: string[] = [];
    socket.on('message', (answer) => answers.push(JSON.parse(String(answer)).kind));
    socket.on('open', () => socket.send(greeting));
    socket.on('error', () => {});
    const closed = new Promise<string>((resolve) =>
      socket.on('close', (_, text) => resolve(text.toString())),
    );
    await refused;
    t.regex(await closed, reason);
    t.deepEqual(answers, ['challenge']);
    t.regex(refusals.at(-1)!, /^a connection from 127\.0\.0\.1 was refused: /);
    t.regex(refusals.at(-1)!, reason);
  }
  t.is(links.length, 0);
});

test('a hello that was heard once opens nothing a second time', async (t) => {
  const { server, links, refusals, next } = await listen(t);
  const relay = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  t.teardown(() => end(relay));
  await new Promise((resolve) => relay.on('listening', resolve));
  const { port } = relay.address() as { port: number };
  // An eavesdropper that passes on what it hears, and says it again by itself.
  let heard = '';
  relay.on('connection', (near) => {
    const far = new WebSocket(`ws://127.0.0.1:${server.port}`);
    far.on('message', (data) => near.send(String(data)));
    near.on('message', (data) => {
      heard = String(data);
      far.send(heard);
    });
  });
  const accepted = next();
  await connectLink(loopback(port), identity('client'));
  await accepted;
  t.is(links.length, 1);
  const refused = next();
  const again = new WebSocket(`ws://127.0.0.1:${server.port}`);
  again.on('open', () => again.send(heard));
  await refused;
  t.regex(refusals.at(-1)!, /token is wrong/);
  t.false(heard.includes('secret'));
});

test('another token, other terms: both sides say what is wrong', async (t) => {
  const { server, refusals, next } = await listen(t, { terms: { program: 'Hello', configuration: 'one' } });
  const terms = { program: 'Hello', configuration: 'one' };
  const cases: [Parameters<typeof identity>[1], RegExp][] = [
    [{ token: 'guess', terms }, /its token is wrong/],
    [{ terms: { ...terms, program: 'Other' } }, /its program is Other, and here it is Hello/],
    [{ terms: { program: 'Hello' } }, /its configuration is not told, and here it is one/],
  ];
  for (const [changes, reason] of cases) {
    const refused = next();
    const error = await t.throwsAsync(connectLink(loopback(server.port), identity('client', changes)), {
      instanceOf: PeerError,
    });
    await refused;
    t.regex(error.message, /^it refuses: /);
    t.regex(error.message, reason);
    t.regex(refusals.at(-1)!, reason);
  }
  await connectLink(loopback(server.port), identity('client', { terms }));
});

test('a server that does not know the token is not believed', async (t) => {
  const impostor = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  t.teardown(() => end(impostor));
  impostor.on('connection', (socket) => {
    socket.send(JSON.stringify({ kind: 'challenge', protocol: PROTOCOL_VERSION, nonce: 'n' }));
    // It can do no more than say the connecting side's own proof back to it.
    socket.on('message', (data) => socket.send(String(data)));
  });
  await new Promise((resolve) => impostor.on('listening', resolve));
  const { port } = impostor.address() as { port: number };
  await t.throwsAsync(connectLink(loopback(port), identity('client')), {
    instanceOf: PeerError,
    message: /token is wrong/,
  });
  await t.throwsAsync(connectLink(loopback(1), identity('client')), { message: /ECONNREFUSED/ });
});

test('a bad message closes the link, and what follows it is not heard', async (t) => {
  const { client, accepted } = await connected(t);
  const atServer = collect(accepted);
  const atClient = collect(client);
  client.sendJson({ kind: 'good' });
  client.sendJson({ kind: 'bad' });
  client.sendJson({ kind: 'late' });
  await Promise.all([atServer.closed, atClient.closed]);
  t.deepEqual(atServer.got, ['{"kind":"good"}']);
  t.is(atServer.error()?.message, 'this is bad');
});

test('a frame over the limit closes the link', async (t) => {
  const { client, accepted } = await connected(t);
  const atServer = collect(accepted);
  const atClient = collect(client);
  client.send(new Uint8Array(MAXIMUM_FRAME_BYTES + 1));
  await Promise.all([atServer.closed, atClient.closed]);
  t.true(atServer.error() instanceof PeerError);
  t.deepEqual(atServer.got, []);
});

test('strangers get neither many connections nor many bytes', async (t) => {
  const { server } = await listen(t);
  const sockets = Array.from({ length: MAXIMUM_STRANGERS + 3 }, () => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}`);
    socket.on('error', () => {});
    return socket;
  });
  t.teardown(() => {
    for (const socket of sockets) socket.terminate();
  });
  let closedCount = 0;
  await new Promise<void>((resolve) => {
    for (const socket of sockets) socket.on('close', () => ++closedCount === 3 && resolve());
  });
  t.is(closedCount, 3);
  for (const socket of sockets) socket.terminate();
  const flood = connect(server.port, '127.0.0.1');
  flood.on('error', () => {});
  flood.write(
    'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
  );
  // One text message of 32 MB, masked by zeros, that would never end.
  flood.write(Buffer.from([0x81, 0xff, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]));
  const pour = setInterval(() => flood.write(Buffer.alloc(1 << 14)), 5);
  await new Promise((resolve) => flood.on('close', resolve));
  clearInterval(pour);
  t.true(flood.bytesWritten < 1 << 21);
});
