// The HTTP endpoint: what it answers, what it refuses, and who it does not wait for.
import { createConnection } from 'node:net';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import test from 'ava';
import { MAXIMUM_FOLLOWERS } from '../../../replication/limits.js';
import { CommandRefused, HttpEndpoint, type Managed } from '../../../replication/management/http-endpoint.js';
import { PairHistory } from '../../../replication/management/pair-history.js';
import { WHOLE_PAIR } from '../../support/pair-status.js';

async function served(takesCommands: boolean) {
  const history = new PairHistory(2, 0);
  const asked: string[] = [];
  const managed: Managed = {
    history,
    status: () => WHOLE_PAIR,
    kill: (target) => {
      if (target === 'x') throw new CommandRefused('there is no x');
      asked.push(`kill ${target}`);
      return { id: target, pid: 7 };
    },
    notify: (target) => {
      asked.push(`notify ${target}`);
      return { id: target, pid: 8 };
    },
    metrics: { contentType: 'text/plain; version=0.0.4', text: async () => 'rjvm_epoch 5\n' },
  };
  const endpoint = new HttpEndpoint({ managed, takesCommands });
  const address = await endpoint.listen({ host: '127.0.0.1', port: 0 });
  return { endpoint, address, history, asked, url: `http://${address}` };
}

test('questions', async (t) => {
  const { endpoint, url, history } = await served(false);
  history.notice('one', 0);
  t.deepEqual(await (await fetch(`${url}/status`)).json(), WHOLE_PAIR);
  const metrics = await fetch(`${url}/metrics`);
  t.is(metrics.headers.get('content-type'), 'text/plain; version=0.0.4');
  t.is(await metrics.text(), 'rjvm_epoch 5\n');
  const events = await (await fetch(`${url}/events?follow=0`)).text();
  t.deepEqual(events.split('\n').length, 2);
  t.is(JSON.parse(events).text, 'one');
  await endpoint.close();
  await t.throwsAsync(fetch(`${url}/status`));
});

test('commands', async (t) => {
  const { endpoint, url, asked } = await served(true);
  const post = (path: string) => fetch(`${url}${path}`, { method: 'POST' });
  t.deepEqual(await (await post('/kill?replica=a')).json(), { id: 'a', pid: 7 });
  t.deepEqual(await (await post('/notify?replica=b%20c')).json(), { id: 'b c', pid: 8 });
  const refused = await post('/kill?replica=x');
  t.is(refused.status, 409);
  t.deepEqual(await refused.json(), { error: 'there is no x' });
  t.deepEqual(asked, ['kill a', 'notify b c']);
  await endpoint.close();
});

test('what is refused', async (t) => {
  const { endpoint, url, asked, address } = await served(false);
  const status = async (path: string, options: RequestInit = {}) =>
    (await fetch(`${url}${path}`, options)).status;
  t.is(await status('/nothing'), 404);
  t.is(await status('/kill?replica=a', { method: 'POST' }), 405);
  t.is(await status('/status', { method: 'DELETE' }), 404);
  t.is(await status('/kill?replica=a', { method: 'POST', body: 'x'.repeat(100_000) }), 413);
  t.is(await status('/status', { headers: { 'x-long': 'y'.repeat(20_000) } }), 431);
  const port = Number(address.split(':').at(-1));
  t.regex(await sent(port, 'GET /status HTTP/1.1\r\nHost: evil.example:1\r\n\r\n'), /^HTTP\/1\.1 421 /);
  t.regex(await sent(port, 'GET /status HTTP/1.1\r\nHost: localhost:1\r\n\r\n'), /^HTTP\/1\.1 200 /);
  t.regex(await sent(port, 'no HTTP at all\r\n\r\n'), /^HTTP\/1\.1 400 /);
  t.deepEqual(asked, []);
  await endpoint.close();
});

/** The first bytes of the answer. */
function sent(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host: '127.0.0.1', port }, () => socket.write(text));
    socket.once('data', (bytes) => {
      resolve(bytes.toString('latin1'));
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

test('who says nothing is not waited for', async (t) => {
  const { endpoint, address } = await served(false);
  const port = Number(address.split(':').at(-1));
  await new Promise<void>((resolve, reject) => {
    const socket = createConnection({ host: '127.0.0.1', port }, () => socket.write('GET /status HT'));
    socket.on('error', reject).on('close', resolve).resume();
  });
  await endpoint.close();
  t.pass();
});

test('followers get what has happened and what happens, until the end', async (t) => {
  const { endpoint, url, history } = await served(false);
  history.notice('before', 0);
  const response = await fetch(`${url}/events`);
  t.is(response.headers.get('content-type'), 'application/x-ndjson');
  const told: string[] = [];
  for await (const line of createInterface({ input: Readable.fromWeb(response.body as never) })) {
    told.push(JSON.parse(line).text);
    if (told.length === 1) history.notice('after', 0);
    if (told.length === 2) {
      history.ended(0, 0);
      void endpoint.close();
    }
  }
  t.deepEqual(told, ['before', 'after', 'ended with exit code 0']);
});

test('followers are limited, and one that does not read is dropped', async (t) => {
  const { endpoint, url, history } = await served(false);
  const streams: AbortController[] = [];
  for (let index = 0; index < MAXIMUM_FOLLOWERS; index++) {
    const abort = new AbortController();
    streams.push(abort);
    t.is((await fetch(`${url}/events`, { signal: abort.signal })).status, 200);
  }
  t.is((await fetch(`${url}/events`)).status, 503);
  // Far more than the buffers between two processes hold.
  const long = 'x'.repeat(1 << 20);
  let isFree = false;
  for (let index = 0; index < 200 && !isFree; index++) {
    history.notice(long, 0);
    await new Promise((resolve) => setImmediate(resolve));
    if (index % 20 === 19) {
      const response = await fetch(`${url}/events`, { signal: streams[0]!.signal });
      isFree = response.status === 200;
    }
  }
  t.true(isFree);
  for (const abort of streams) abort.abort();
  await endpoint.close();
});
