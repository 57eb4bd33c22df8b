// Paths that are on their way to a link which works already: whatever becomes of them, the link lives on.
import test, { type ExecutionContext } from 'ava';
import { WebSocket } from 'ws';
import {
  HELLO_TIMEOUT_MS,
  MAXIMUM_RETAINED_BYTES,
  MISSED_PATH_SIGNS,
  PATH_SIGN_INTERVAL_MS,
} from '../../../replication/limits.js';
import { loopback } from '../../../replication/links/address.js';
import { SocketChannel } from '../../../replication/links/channel.js';
import { offerHello } from '../../../replication/links/handshake.js';
import { connectLink } from '../../../replication/links/link-dialler.js';
import { heedful, identity, listen } from './link-ends.js';
import { frame, gather, gatherChanges, inOrder, untilOrLate } from './numbered-frames.js';
import { Relay } from './relay.js';

type Side = 'client' | 'server';

const LIMIT_MS = 5000;
const FRAME_BYTES = 1 << 20;

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** A link over the first relay, while the second one holds a hello of the first of these sides, and the next one's as
 *  soon as it is released. untilHeld: settled when it holds the next one. */
async function whileHelloIsHeld(t: ExecutionContext, ...sides: readonly Side[]) {
  const relays: Relay[] = [];
  const pending = [...sides];
  const helloCounts = { client: 0, server: 0 };
  let wake = () => {};
  const saysHello = (side: Side) => {
    // Each side's first hello is that of the first path: until then nothing passes the second relay.
    if (++helloCounts[side] === 1 || pending[0] !== side) return;
    pending.shift();
    relays[1]!.hold();
    wake();
  };
  const untilHeld = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });
  const { server, links, next } = await listen(t, { saysHello: () => saysHello('server') });
  for (let count = 0; count < 2; count++) relays.push(await Relay.start(server.port));
  const [first, second] = relays as [Relay, Relay];
  t.teardown(() => relays.forEach((relay) => void relay.close()));
  second.hold();
  const { changes, changed, added, untilChange } = gatherChanges();
  const accepted = next();
  const client = await connectLink(
    [...loopback(first.port), ...loopback(second.port)],
    heedful(identity('client'), () => saysHello('client')),
    { changed, added },
  );
  await accepted;
  const held = untilHeld();
  second.release();
  await held;
  const ends = {
    client: { link: client, ...gather(client) },
    server: { link: links[0]!, ...gather(links[0]!) },
  };
  return { first, second, changes, untilChange, untilHeld, ends };
}

type Ends = Awaited<ReturnType<typeof whileHelloIsHeld>>['ends'];

/** The next frame of either side comes to the other one, and all have come before it. */
async function bothAreHeard({ client, server }: Ends, nextOf: { client: number; server: number }) {
  client.link.send(frame(nextOf.client));
  server.link.send(frame(nextOf.server));
  await untilOrLate(
    server.until(() => server.numbers.length > nextOf.client),
    LIMIT_MS,
  );
  await untilOrLate(
    client.until(() => client.numbers.length > nextOf.server),
    LIMIT_MS,
  );
}

for (const side of ['client', 'server'] as const) {
  test(`the ${side}'s hello says less than has been received when it is read: the path is taken`, async (t) => {
    const { first, second, untilChange, ends } = await whileHelloIsHeld(t, side);
    const [receiver, sender] = side === 'client' ? [ends.client, ends.server] : [ends.server, ends.client];
    for (let number = 0; number < 3; number++) sender.link.send(frame(number, FRAME_BYTES));
    await receiver.until(() => receiver.numbers.length === 3);
    // What the receiver says of them has come when this has, and the sender has forgotten them.
    receiver.link.sendJson({});
    await sender.until(() => sender.texts.length === 1);
    second.release();
    await untilOrLate(untilChange(/is added/), LIMIT_MS);
    first.cut();
    first.close();
    await untilOrLate(untilChange(/is lost; 1 of 2 left/), LIMIT_MS);
    await bothAreHeard(ends, side === 'client' ? { client: 0, server: 3 } : { client: 3, server: 0 });
    t.deepEqual(receiver.numbers, inOrder(4));
    t.deepEqual([receiver.isClosed(), sender.isClosed()], [false, false]);
  });
}

for (const side of ['client', 'server'] as const) {
  test(`frames that the ${side} lacks are not kept any more: its path is dialled again until they have come`, async (t) => {
    const { first, second, changes, untilChange, ends } = await whileHelloIsHeld(t, side);
    const [receiver, sender] = side === 'client' ? [ends.client, ends.server] : [ends.server, ends.client];
    first.hold();
    const count = MAXIMUM_RETAINED_BYTES / FRAME_BYTES + 8;
    for (let number = 0; number < count; number++) sender.link.send(frame(number, FRAME_BYTES));
    const dialledBefore = second.connectionCount;
    second.release();
    await sleep(MISSED_PATH_SIGNS * PATH_SIGN_INTERVAL_MS);
    // After 100, 300, 700 ms, and so on.
    const dialledAgain = second.connectionCount - dialledBefore;
    t.true(dialledAgain >= 2 && dialledAgain <= 4, `dialled ${dialledAgain} times again`);
    const seen = changes.length;
    first.release();
    await untilOrLate(
      receiver.until(() => receiver.numbers.length === count),
      LIMIT_MS,
    );
    await untilOrLate(untilChange(/is added/, seen), 2 * LIMIT_MS);
    first.cut();
    await untilOrLate(untilChange(/is lost; 1 of 2 left/, seen), LIMIT_MS);
    await bothAreHeard(ends, side === 'client' ? { client: 0, server: count } : { client: count, server: 0 });
    t.deepEqual(receiver.numbers, inOrder(count + 1));
  });
}

test('a silent path is not given up for one that the other side has not added yet', async (t) => {
  const { server, links, next } = await listen(t);
  const relay = await Relay.start(server.port);
  t.teardown(() => relay.close());
  const join = async (port: number, joins: boolean) => {
    const channel = new SocketChannel(new WebSocket(`ws://127.0.0.1:${port}`));
    await offerHello(channel, identity('client'), async () => ({ link: 'l', joins, received: 0 }));
    return channel;
  };
  const accepted = next();
  const silent = await join(relay.port, false);
  await accepted;
  const atServer = gather(links[0]!);
  relay.hold();
  await sleep((MISSED_PATH_SIGNS + 1) * PATH_SIGN_INTERVAL_MS);
  // Its WebSocket answers pings, as long as it has not been refused.
  await join(server.port, true);
  await sleep(3 * PATH_SIGN_INTERVAL_MS);
  relay.release();
  silent.send(Buffer.from('01000000000000000000000000', 'hex'));
  await untilOrLate(
    atServer.until(() => atServer.numbers.length === 1),
    LIMIT_MS,
  );
  t.false(atServer.isClosed());
});

test("a path whose accepting side's hello comes too late is given up alone", async (t) => {
  const { second, untilHeld, ends } = await whileHelloIsHeld(t, 'client', 'server');
  // The accepting side gives up paths which are silent for longer than what is left then.
  await sleep(HELLO_TIMEOUT_MS - PATH_SIGN_INTERVAL_MS);
  const held = untilHeld();
  second.release();
  await held;
  await sleep(2 * PATH_SIGN_INTERVAL_MS);
  second.release();
  await bothAreHeard(ends, { client: 0, server: 0 });
  await sleep(PATH_SIGN_INTERVAL_MS);
  t.deepEqual([ends.client.isClosed(), ends.server.isClosed()], [false, false]);
});

/** A server at two addresses: nothing listens behind the first one as yet, the second one is silent. */
async function behindBadPaths(t: ExecutionContext) {
  const ends = await listen(t);
  const [refusing, silent] = [await Relay.start(1), await Relay.start(ends.server.port)];
  t.teardown(() => [refusing, silent].forEach((relay) => void relay.close()));
  silent.hold();
  const { changed, added, untilChange } = gatherChanges();
  const addresses = [refusing, silent].flatMap(({ port }) => loopback(port));
  const dialled = connectLink(addresses, identity('client'), { changed, added });
  return { ...ends, refusing, silent, untilChange, dialled };
}

test('a link begins with whichever dial succeeds first, and an address that fails later is dialled again', async (t) => {
  const { server, links, next, refusing, silent, untilChange, dialled } = await behindBadPaths(t);
  const accepted = next();
  while (refusing.connectionCount === 0) await sleep(10);
  refusing.aim(server.port);
  const client = await Promise.race([dialled, sleep(LIMIT_MS)]);
  if (client === undefined) return t.fail('the dial is not settled');
  await accepted;
  silent.cut();
  silent.mend();
  await untilOrLate(untilChange(new RegExp(`${silent.port} is added`)), LIMIT_MS);
  const atServer = gather(links[0]!);
  gather(client);
  refusing.close();
  client.send(frame(0));
  await untilOrLate(
    atServer.until(() => atServer.numbers.length === 1),
    LIMIT_MS,
  );
  t.is(links.length, 1);
});

test('a dial fails when each address has failed, not one of them twice, and is over then', async (t) => {
  const { refusing, silent, dialled } = await behindBadPaths(t);
  const isSettled = dialled.then(
    () => true,
    () => true,
  );
  while (refusing.connectionCount < 3) await sleep(10);
  t.false(await Promise.race([isSettled, sleep(0).then(() => false)]));
  silent.cut();
  await t.throwsAsync(dialled, { message: /socket hang up/ });
  const countOf = () => refusing.connectionCount + silent.connectionCount;
  const count = countOf();
  await sleep(1000);
  t.is(countOf(), count);
});
