// Objects preserved around try statements: which statements save and restore, what of an object, and that collections,
// schedules and restores of the machine change nothing of it.
import test from 'ava';
import type { MachineOptions } from '../../../jvm/birth-record.js';
import { realHost } from '../../../replication/host-environment.js';
import { divergence, recordRun, replayRun } from '../machine-harness.js';
import { RestoredMachine } from '../snapshot/restored-machine.js';
import { compileFile, compileProgram, expectedOutput, recordOf, runOnJava } from './programs.js';

const PROGRAMS = ['Statements', 'Fields', 'Hardships'] as const;
const folders = new Map<string, string>(PROGRAMS.map((name) => [name, compileFile(name)]));

/** Allocations from one forced collection to the next: Hardships makes many. */
const COLLECT_EVERY = { Statements: 13, Fields: 13, Hardships: 211 } as const;

function variants(name: (typeof PROGRAMS)[number]): Readonly<Record<string, Partial<MachineOptions>>> {
  return {
    'usual epochs': {},
    'another thread at every safepoint': { maximumEpochCount: 5000, quantumCount: 1 },
    'frequent collections': { maximumEpochCount: 50_000, collectEvery: COLLECT_EVERY[name] },
  };
}

for (const name of PROGRAMS) {
  for (const [title, options] of Object.entries(variants(name))) {
    test.serial(`${name}: ${title}`, (t) => {
      const run = recordRun(recordOf(name, folders.get(name)!, options), realHost);
      t.is(run.stdout, expectedOutput(name));
      t.is(run.stderr, '');
      t.is(run.exitCode, 0);
    });
  }

  test.serial(`${name}: restored at every third epoch`, (t) => {
    const record = recordOf(name, folders.get(name)!, { maximumEpochCount: 3000 });
    const recorded = recordRun(record, realHost);
    const restored = replayRun(record, recorded, {
      host: realHost,
      createMachine: (_, environment) => new RestoredMachine(record, environment, 3),
    });
    t.is(divergence(recorded, restored), undefined);
    t.is(restored.stdout, expectedOutput(name));
  });

  test.serial(`${name}: java runs the same classes, and preserves nothing`, async (t) => {
    const outcome = await runOnJava(name, folders.get(name)!);
    t.is(outcome.stderr, '');
    t.is(outcome.exit, 0);
    t.not(outcome.stdout, expectedOutput(name));
  });
}

/** A class that asks for nothing, one that has an annotation, and one that saves by itself. */
const OPTION_PROGRAM = `
  import rjvm.*;
  public class Options {
    static void say(Object words) { System.out.println(words); }
    static class Plain {
      int value = 1;
      void run() { try { value = 2; throw new Error(); } catch (Error e) { say("plain " + value); } }
      @Preserve(Preserve.Scope.NONE)
      void none() { try { value = 3; throw new Error(); } catch (Error e) { say("none " + value); } }
    }
    @Preserve static class Annotated {
      int value = 1;
      void run() { try { value = 2; throw new Error(); } catch (Error e) { say("annotated " + value); } }
    }
    static class Own implements Recoverable {
      int value = 1;
      int saved;
      public void saveObjectState() { saved = value; }
      public void restoreObjectState() { value = saved; }
      void run() { try { value = 2; throw new Error(); } catch (Error e) { say("own " + value); } }
      @Preserve(Preserve.Scope.NONE)
      void none() { try { value = 3; throw new Error(); } catch (Error e) { say("own none " + value); } }
    }
    public static void main(String[] words) {
      new Plain().run();
      new Plain().none();
      new Annotated().run();
      new Own().run();
      new Own().none();
    }
  }`;

const BY_OPTION = {
  none: 'plain 2\nnone 3\nannotated 2\nown 2\nown none 3\n',
  annotated: 'plain 2\nnone 3\nannotated 1\nown 1\nown none 3\n',
  application: 'plain 1\nnone 3\nannotated 1\nown 1\nown none 3\n',
} as const;

test.serial('the machine option says for whom', (t) => {
  const folder = compileProgram('Options', OPTION_PROGRAM);
  for (const preservation of ['none', 'annotated', 'application'] as const) {
    const run = recordRun(recordOf('Options', folder, { preservation }), realHost);
    t.is(run.stdout, BY_OPTION[preservation], preservation);
  }
});
