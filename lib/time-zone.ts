// The host's time zone, found as OpenJDK finds it.
import { lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';

const LOCAL_TIME_FILE = '/etc/localtime';
const ZONE_FOLDER = '/usr/share/zoneinfo';
/** Tried before all others where the local time's file is a copy of a zone's. */
const POPULAR_ZONES = ['UTC', 'GMT'];
/** Second names of other zones in that folder. */
const PASSED_OVER: ReadonlySet<string> = new Set(['ROC', 'posixrules', 'localtime']);

/** `host.timeZone`: the zone's name as of TZ or /etc/localtime, absent where unknown. `host.gmtOffset`: its present
 *  offset as a name, for a zone that Java does not know. */
export function timeZoneProperties(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Record<string, string> {
  const zone = (environment.TZ || platformZone())?.replace(/^:/, '').replace(/^posix\//, '');
  return { ...(zone === undefined ? {} : { 'host.timeZone': zone }), 'host.gmtOffset': gmtOffset() };
}

/** `GMT`, or as `GMT+05:30`. */
function gmtOffset(): string {
  const minutes = -new Date().getTimezoneOffset();
  if (minutes === 0) return 'GMT';
  const two = (value: number) => String(Math.trunc(value)).padStart(2, '0');
  const size = Math.abs(minutes);
  return `GMT${minutes < 0 ? '-' : '+'}${two(size / 60)}:${two(size % 60)}`;
}

function platformZone(): string | undefined {
  try {
    if (lstatSync(LOCAL_TIME_FILE).isSymbolicLink()) {
      const name = zoneName(readlinkSync(LOCAL_TIME_FILE));
      if (name !== undefined) return name;
    }
    return zoneOf(readFileSync(LOCAL_TIME_FILE));
  } catch {
    return undefined;
  }
}

/** What follows `zoneinfo/` in a path. */
function zoneName(path: string): string | undefined {
  return /zoneinfo\/(.*)$/.exec(path)?.[1];
}

/** The zone whose file holds these bytes. */
function zoneOf(bytes: Buffer): string | undefined {
  const popular = POPULAR_ZONES.map((name) => join(ZONE_FOLDER, name));
  for (const path of [...popular, ...zoneFiles(ZONE_FOLDER)]) {
    const status = statSync(path, { throwIfNoEntry: false });
    if (status?.isFile() && status.size === bytes.length && readFileSync(path).equals(bytes)) {
      return zoneName(path);
    }
  }
  return undefined;
}

/** All files beneath a folder of zones; names in order, so that the answer does not depend on the file system. */
function* zoneFiles(folder: string): Generator<string> {
  for (const name of readdirSync(folder).sort()) {
    if (name.startsWith('.') || PASSED_OVER.has(name)) continue;
    const path = join(folder, name);
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) yield* zoneFiles(path);
    else yield path;
  }
}
