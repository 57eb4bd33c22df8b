// Where the compiled program lies, and the entry points in it from which further processes and threads start.

/** The compiled modules, one by one; beside them, bundle/ has the same entry points with all that they need in few files,
 *  which start in half the time. */
const DIST = '/dist/';
const BUNDLE = 'bundle/';

const here = import.meta.url;
const start = here.lastIndexOf(DIST) + DIST.length;
const isBundled = here.startsWith(BUNDLE, start);

/** The folder dist, as a URL. */
export const DIST_URL = here.slice(0, start);

/** The project's folder, as a URL. */
export const PROJECT_URL = new URL('..', DIST_URL).href;

/** URL of an entry point by its path in dist, such as replication/replica-main.js: a bundled one where this code is
 *  bundled itself, so that a process has every module once. */
export function entryPoint(path: string): URL {
  return new URL(isBundled ? BUNDLE + path : path, DIST_URL);
}
