// The patent's transient error, as programs see it: one that knows the API catches it by its name, another one as the
// IOException that it is.
import { join } from 'node:path';
import test from 'ava';
import { TRANSIENT_ERROR } from '../../../jvm/environment.js';
import type { Host } from '../../../replication/contracts.js';
import { realHost } from '../../../replication/host-environment.js';
import { recordRun } from '../machine-harness.js';
import { compileProgram, recordOf } from './programs.js';

/** No write to a file can be settled. */
const host: Host = {
  monotonicNs: () => realHost.monotonicNs(),
  perform: (request) => (request.kind === 'writeFile' ? TRANSIENT_ERROR : realHost.perform(request)),
};

function outputOf(name: string, clauses: string): string {
  const folder = compileProgram(
    name,
    `import java.io.*;
     import java.nio.ByteBuffer;
     import java.nio.channels.FileChannel;
     import java.nio.file.*;
     public class ${name} {
       interface Write { void run() throws IOException; }
       static void attempt(Write write) {
         try { write.run(); System.out.println("written"); }
         ${clauses}
         catch (IOException e) { System.out.println("io " + e); }
       }
       public static void main(String[] words) throws Exception {
         attempt(() -> { try (OutputStream out = new FileOutputStream(words[0])) { out.write(1); } });
         attempt(() -> { try (RandomAccessFile out = new RandomAccessFile(words[0], "rw")) { out.write(1); } });
         attempt(() -> Files.write(Path.of(words[0]), new byte[3]));
       }
     }`,
  );
  const record = { ...recordOf(name, folder), programArguments: [join(folder, 'file')] };
  const run = recordRun(record, host);
  return run.stdout + run.stderr;
}

const { message } = TRANSIENT_ERROR;

test.serial('a program that names it catches it', (t) => {
  const clause =
    'catch (rjvm.TransientErrorException e) { System.out.println("transient " + e.getMessage()); }';
  t.is(outputOf('Knowing', clause), `transient ${message}\n`.repeat(3));
});

test.serial('to another one it is an IOException', (t) => {
  t.is(outputOf('Unknowing', ''), `io java.io.IOException: ${message}\n`.repeat(3));
});
