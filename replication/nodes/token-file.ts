// The token that nodes and launchers share, kept in a file that nobody else may read.
import { readFileSync, statSync } from 'node:fs';
import { posixCode, UserError } from '../../lib/errors.js';

const OTHERS = 0o077;
const MINIMUM_CHARACTERS = 32;

/** The token in a file, without white space at its ends. UserError TOKEN with what to do where it is missing, readable
 *  for others, or short. */
export function readToken(file: string): string {
  let token: string;
  let mode: number;
  try {
    token = readFileSync(file, 'utf8').trim();
    mode = statSync(file).mode;
  } catch (error) {
    throw new UserError('TOKEN', `${file} cannot be read (${posixCode(error)}); ${howToMake(file)}`, {
      cause: error,
    });
  }
  if ((mode & OTHERS) !== 0) {
    throw new UserError('TOKEN', `${file} is open to other users: chmod 600 ${file}`);
  }
  if (token.length < MINIMUM_CHARACTERS) {
    const length = `${token.length} characters, fewer than ${MINIMUM_CHARACTERS}`;
    throw new UserError('TOKEN', `the token in ${file} has ${length}; ${howToMake(file)}`);
  }
  return token;
}

function howToMake(file: string): string {
  return `make one with (umask 077; head -c 32 /dev/urandom | base64 > ${file}) and copy it to every node`;
}
