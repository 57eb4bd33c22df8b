// The error of a peer that does not keep to the protocol: its connection is closed and nobody is harmed.

/** VERSION: another protocol version. TOKEN: the token is missing or wrong. MALFORMED: bytes that are no message.
 *  TERMS: something that must be the same on both sides is not. REFUSED: the other side says why it refuses this one.
 *  ORDER: a message that may not come now. LINK: the connection itself fails. */
export type PeerErrorCode = 'VERSION' | 'TOKEN' | 'TERMS' | 'REFUSED' | 'MALFORMED' | 'ORDER' | 'LINK';

export class PeerError extends Error {
  constructor(
    readonly code: PeerErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'PeerError';
  }
}

/** Runs a decoder: whatever it throws about its bytes becomes PeerError 'MALFORMED'. */
export function decoding<T>(what: string, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (error instanceof PeerError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new PeerError('MALFORMED', `${what}: ${reason}`, { cause: error });
  }
}
