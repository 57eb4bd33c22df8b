// fdlibm's functions, held bit for bit against the JDK's StrictMath on seeded arguments and corner cases.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import * as exponential from '../../../classpath-stubs/support/fdlibm/exponential.js';
import * as hyperbolic from '../../../classpath-stubs/support/fdlibm/hyperbolic.js';
import * as inverse from '../../../classpath-stubs/support/fdlibm/inverse-trigonometric.js';
import { ieeeRemainder } from '../../../classpath-stubs/support/fdlibm/remainder.js';
import * as trigonometric from '../../../classpath-stubs/support/fdlibm/trigonometric.js';
import { compileJava, jdk } from '../../jvm/javac.js';

const SEED = Number(process.env.RJVM_TEST_SEED ?? 20_240_607);
const RANDOM_ARGUMENTS = 20_000;
const CORNERS = 47;
const MAXIMUM_OUTPUT_BYTES = 64 << 20;

/** Prints, for the function with that name, triples of x, y and f(x, y) as little-endian doubles; f(x) ignores y. */
const SOURCE = `
import java.io.*;
import java.nio.*;
import java.util.Random;
import java.util.function.DoubleBinaryOperator;

public class StrictMathBits {
    static final double[] CORNERS = {0.0, -0.0, 1, -1, 0.5, -0.5, 2, -2, Double.NaN, Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY, Double.MIN_VALUE, -Double.MIN_VALUE, Double.MIN_NORMAL, -Double.MIN_NORMAL,
        Double.MAX_VALUE, -Double.MAX_VALUE, Math.PI, Math.PI / 2, Math.PI / 4, 3 * Math.PI / 4, -Math.PI / 2, 1e-300,
        1e300, 1e22, 0x1p-28, 0x1p-27, 0x1p-54, 709.78, 709.7827128933841, 710.4758600739439, 710.475860073944, -745.2,
        22, -22, 22.1, 0.41421356, -0.29289321, -0.2929, Math.nextDown(1.0), Math.nextUp(1.0), Math.nextUp(-1.0), 10,
        100, 1000, 1e15, 0.1};
    static Random random;

    static double argument() {
        double unit = random.nextDouble() * 2 - 1;
        long bits = random.nextLong();
        switch (random.nextInt(8)) {
            case 0: return Double.longBitsToDouble(bits);
            case 1: return unit;
            case 2: return unit * 10;
            case 3: return unit * 1000;
            case 4: return unit * 1e6;
            case 5: return Math.scalb(unit, random.nextInt(80) - 60);
            case 6: {
                double multiple = random.nextInt(128) * (Math.PI / 4);
                return Double.longBitsToDouble(Double.doubleToLongBits(multiple) + (bits & 15) - 8);
            }
            default: return Math.scalb(unit, random.nextInt(1000));
        }
    }

    static void print(ByteBuffer out, DoubleBinaryOperator f, double x, double y) {
        out.putDouble(x).putDouble(y).putDouble(f.applyAsDouble(x, y));
    }

    public static void main(String[] args) throws IOException {
        random = new Random(Long.parseLong(args[0]));
        int count = Integer.parseInt(args[1]);
        DoubleBinaryOperator[] functions = {
            (x, y) -> StrictMath.sin(x), (x, y) -> StrictMath.cos(x), (x, y) -> StrictMath.tan(x),
            (x, y) -> StrictMath.asin(x), (x, y) -> StrictMath.acos(x), (x, y) -> StrictMath.atan(x),
            StrictMath::atan2, (x, y) -> StrictMath.log(x), (x, y) -> StrictMath.log10(x),
            (x, y) -> StrictMath.log1p(x), (x, y) -> StrictMath.exp(x), (x, y) -> StrictMath.expm1(x),
            (x, y) -> StrictMath.sinh(x), (x, y) -> StrictMath.cosh(x), (x, y) -> StrictMath.tanh(x),
            StrictMath::IEEEremainder};
        int rows = count + CORNERS.length * CORNERS.length;
        for (DoubleBinaryOperator f : functions) {
            ByteBuffer out = ByteBuffer.allocate(24 * rows).order(ByteOrder.LITTLE_ENDIAN);
            for (double x : CORNERS) for (double y : CORNERS) print(out, f, x, y);
            for (int i = 0; i < count; i++) print(out, f, argument(), argument());
            System.out.write(out.array(), 0, out.position());
        }
        System.out.flush();
    }
}
`;

/** In the order of the Java program's functions. */
const FUNCTIONS: readonly [string, (x: number, y: number) => number][] = [
  ['sin', trigonometric.sin],
  ['cos', trigonometric.cos],
  ['tan', trigonometric.tan],
  ['asin', inverse.asin],
  ['acos', inverse.acos],
  ['atan', inverse.atan],
  ['atan2', inverse.atan2],
  ['log', exponential.log],
  ['log10', exponential.log10],
  ['log1p', exponential.log1p],
  ['exp', exponential.exp],
  ['expm1', exponential.expm1],
  ['sinh', hyperbolic.sinh],
  ['cosh', hyperbolic.cosh],
  ['tanh', hyperbolic.tanh],
  ['IEEEremainder', ieeeRemainder],
];

/** Standard output of the Java program. */
function runJava(): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'rjvm-fdlibm-'));
  try {
    for (const [name, bytes] of compileJava('StrictMathBits.java', SOURCE)) {
      writeFileSync(join(folder, `${name}.class`), bytes);
    }
    return execFileSync(
      join(jdk.home, 'bin', 'java'),
      ['-cp', folder, 'StrictMathBits', String(SEED), String(RANDOM_ARGUMENTS)],
      { maxBuffer: MAXIMUM_OUTPUT_BYTES },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test(`every function agrees with StrictMath to the last bit (seed ${SEED})`, (t) => {
  const bytes = runJava();
  const values = new Float64Array(bytes.slice().buffer);
  const rows = RANDOM_ARGUMENTS + CORNERS * CORNERS;
  t.is(values.length, FUNCTIONS.length * rows * 3);
  FUNCTIONS.forEach(([name, compute], index) => {
    const different: string[] = [];
    for (let at = index * rows * 3; at < (index + 1) * rows * 3; at += 3) {
      const [x, y, expected] = [values[at]!, values[at + 1]!, values[at + 2]!];
      const result = compute(x, y);
      if (!Object.is(result, expected)) different.push(`${name}(${x}, ${y}) = ${expected}, not ${result}`);
    }
    t.deepEqual(different.slice(0, 5), [], name);
  });
});
