// The two words of a double's bits, which fdlibm's algorithms read and set.

const double = new Float64Array(1);
/** Low word first: the byte order of every host that runs WebAssembly. */
const words = new Int32Array(double.buffer);

/** Sign, exponent and the upper 20 bits of the fraction, as an int32. */
export function highWord(x: number): number {
  double[0] = x;
  return words[1]!;
}

/** The lower 32 bits of the fraction, as an int32. */
export function lowWord(x: number): number {
  double[0] = x;
  return words[0]!;
}

/** The double with these words. */
export function fromWords(high: number, low: number): number {
  words[0] = low;
  words[1] = high;
  return double[0]!;
}

export function withHighWord(x: number, high: number): number {
  double[0] = x;
  words[1] = high;
  return double[0]!;
}

/** The double with its lower 32 bits cleared. */
export function withoutLowWord(x: number): number {
  double[0] = x;
  words[0] = 0;
  return double[0]!;
}

/** x * 2^k by adding to the exponent; the result must be normal. */
export function addExponent(x: number, k: number): number {
  double[0] = x;
  words[1] = words[1]! + (k << 20);
  return double[0]!;
}
