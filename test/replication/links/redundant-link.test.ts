// Links of several paths: every message comes once and in order, whatever happens to the paths, as long as one is left.
import test, { type ExecutionContext } from 'ava';
import { WebSocket } from 'ws';
import { generator } from '../../../lib/generator.js';
import { loopback } from '../../../replication/links/address.js';
import { SocketChannel } from '../../../replication/links/channel.js';
import { offerHello } from '../../../replication/links/handshake.js';
import { connectLink } from '../../../replication/links/link-dialler.js';
import { identity, listen } from './link-ends.js';
import { frame, gather, gatherChanges, inOrder, untilOrLate } from './numbered-frames.js';
import { Relay } from './relay.js';

async function overTwoPaths(t: ExecutionContext) {
  const ends = await listen(t);
  const relays = [await Relay.start(ends.server.port), await Relay.start(ends.server.port)] as const;
  t.teardown(() => relays.forEach((relay) => void relay.close()));
  const { changes, changed, added, untilChange } = gatherChanges();
  const accepted = ends.next();
  const addresses = relays.flatMap(({ port }) => loopback(port));
  const client = await connectLink(addresses, identity('client'), { changed, added });
  await accepted;
  await untilChange(/is added/);
  return { ...ends, relays, changes, untilChange, client, server: ends.server, accepted: ends.links[0]! };
}

test('a frame that comes over two paths is heard once, and paths come and go unheard', async (t) => {
  const { relays, client, accepted, links, changes, untilChange } = await overTwoPaths(t);
  const [atServer, atClient] = [gather(accepted), gather(client)];
  const random = generator(17);
  let sent = 0;
  for (let round = 0; round < 8; round++) {
    const seen = changes.length;
    for (let count = 0; count < 200; count++, sent++) {
      client.send(frame(sent, 4 + Math.floor(random() * 5000)));
      accepted.send(frame(sent, 4));
      if (count === 100) relays[round % 2]!.cut();
      if (count % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await untilChange(/is lost; 1 of 2 left/, seen);
    await untilChange(/is added/, seen);
  }
  client.sendJson({ kind: 'end' });
  await atServer.until(() => atServer.numbers.length >= sent && atServer.texts.length > 0);
  await atClient.until(() => atClient.numbers.length >= sent);
  t.deepEqual(atServer.numbers, inOrder(sent));
  t.deepEqual(atClient.numbers, inOrder(sent));
  t.deepEqual(atServer.texts, ['{"kind":"end"}']);
  t.is(links.length, 1);
  t.true(relays[0].connectionCount > 3);
});

test('the link is lost with its last path, and closing it closes all', async (t) => {
  const { relays, client, accepted, changes, untilChange } = await overTwoPaths(t);
  const [atServer, atClient] = [gather(accepted), gather(client)];
  for (const relay of relays) relay.cut();
  await atServer.until(atServer.isClosed);
  await atClient.until(atClient.isClosed);
  await t.throwsAsync(untilOrLate(untilChange(/is added|works now/, changes.length), 300));
  const second = await overTwoPaths(t);
  const [atSecondServer, atSecondClient] = [gather(second.accepted), gather(second.client)];
  second.client.send(frame(0));
  await atSecondServer.until(() => atSecondServer.numbers.length === 1);
  second.client.close('done');
  await atSecondServer.until(atSecondServer.isClosed);
  await atSecondClient.until(atSecondClient.isClosed);
  t.deepEqual(atSecondServer.numbers, [0]);
});

test('a path that is silent or takes nothing is given up, the other carries on', async (t) => {
  const { relays, client, accepted, changes, untilChange } = await overTwoPaths(t);
  const atServer = gather(accepted);
  gather(client);
  relays[0].hold();
  // More than the path and the operating system take.
  let sent = 0;
  for (; sent < 60; sent++) {
    await new Promise<void>((resolve) => client.send(frame(sent, 1 << 20), resolve));
  }
  await untilChange(/is lost; 1 of 2 left/);
  await atServer.until(() => atServer.numbers.length === sent);
  t.deepEqual(atServer.numbers, inOrder(sent));
  const seen = changes.length;
  relays[0].mend();
  await untilChange(/is added/, seen);
  // And now it is the only one.
  relays[1].close();
  await untilChange(/is lost; 1 of 2 left/, seen);
  for (const end = sent + 50; sent < end; sent++) client.send(frame(sent));
  await atServer.until(() => atServer.numbers.length === sent);
  t.deepEqual(atServer.numbers, inOrder(sent));
});

test('one path is enough to begin, none is an error, and a link that is over takes no further path', async (t) => {
  const { server, links, next } = await listen(t);
  const accepted = next();
  const dead = await Relay.start(1);
  t.teardown(() => dead.close());
  const client = await connectLink([...loopback(dead.port), ...loopback(server.port)], identity('client'));
  await accepted;
  const atServer = gather(links[0]!);
  client.send(frame(0));
  await atServer.until(() => atServer.numbers.length === 1);
  const name = links[0]!.peer.path!.link;
  client.close('done');
  await atServer.until(atServer.isClosed);
  await t.throwsAsync(connectLink([...loopback(dead.port), ...loopback(dead.port)], identity('client')));
  t.regex(name, /^[0-9a-f]{32}$/);
  t.is(links.length, 1);
});

test('of paths that are there from the start nothing is said; one that is lost, or never there, is news', async (t) => {
  const { relays, changes, untilChange, server } = await overTwoPaths(t);
  const said = () => changes.filter((change) => !change.endsWith('is added'));
  t.deepEqual(said(), []);
  relays[0].cut();
  await untilChange(/works now/);
  const name = `127.0.0.1:${relays[0].port}`;
  t.deepEqual(said(), [`the path ${name} is lost; 1 of 2 left`, `the path ${name} works now`]);

  const dead = await Relay.start(1);
  t.teardown(() => dead.close());
  const second = gatherChanges();
  const addresses = [...loopback(dead.port), ...loopback(server.port)];
  const link = await connectLink(addresses, identity('client'), second);
  await second.untilChange(/there is no path to/);
  // It is dialled on.
  const { connectionCount } = dead;
  while (dead.connectionCount < connectionCount + 2) await new Promise((resolve) => setTimeout(resolve, 10));
  dead.aim(server.port);
  await second.untilChange(/works now/);
  t.deepEqual(
    second.changes.filter((change) => !change.endsWith('is added')),
    [
      `there is no path to 127.0.0.1:${dead.port}: socket hang up`,
      `the path 127.0.0.1:${dead.port} works now`,
    ],
  );
  link.close('the test is over');
});

test('frames without a number, or with a wrong one, end the path and harm nobody', async (t) => {
  for (const text of ['0102', '01000000000000000901', '070000000000000000', '0200000000000000ff']) {
    const { server, links, next } = await listen(t);
    const accepted = next();
    const channel = new SocketChannel(new WebSocket(`ws://127.0.0.1:${server.port}`));
    await offerHello(channel, identity('client'), async () => ({ link: 'l', joins: false, received: 0 }));
    await accepted;
    const atServer = gather(links[0]!);
    channel.send(Buffer.from(text, 'hex'));
    await atServer.until(atServer.isClosed);
    t.deepEqual(atServer.numbers, []);
  }
});

test('a path that could not continue the numbering is cut, one of a link that is over is refused', async (t) => {
  const { server, links, next } = await listen(t);
  const join = async (received: number, joins: boolean) => {
    const channel = new SocketChannel(new WebSocket(`ws://127.0.0.1:${server.port}`));
    await offerHello(channel, identity('client'), async () => ({ link: 'l', joins, received }));
    return channel;
  };
  const refusal = async (channel: SocketChannel) => {
    await t.throwsAsync(channel.next());
    return channel.closeReason;
  };
  await t.throwsAsync(join(0, true), { message: /it refuses: the link that it belongs to is at its end/ });
  await t.throwsAsync(join(1, false), { message: /it refuses: a new link has no frames/ });
  const accepted = next();
  await join(0, false);
  await accepted;
  gather(links[0]!);
  links[0]!.send(frame(0));
  // Without a word, which would be one for the link.
  t.is(await refusal(await join(2, true)), null);
  const good = await join(0, true);
  t.is((await good.next()).bytes.toString('hex'), '01000000000000000000000000');
});
