// What the host tells of itself in Java's system properties: folders, user, operating system, locale and encoding.
import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { arch, release, type as systemType, userInfo } from 'node:os';

type Environment = Readonly<Record<string, string | undefined>>;

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'aarch64', ia32: 'i386' };
const SYSTEMS: Readonly<Record<string, string>> = { Darwin: 'Mac OS X' };

/** glibc's name for ASCII, which Java reports in the C locale. */
const ASCII = 'ANSI_X3.4-1968';
/** What most locales without a named encoding use. */
const DEFAULT_CODESET = 'ISO-8859-1';

const LOCALE_FOLDER = '/usr/lib/locale';
const LOCALE_ARCHIVE_MAGIC = 0xde020109;

/** The properties under Java's names and with Java's values, as JDK 17 has them; absent where unknown. */
export function hostProperties(environment: Environment = process.env): Record<string, string> {
  const [name, home] = user(environment);
  const encoding = codesetOf(effectiveLocale('LC_CTYPE', environment));
  const { language, country } = languageOf(effectiveLocale('LC_MESSAGES', environment));
  return {
    'user.dir': process.cwd(),
    'user.name': name,
    'user.home': home,
    'os.name': SYSTEMS[systemType()] ?? systemType(),
    'os.version': release(),
    'os.arch': ARCHITECTURES[arch()] ?? arch(),
    'java.io.tmpdir': '/tmp',
    'file.encoding': encoding,
    'native.encoding': encoding,
    'sun.jnu.encoding': encoding,
    'user.language': language,
    ...(country === undefined ? {} : { 'user.country': country }),
  };
}

/** Name and home from the password file; `?` is what Java says where it has no entry. */
function user(environment: Environment): [string, string] {
  let name = '?';
  let home = '';
  try {
    const info = userInfo();
    name = info.username;
    home = info.homedir;
  } catch {
    // A container's user often has no entry.
  }
  if (home.length < 2) home = environment.HOME ?? '?';
  return [name, home];
}

/** The locale of a category as setlocale(LC_ALL, "") settles it: where any category's locale is not installed, all
 *  categories stay in the C locale. */
function effectiveLocale(category: 'LC_CTYPE' | 'LC_MESSAGES', environment: Environment): string {
  const chosen = (name: string) => environment.LC_ALL || environment[name] || environment.LANG || 'C';
  if (!isInstalled(chosen('LC_CTYPE')) || !isInstalled(chosen('LC_MESSAGES'))) return 'C';
  return chosen(category);
}

/** language[_COUNTRY][.codeset][@modifier]. */
function parseLocale(locale: string): { language: string; country?: string; codeset?: string } {
  const match = /^([^_.@]*)(?:_([^.@]*))?(?:\.([^@]*))?/.exec(locale);
  const [, language = '', country, codeset] = match ?? [];
  return { language, ...(country ? { country } : {}), ...(codeset ? { codeset } : {}) };
}

function isPlainC(locale: string): boolean {
  return locale === 'C' || locale === 'POSIX';
}

function codesetOf(locale: string): string {
  if (isPlainC(locale)) return ASCII;
  const codeset = parseLocale(locale).codeset ?? DEFAULT_CODESET;
  return normalise(codeset) === 'utf8' ? 'UTF-8' : codeset;
}

/** Java takes the C locale for American English, but C.UTF-8 for English without a country. */
function languageOf(locale: string): { language: string; country?: string } {
  if (isPlainC(locale)) return { language: 'en', country: 'US' };
  const { language, country } = parseLocale(locale);
  return { language: isPlainC(language) ? 'en' : language, ...(country === undefined ? {} : { country }) };
}

/** Encodings are compared without case and punctuation: UTF-8 is utf8. */
function normalise(codeset: string): string {
  return codeset.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

/** Whether glibc finds a locale: as a folder of its own or in the locale archive. */
function isInstalled(locale: string): boolean {
  if (isPlainC(locale) || /^C\.utf-?8$/i.test(locale)) return true;
  if (!/^[\w.@-]+$/.test(locale)) return false;
  const normalised = locale.replace(/\.[^@]*/, (codeset) => `.${normalise(codeset)}`);
  // A system that keeps its locales elsewhere is believed to have what its user has chosen.
  if (!existsSync(LOCALE_FOLDER)) return true;
  return (
    existsSync(`${LOCALE_FOLDER}/${locale}/LC_CTYPE`) ||
    existsSync(`${LOCALE_FOLDER}/${normalised}/LC_CTYPE`) ||
    archiveNames().includes(`\0${normalised}\0`)
  );
}

/** The locale archive's strings, each ended by NUL, after a NUL; empty where there is none. Header words used: 0 magic,
 *  5 offset and 7 size of the strings. */
function archiveNames(): string {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(`${LOCALE_FOLDER}/locale-archive`, 'r');
    const header = new Uint32Array(8);
    readSync(descriptor, header, 0, header.byteLength, 0);
    if (header[0] !== LOCALE_ARCHIVE_MAGIC) return '';
    const names = Buffer.alloc(Math.min(header[7]!, 1 << 20));
    const count = readSync(descriptor, names, 0, names.length, header[5]!);
    return `\0${names.toString('latin1', 0, count)}`;
  } catch {
    return '';
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
