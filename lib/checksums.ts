// The checksums of zip files and zlib streams: CRC-32 (RFC 1952 §8) and Adler-32 (RFC 1950 §8).

const CRC_POLYNOMIAL = 0xedb88320;
/** CRC bytes taken per step: table k gives the effect of a byte followed by k zero bytes. */
const CRC_SLICES = 8;
const CRC_TABLES = buildCrcTables();

const ADLER_MODULUS = 65521;
/** So many bytes can be summed before the modulus is due, with both sums below 2^30 (small integers to V8). */
const ADLER_RUN_BYTES = 2048;

function buildCrcTables(): readonly Int32Array[] {
  const tables = Array.from({ length: CRC_SLICES }, () => new Int32Array(256));
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ CRC_POLYNOMIAL : crc >>> 1;
    tables[0]![byte] = crc;
  }
  for (let slice = 1; slice < CRC_SLICES; slice++) {
    for (let byte = 0; byte < 256; byte++) {
      const previous = tables[slice - 1]![byte]!;
      tables[slice]![byte] = (previous >>> 8) ^ tables[0]![previous & 0xff]!;
    }
  }
  return tables;
}

/** CRC-32 of bytes that follow others. previous: their CRC, 0 at the beginning. Unsigned 32 bits. */
export function crc32(previous: number, bytes: Uint8Array): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = CRC_TABLES as readonly [
    Int32Array,
    Int32Array,
    Int32Array,
    Int32Array,
    Int32Array,
    Int32Array,
    Int32Array,
    Int32Array,
  ];
  const length = bytes.length;
  let crc = ~previous;
  let index = 0;
  for (; index + CRC_SLICES <= length; index += CRC_SLICES) {
    crc =
      t7[(crc ^ bytes[index]!) & 0xff]! ^
      t6[((crc >>> 8) ^ bytes[index + 1]!) & 0xff]! ^
      t5[((crc >>> 16) ^ bytes[index + 2]!) & 0xff]! ^
      t4[(crc >>> 24) ^ bytes[index + 3]!]! ^
      t3[bytes[index + 4]!]! ^
      t2[bytes[index + 5]!]! ^
      t1[bytes[index + 6]!]! ^
      t0[bytes[index + 7]!]!;
  }
  for (; index < length; index++) crc = (crc >>> 8) ^ t0[(crc ^ bytes[index]!) & 0xff]!;
  return ~crc >>> 0;
}

/** Adler-32 of bytes that follow others. previous: their checksum, 1 at the beginning. Unsigned 32 bits. */
export function adler32(previous: number, bytes: Uint8Array): number {
  let low = previous & 0xffff;
  let high = previous >>> 16;
  for (let index = 0; index < bytes.length; ) {
    const end = Math.min(index + ADLER_RUN_BYTES, bytes.length);
    for (; index < end; index++) {
      low += bytes[index]!;
      high += low;
    }
    low %= ADLER_MODULUS;
    high %= ADLER_MODULUS;
  }
  return ((high << 16) | low) >>> 0;
}
