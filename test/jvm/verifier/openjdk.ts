// For tests: what the JDK's own verifier says about classes, many in one process.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileJava, jdk } from '../javac.js';

/** getDeclaredMethods links a class, and so verifies it, without running its initializer. */
const SOURCE = `
import java.io.*;
import java.util.*;
public class Verdicts {
  static byte[] block(DataInputStream in) throws IOException { return in.readNBytes(in.readInt()); }
  public static void main(String[] arguments) throws Exception {
    DataInputStream in = new DataInputStream(new BufferedInputStream(new FileInputStream(arguments[0])));
    PrintStream out = new PrintStream(new FileOutputStream(arguments[1]), false, "UTF-8");
    Map<String, byte[]> others = new HashMap<>();
    for (int left = in.readInt(); left > 0; left--) others.put(new String(block(in), "UTF-8"), block(in));
    for (int left = in.readInt(); left > 0; left--) {
      String name = new String(block(in), "UTF-8");
      byte[] candidate = block(in);
      ClassLoader loader = new ClassLoader(null) {
        protected Class<?> findClass(String wanted) throws ClassNotFoundException {
          byte[] bytes = wanted.equals(name) ? candidate : others.get(wanted);
          if (bytes == null) throw new ClassNotFoundException(wanted);
          return defineClass(wanted, bytes, 0, bytes.length);
        }
      };
      String verdict = "OK";
      try { Class.forName(name, false, loader).getDeclaredMethods(); }
      catch (Throwable thrown) { verdict = thrown.getClass().getSimpleName() + ": " + thrown.getMessage(); }
      out.print(verdict.split("\\n")[0] + "\\n");
    }
    out.close();
  }
}`;

export interface Candidate {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** For each candidate 'OK', or the simple name and the first line of what linking it throws. Each is alone in a
 *  loader with the other classes. */
export function openJdkVerdicts(
  others: ReadonlyMap<string, Uint8Array>,
  candidates: readonly Candidate[],
): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'rjvm-verdicts-'));
  try {
    for (const [name, bytes] of compileJava('Verdicts.java', SOURCE))
      writeFileSync(join(folder, `${name}.class`), bytes);
    const blocks: Buffer[] = [];
    const putCount = (count: number) => {
      const bytes = Buffer.alloc(4);
      bytes.writeInt32BE(count);
      blocks.push(bytes);
    };
    const putBlock = (bytes: Uint8Array) => {
      putCount(bytes.length);
      blocks.push(Buffer.from(bytes));
    };
    putCount(others.size);
    for (const [name, bytes] of others) {
      putBlock(Buffer.from(name));
      putBlock(bytes);
    }
    putCount(candidates.length);
    for (const { name, bytes } of candidates) {
      putBlock(Buffer.from(name));
      putBlock(bytes);
    }
    const [input, output] = [join(folder, 'input'), join(folder, 'output')];
    writeFileSync(input, Buffer.concat(blocks));
    execFileSync(join(jdk.home, 'bin', 'java'), ['-Xshare:auto', '-cp', folder, 'Verdicts', input, output], {
      stdio: 'pipe',
    });
    return readFileSync(output, 'utf8').trimEnd().split('\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
