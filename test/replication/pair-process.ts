// A toy program running as a real pair of processes, for tests that kill and watch them.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ConfigurationInput } from '../../replication/configuration.js';
import type { TlsFiles } from '../../replication/links/address.js';
import { type State, stateSchema } from '../../replication/state-file.js';
import type { Program } from './toy-machine.js';

const COMMAND = fileURLToPath(new URL('./toy-pair.js', import.meta.url));
const POLL_MS = 2;
/** Generous, since test machines are shared; a test that needs this long is stuck. */
const PATIENCE_MS = 240_000;

export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a pair is started, where that is not as usual. */
export interface PairSetting {
  /** Words before the command: what starts it somewhere else. */
  readonly prefix?: readonly string[];
  /** Nodes as users name them, and the file of their token. */
  readonly nodes?: { readonly list: string; readonly tokenFile: string; readonly tls?: TlsFiles };
}

export class PairProcess {
  readonly child: ChildProcess;
  readonly #folder = mkdtempSync(join(tmpdir(), 'rjvm-pair-'));
  readonly #ended: Promise<Ended>;
  stdout = '';
  stderr = '';
  #hasEnded = false;

  constructor(
    program: Program,
    mode: 'pair' | 'single' = 'pair',
    configuration: ConfigurationInput = {},
    { prefix = [], nodes }: PairSetting = {},
  ) {
    const state = mode === 'pair' ? [this.#stateFile, JSON.stringify(configuration)] : [];
    if (nodes !== undefined) state.push(JSON.stringify(nodes));
    const [command, ...words] = [
      ...prefix,
      process.execPath,
      COMMAND,
      mode,
      JSON.stringify(program),
      ...state,
    ];
    this.child = spawn(command!, words, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.#ended = new Promise((resolve) => {
      this.child.on('close', (code, signal) => {
        this.#hasEnded = true;
        rmSync(this.#folder, { recursive: true });
        resolve({ code, signal, stdout: this.stdout, stderr: this.stderr });
      });
    });
  }

  get #stateFile(): string {
    return join(this.#folder, 'state.json');
  }

  /** The end, with all output. A pair that does not end is killed and the wait fails. */
  async end(): Promise<Ended> {
    const timeout = setTimeout(() => this.child.kill('SIGKILL'), PATIENCE_MS);
    const ended = await this.#ended;
    clearTimeout(timeout);
    return ended;
  }

  /** Throws where the file is not valid. */
  state(): State {
    return stateSchema.parse(JSON.parse(readFileSync(this.#stateFile, 'utf8')));
  }

  /** Waits until something is so, or the pair has ended. */
  async until(condition: () => boolean): Promise<void> {
    const start = Date.now();
    while (!this.#hasEnded && !condition()) {
      if (Date.now() - start > PATIENCE_MS) {
        this.child.kill('SIGKILL');
        throw new Error(`it does not come to it; stdout: ${this.stdout}; stderr: ${this.stderr}`);
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  async untilLines(count: number): Promise<void> {
    await this.until(() => this.stdout.split('\n').length > count);
  }

  /** Waits until both replicas run. */
  async untilRunning(): Promise<void> {
    await this.until(() => {
      try {
        const alive = this.state().replicas.filter(({ state }) => state !== 'lost');
        return alive.length === 2 && alive.every(({ state }) => state === 'running');
      } catch {
        return false;
      }
    });
  }

  /** Sends SIGKILL to the present replica of that role. */
  kill(role: 'primary' | 'backup'): void {
    try {
      const replica = this.state().replicas.find((each) => each.role === role && each.state === 'running');
      if (replica !== undefined) process.kill(replica.pid, 'SIGKILL');
    } catch {
      // It has ended meanwhile, with the program.
    }
  }
}

/** Whether a process is there; one that has ended but is not waited for counts as gone. */
export function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

/** Ports on which a process listens (Linux). */
export function listeningPorts(pid: number): number[] {
  const sockets = new Set(
    readdirSync(`/proc/${pid}/fd`).map(
      (fd) => /^socket:\[(\d+)\]$/.exec(safeReadlink(`/proc/${pid}/fd/${fd}`))?.[1],
    ),
  );
  return readFileSync('/proc/net/tcp', 'latin1')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === '0A' && sockets.has(fields[9]))
    .map((fields) => Number.parseInt(fields[1]!.split(':')[1]!, 16));
}

function safeReadlink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
