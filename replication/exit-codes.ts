// Exit codes that are not the program's.

/** Internal error, as sysexits.h has it. Also that of a pair that has lost both replicas: when both die at the same
 *  point it is the machine that is at fault. */
export const INTERNAL_ERROR_EXIT_CODE = 70;

/** Exit codes for signals that end the launcher: 128 and the signal's number, as java has them. */
export const SIGNAL_EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** The signals that the program is told of. */
export const END_SIGNALS = Object.keys(SIGNAL_EXIT_CODES) as (keyof typeof SIGNAL_EXIT_CODES)[];
