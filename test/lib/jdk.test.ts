// The search for a JDK: order, versions, and what is said where there is none. Folders with a `release` file and a
// `lib/modules` stand for JDKs; the installed one is found too.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { UserError } from '../../lib/errors.js';
import { type FindJdkOptions, findJdk } from '../../lib/jdk.js';
import { temporaryFolder } from './temporary.js';

function makeJdk(folder: string, name: string, release: string): string {
  const home = join(folder, name);
  mkdirSync(join(home, 'lib'), { recursive: true });
  mkdirSync(join(home, 'bin'));
  writeFileSync(join(home, 'bin', 'java'), '');
  writeFileSync(join(home, 'lib', 'modules'), `modules of ${name}`);
  writeFileSync(join(home, 'release'), release);
  return home;
}

const RELEASE_17 = 'IMPLEMENTOR="X"\nJAVA_RUNTIME_VERSION="17.0.9+9-LTS"\nJAVA_VERSION="17.0.9"\n';
const RELEASE_25 = 'JAVA_RUNTIME_VERSION="25+36"\nJAVA_VERSION="25"\n';

function failsWith(t: ExecutionContext, options: FindJdkOptions, code: string, message: RegExp): void {
  const error = t.throws(() => findJdk(options), { instanceOf: UserError });
  t.is(error?.code, code);
  t.regex(error?.message ?? '', message);
}

test('describes a JDK', (t) => {
  const home = makeJdk(temporaryFolder(t), 'jdk', RELEASE_17);
  const jdk = findJdk({ option: home, environment: {} });
  t.deepEqual(
    { ...jdk, digest: '' },
    {
      home,
      version: '17.0.9+9-LTS',
      featureVersion: 17,
      modulesPath: join(home, 'lib', 'modules'),
      digest: '',
    },
  );
  t.regex(jdk.digest, /^[0-9a-f]{40}$/);
  writeFileSync(join(home, 'release'), 'JAVA_VERSION=17.0.1\r\n');
  t.is(findJdk({ option: home, environment: {} }).version, '17.0.1');
});

test('the digest changes with the release, the size and the header of lib/modules', (t) => {
  const folder = temporaryFolder(t);
  const digest = (home: string) => findJdk({ option: home, environment: {} }).digest;
  const home = makeJdk(folder, 'a', RELEASE_17);
  const digests = [digest(home)];
  writeFileSync(join(home, 'release'), `${RELEASE_17}SOURCE="other"\n`);
  digests.push(digest(home));
  writeFileSync(join(home, 'lib', 'modules'), 'modules of b');
  digests.push(digest(home));
  writeFileSync(join(home, 'lib', 'modules'), new Uint8Array(100_000));
  digests.push(digest(home));
  writeFileSync(join(home, 'lib', 'modules'), new Uint8Array(100_001));
  digests.push(digest(home));
  t.is(new Set(digests).size, digests.length);
});

test('looks in --jdk, JAVA_HOME, PATH and the usual folders, in this order', (t) => {
  const folder = temporaryFolder(t);
  const [named, home, onPath, usual] = ['named', 'home', 'on-path', 'usual'].map((name) =>
    makeJdk(folder, name, RELEASE_17),
  ) as [string, string, string, string];
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  symlinkSync(join(onPath, 'bin', 'java'), join(bin, 'java'));
  const PATH = `${join(folder, 'nowhere')}::${bin}`;
  const usualHomes = [join(folder, 'missing'), usual];
  t.is(findJdk({ option: named, environment: { JAVA_HOME: home, PATH }, usualHomes }).home, named);
  t.is(findJdk({ environment: { JAVA_HOME: home, PATH }, usualHomes }).home, home);
  t.is(findJdk({ environment: { PATH }, usualHomes }).home, onPath);
  t.is(findJdk({ environment: { JAVA_HOME: '', PATH: '' }, usualHomes }).home, usual);
});

test('passes over other versions unless named', (t) => {
  const folder = temporaryFolder(t);
  const jdk25 = makeJdk(folder, 'jdk25', RELEASE_25);
  const jdk17 = makeJdk(folder, 'jdk17', RELEASE_17);
  const environment = { JAVA_HOME: jdk25 };
  t.is(findJdk({ environment, usualHomes: [jdk17] }).home, jdk17);
  failsWith(
    t,
    { option: jdk25, environment, usualHomes: [jdk17] },
    'JDK_VERSION',
    /is JDK 25; rjvm runs on JDK 17/,
  );
  failsWith(t, { environment, usualHomes: [] }, 'NO_JDK', /Only JDK 25 was found .*jdk25/);
});

test('says how to install one where there is none', (t) => {
  const folder = temporaryFolder(t);
  failsWith(t, { environment: {}, usualHomes: [] }, 'NO_JDK', /apt-get install openjdk-17-jdk-headless/);
  failsWith(t, { option: folder, environment: {} }, 'NO_JDK', /is not a JDK/);
  failsWith(t, { option: join(folder, 'missing'), environment: {} }, 'NO_JDK', /is not a JDK/);
});

test('finds the installed JDK', (t) => {
  const jdk = findJdk({ environment: process.env });
  t.is(jdk.featureVersion, 17);
  t.deepEqual(findJdk({ option: jdk.home, environment: {} }), jdk);
});
