// A network of hosts in namespaces of this one: any two of them have two cables between them, which can be pulled out.
// Linux, as root.
import { execFileSync } from 'node:child_process';

const HOSTS = ['L', 'A', 'B'] as const;
export type HostName = (typeof HOSTS)[number];
type Path = 0 | 1;
const PATHS: readonly Path[] = [0, 1];

function ip(...words: string[]): void {
  execFileSync('ip', words, { stdio: 'pipe' });
}

/** A sentence that says why there can be no such network here; null where there can. */
export function networkObstacle(): string | null {
  const name = `rjtry${process.pid}`;
  try {
    ip('netns', 'add', name);
    ip('netns', 'del', name);
    return null;
  } catch (error) {
    const reason = String((error as { stderr?: Buffer }).stderr ?? (error as Error).message).split('\n')[0];
    return `network namespaces cannot be made here (${reason}); it takes Linux, iproute2 and root`;
  }
}

export class Network {
  readonly #tag: string;

  /** number: tells networks of one test process apart. */
  constructor(number: number) {
    this.#tag = `rj${process.pid}n${number}`;
    for (const host of HOSTS) {
      ip('netns', 'add', this.#space(host));
      this.#in(host, 'link', 'set', 'lo', 'up');
      for (const path of PATHS)
        this.#in(host, 'address', 'add', `${this.address(host, path)}/32`, 'dev', 'lo');
    }
    for (const [a, b] of [
      ['L', 'A'],
      ['L', 'B'],
      ['A', 'B'],
    ] as const) {
      for (const path of PATHS) this.#connect(a, b, path);
    }
  }

  #space(host: HostName): string {
    return `${this.#tag}${host}`;
  }

  #in(host: HostName, ...words: string[]): void {
    ip('-n', this.#space(host), ...words);
  }

  /** The address of a host that is reached over the first or second cable of each other host. */
  address(host: HostName, path: Path): string {
    return `10.77.${path}.${HOSTS.indexOf(host) + 1}`;
  }

  #cable(a: HostName, b: HostName, path: Path): string {
    return `${a}${b}${path}`;
  }

  #connect(a: HostName, b: HostName, path: Path): void {
    const [near, far] = [this.#cable(a, b, path), this.#cable(b, a, path)];
    const spaces = [this.#space(a), this.#space(b)] as const;
    ip('link', 'add', near, 'netns', spaces[0], 'type', 'veth', 'peer', 'name', far, 'netns', spaces[1]);
    this.mend(a, b, path);
  }

  /** Pulls a cable out: nobody is told, and nothing comes through. */
  cut(a: HostName, b: HostName, path: Path): void {
    this.#in(a, 'link', 'set', this.#cable(a, b, path), 'down');
  }

  /** Puts it back. */
  mend(a: HostName, b: HostName, path: Path): void {
    for (const [here, there] of [
      [a, b],
      [b, a],
    ] as const) {
      const cable = this.#cable(here, there, path);
      this.#in(here, 'link', 'set', cable, 'up');
      const source = this.address(here, path);
      this.#in(here, 'route', 'replace', this.address(there, path), 'dev', cable, 'src', source);
    }
  }

  /** Words that start a command on a host. */
  prefix(host: HostName): readonly string[] {
    return ['ip', 'netns', 'exec', this.#space(host)];
  }

  /** The cables go with the hosts. */
  close(): void {
    for (const host of HOSTS) ip('netns', 'del', this.#space(host));
  }
}
