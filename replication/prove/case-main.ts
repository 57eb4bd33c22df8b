// The process of one run under proof: a launcher whose replicas keep journals and are struck as the order says. Its
// standard streams are the program's. Argument: the run's folder.
import { existsSync, openSync, readFileSync } from 'node:fs';
import { UserError } from '../../lib/errors.js';
import type { ReplicaId } from '../contracts.js';
import { INTERNAL_ERROR_EXIT_CODE } from '../exit-codes.js';
import { launchPair, type Proof } from '../launcher.js';
import type { Gateway } from '../roles/gateway.js';
import type { GatewayEffect, RegisterEntry } from '../roles/gateway-step.js';
import {
  type CaseOrder,
  type CaseReport,
  caseFiles,
  readOrder,
  type Strike,
  type StrikeReport,
  writeReport,
} from './case.js';
import type { Fault, Instruments } from './instruments.js';

/** How often a replica is looked at that is going to stop itself. */
const MARK_POLL_MS = 5;
/** After a stopped replica has woken up without being missed, the next strike waits so long. */
const CALM_MS = 3000;
/** The program shows that it goes on before it is told to end. */
const STOP_AFTER_MS = 300;

/** Names of the replicas that a program begins with. */
const FIRST = { primary: 'a', backup: 'b' } as const;

class Case implements Proof {
  readonly reports: number;
  readonly #folder: string;
  readonly #order: CaseOrder;
  readonly #files;
  readonly #report: { -readonly [Key in keyof CaseReport]: CaseReport[Key] } = {
    wholeAtMs: null,
    endedAtMs: null,
    primary: FIRST.primary,
    replicas: [],
    strikes: [],
    lost: [],
    undead: [],
    error: null,
  };
  /** Strikes that are yet to come. */
  readonly #strikes: Strike[];
  /** The replica that was struck last, while the pair is not whole again. */
  #struck: { readonly report: StrikeReport; readonly pid: number } | null = null;
  #gateway: Gateway | null = null;
  #armed = false;
  /** A strike whose time has come while the pair was not whole. */
  #due: Strike | null = null;
  #isWhole = false;

  constructor(folder: string) {
    this.#folder = folder;
    this.#order = readOrder(folder);
    this.#files = caseFiles(folder);
    this.#strikes = [...this.#order.strikes];
    this.reports = openSync(this.#files.reports, 'a');
  }

  async run(): Promise<number> {
    try {
      const { record, configuration, factoryModule } = this.#order;
      return await launchPair({
        record,
        configuration,
        proof: this,
        ...(factoryModule === null ? {} : { factoryModule }),
      });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.#report.error = error.message;
      return INTERNAL_ERROR_EXIT_CODE;
    } finally {
      this.#readMark();
      writeReport(this.#folder, this.#report);
    }
  }

  instruments(id: ReplicaId): Instruments {
    // One that could not be started is tried again under its name.
    if (!this.#report.replicas.includes(id)) this.#report.replicas.push(id);
    const fault = this.#faultOf(id);
    if (fault?.signal === 'SIGSTOP') this.#watchMark();
    return { journal: this.#files.journal(id), mark: this.#files.mark(id), fault };
  }

  /** What the replica is to do to itself. */
  #faultOf(id: ReplicaId): Fault | null {
    const [first] = this.#order.strikes;
    if (first === undefined || first.moment.kind === 'time' || id !== FIRST[first.victim]) return null;
    return { point: first.moment, signal: first.signal };
  }

  observe(effect: GatewayEffect, gateway: Gateway): void {
    this.#gateway = gateway;
    if (effect.kind === 'write' && effect.item.kind === 'exit') {
      this.#report.endedAtMs = Date.now();
      this.#report.primary =
        gateway.register().find((entry) => entry.role === 'primary' && entry.state !== 'lost')?.id ??
        this.#report.primary;
    } else if (effect.kind === 'report' && / takes over at /.test(effect.line)) this.#tookOver();
    else if (effect.kind === 'changed') this.#changed(gateway.register());
  }

  #changed(register: readonly RegisterEntry[]): void {
    const alive = register.filter(({ state }) => state !== 'lost' && state !== 'exited');
    this.#report.primary = alive.find(({ role }) => role === 'primary')?.id ?? this.#report.primary;
    for (const { id, state } of register) {
      if (state === 'lost' && !this.#report.lost.includes(id)) this.#report.lost.push(id);
    }
    this.#readMark();
    const struck = this.#struck;
    if (struck !== null && !alive.some(({ id }) => id === struck.report.replica)) {
      struck.report.lostAtMs ??= Date.now();
    }
    this.#isWhole =
      alive.length === this.#order.configuration.replicas && alive.every(({ state }) => state === 'running');
    if (this.#isWhole) this.#whole();
  }

  #whole(): void {
    this.#report.wholeAtMs ??= Date.now();
    const struck = this.#struck;
    if (struck !== null) {
      if (struck.report.lostAtMs === null) return;
      struck.report.wholeAtMs = Date.now();
      if (isThere(struck.pid)) this.#report.undead.push(struck.report.replica);
      this.#struck = null;
    }
    if (this.#order.stops && this.#strikes.length === 0 && this.#report.strikes.length > 0) {
      setTimeout(() => process.kill(process.pid, 'SIGTERM'), STOP_AFTER_MS).unref();
    }
    const due = this.#due;
    this.#due = null;
    if (due === null) this.#arm();
    else this.#strike(due);
  }

  /** Another replica may take the place of the primary without being struck for it; then nothing is noted. */
  #tookOver(): void {
    this.#readMark();
    const report = this.#struck?.report;
    if (report !== undefined) report.tookOverAtMs ??= Date.now();
  }

  /** The next strike by the clock. */
  #arm(): void {
    const [next] = this.#strikes;
    if (this.#armed || next === undefined || next.moment.kind !== 'time') return;
    this.#armed = true;
    setTimeout(() => {
      this.#armed = false;
      this.#strikes.shift();
      this.#strike(next);
    }, next.moment.ms).unref();
  }

  #strike(strike: Strike): void {
    if (this.#report.endedAtMs !== null) return;
    // Whoever is left alone then, perhaps for being slow, is not to be struck as well.
    if (!this.#isWhole) {
      this.#due = strike;
      return;
    }
    const victim = this.#gateway
      ?.register()
      .find(({ role, state }) => role === strike.victim && state === 'running');
    if (victim === undefined) return;
    try {
      process.kill(victim.pid, strike.signal);
    } catch {
      // It has just ended by itself: nobody was struck.
      return;
    }
    this.#noteStrike(strike, victim, Date.now());
  }

  #noteStrike(
    { wakeAfterMs, signal }: Strike,
    { id, pid }: { id: ReplicaId; pid: number },
    atMs: number,
  ): void {
    const report = {
      replica: id,
      atMs,
      tookOverAtMs: null,
      wholeAtMs: null,
      lostAtMs: null,
      wokenAtMs: null,
    };
    this.#report.strikes.push(report);
    this.#struck = { report, pid };
    if (signal === 'SIGSTOP' && wakeAfterMs !== null) this.#wakeAfter(report, pid, wakeAfterMs);
  }

  #wakeAfter(report: StrikeReport, pid: number, wakeAfterMs: number): void {
    setTimeout(() => {
      if (report.lostAtMs !== null || !isThere(pid)) return;
      process.kill(pid, 'SIGCONT');
      report.wokenAtMs = Date.now();
      setTimeout(() => {
        if (report.lostAtMs !== null || this.#struck?.report !== report) return;
        this.#struck = null;
        this.#arm();
      }, CALM_MS).unref();
    }, wakeAfterMs).unref();
  }

  #watchMark(): void {
    const timer = setInterval(() => {
      this.#readMark();
      if (this.#report.strikes.length > 0) clearInterval(timer);
    }, MARK_POLL_MS).unref();
  }

  /** A replica that strikes itself leaves a mark. */
  #readMark(): void {
    const [first] = this.#strikes;
    if (first === undefined || first.moment.kind === 'time') return;
    const id = FIRST[first.victim];
    const mark = this.#files.mark(id);
    const text = existsSync(mark) ? readFileSync(mark, 'utf8') : '';
    if (text === '') return;
    this.#strikes.shift();
    const pid = this.#gateway?.register().find((entry) => entry.id === id)?.pid ?? 0;
    this.#noteStrike(first, { id, pid }, Number(text));
  }
}

/** Whether a process is there; one that has ended but is not waited for counts as gone. */
function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

process.exit(await new Case(process.argv[2]!).run());
