// The host's time zone as the JDK names it.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { findJdk } from '../../lib/jdk.js';
import { timeZoneProperties } from '../../lib/time-zone.js';
import { temporaryFolder } from './temporary.js';

const java = join(findJdk({ environment: process.env }).home, 'bin', 'java');
const PROGRAM = `class Zone {
  public static void main(String[] args) { System.out.print(java.util.TimeZone.getDefault().getID()); }
}`;

test("TZ and /etc/localtime are read as the JDK's", (t) => {
  const folder = temporaryFolder(t);
  const source = join(folder, 'Zone.java');
  writeFileSync(source, PROGRAM);
  for (const zone of [undefined, '', 'Europe/Berlin', ':Asia/Tokyo', 'posix/America/New_York']) {
    const { TZ: _zone, ...rest } = process.env;
    const env = zone === undefined ? rest : { ...rest, TZ: zone };
    const options = { env, encoding: 'utf8' } as const;
    const expected = execFileSync(java, ['-XX:TieredStopAtLevel=1', source], options);
    t.is(timeZoneProperties(env)['host.timeZone'] ?? 'GMT', expected, `TZ=${zone}`);
  }
});

test('the offset is named as a zone', (t) => {
  t.regex(timeZoneProperties()['host.gmtOffset']!, /^GMT([+-]\d\d:\d\d)?$/);
});
