// A launcher's connection to an agent that is slow: it waits as long as there is progress.
import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { BirthRecord } from '../../../jvm/birth-record.js';
import { versionTerm } from '../../../replication/code-digest.js';
import { FILE_CHUNK_BYTES } from '../../../replication/limits.js';
import { listenForLinks } from '../../../replication/links/link-server.js';
import { type FromAgent, parseToAgent, VERSION_TERM } from '../../../replication/nodes/agent-messages.js';
import { NodeConnection } from '../../../replication/nodes/node-connection.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const TOKEN = 'secret';
const FRAME_COUNT = 4;
const FRAME_MS = 400;
const TIMEOUT_MS = 1000;

/** An agent that lacks every file, and takes so many frames, each in FRAME_MS. Its port. */
async function slowAgent(t: ExecutionContext, frameCount: number): Promise<number> {
  const terms = { [VERSION_TERM]: versionTerm() };
  const server = await listenForLinks({
    identity: () => ({ id: 'agent', token: TOKEN, peerPort: 0, terms }),
    refused: (sentence) => t.log(sentence),
    accepted: (link) => {
      t.teardown(() => link.close('the test is over'));
      const say = (message: FromAgent) => link.sendJson(message);
      let count = 0;
      link.open({
        text: (text) => {
          const message = parseToAgent(text);
          if (message.kind === 'prepare')
            say({ kind: 'lacks', digests: message.files.map(({ digest }) => digest) });
        },
        frame: () => {
          if (++count > frameCount) return;
          setTimeout(() => say({ kind: 'taken' }), count * FRAME_MS);
          if (count === FRAME_COUNT) setTimeout(() => say({ kind: 'ready' }), count * FRAME_MS);
        },
        closed: () => {},
      });
    },
  });
  t.teardown(() => server.close());
  return server.port;
}

function open(port: number): Promise<NodeConnection> {
  const path = join(temporaryFolder('jar'), 'large.jar');
  const bytes = randomBytes(FRAME_COUNT * FILE_CHUNK_BYTES);
  writeFileSync(path, bytes);
  const digest = createHash('sha256').update(bytes).digest('hex');
  const record = { mainClass: 'Main', jdk: { version: '17', digest: 'of the JDK' } };
  return NodeConnection.open(
    { name: 'A', addresses: [{ host: '127.0.0.1', port }] },
    {
      identity: { id: 'launcher', token: TOKEN, peerPort: 0, terms: {} },
      report: () => {},
      record: record as unknown as BirthRecord,
      token: TOKEN,
      silenceMs: 60_000,
      agentTimeoutMs: TIMEOUT_MS,
    },
    [{ path, byteCount: bytes.length, digest }],
  );
}

test('a class path that takes long to send is waited for as long as it goes on', async (t) => {
  const connection = await open(await slowAgent(t, FRAME_COUNT));
  connection.close();
  t.is(await connection.lost, 'the launcher is done');
  await t.throwsAsync(async () => open(await slowAgent(t, FRAME_COUNT - 1)), {
    message: /^the agent of node A .*: it does not get ready within 1 s$/,
  });
});
