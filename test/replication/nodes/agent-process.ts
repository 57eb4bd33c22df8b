// Real agents for tests, on this host or in a network namespace of it.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../../support/command.js';

/** The command by its modules, not bundled: the machines of the tests are to share their modules with it. */
const COMMAND = `${PROJECT}/dist/bin/main.js`;

import { temporaryFolder } from '../../support/temporary-folder.js';

/** Generous, since test machines are shared. */
const PATIENCE_MS = 120_000;

/** A file with a new token, in a folder of its own. */
export function newTokenFile(): string {
  const file = join(temporaryFolder('token'), 'token');
  writeFileSync(file, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
  return file;
}

export interface AgentSetting {
  readonly tokenFile: string;
  /** Where it listens; a free port of the loopback interface where absent. */
  readonly listen?: string;
  /** Words before the command: what starts it somewhere else. */
  readonly prefix?: readonly string[];
  /** Further options. */
  readonly words?: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
}

export class AgentProcess {
  readonly child: ChildProcess;
  stderr = '';
  readonly exited: Promise<number | null>;

  /** Resolves when it listens; rejects with what it says where it does not. */
  static async start(setting: AgentSetting): Promise<AgentProcess> {
    const agent = new AgentProcess(setting);
    await agent.untilSaid(/listening at/);
    return agent;
  }

  private constructor({
    tokenFile,
    listen = '127.0.0.1:0',
    prefix = [],
    words = [],
    environment,
  }: AgentSetting) {
    const own = [COMMAND, 'agent', '--listen', listen, '--token-file', tokenFile, ...words];
    const [command, ...rest] = [...prefix, process.execPath, ...own];
    this.child = spawn(command!, rest, {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, ...environment },
    });
    this.child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.exited = new Promise((resolve) => this.child.on('close', resolve));
  }

  /** HOST:PORT of its first interface. */
  get address(): string {
    return /listening at ([^,;\s]+)/.exec(this.stderr)![1]!;
  }

  async untilSaid(pattern: RegExp): Promise<void> {
    for (let waitedMs = 0; !pattern.test(this.stderr); waitedMs += 10) {
      if (waitedMs > PATIENCE_MS || this.child.exitCode !== null) throw new Error(`it says: ${this.stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.child.kill(signal);
    return this.exited;
  }
}
