// For tests of the verifier: Java that makes javac write many kinds of code and frames.

/** Compiles for Java 8 and later. */
export const CORPUS = `
import java.util.*;
public class Corpus<T extends Comparable<T>> extends AbstractList<T> implements Runnable {
  int a; long b; double c; float f; Object[] arr = new Object[4]; static int count;
  static final Object LOCK = new Object(); T[] items; final String name;
  Corpus() { this("x" + count); }
  Corpus(String s) { this(s, s == null ? 1 : s.length() > 2 ? 5L : 7L); }
  Corpus(String s, long n) { super(); name = s; b = n; if (n > 3) a = 3; else a = 4; }
  public T get(int i) { modCount++; return items[i]; }
  public int size() { return items == null ? 0 : items.length; }
  public void run() {
    synchronized (LOCK) { count++; synchronized (this) { if (count > 4) return; count += 2; } }
  }
  int loops(int n, long[] ls, double[][] ds) {
    int s = 0;
    for (int i = 0; i < n; i++) for (int j = i; j > 0; j--) { if (j % 3 == 0) continue; s += j; if (s > 1000) break; }
    outer: while (true) {
      do { s--; if (s < 0) break outer; } while (s % 7 != 0);
      ls[s % ls.length] += s; ds[0][s] = ds[1][0] * 2 + (float) s;
    }
    return s;
  }
  Object tryAll(String x) throws Exception {
    Object r = null; int k = 0;
    try { k = Integer.parseInt(x); r = new ArrayList<String>(k); }
    catch (NumberFormatException | NullPointerException e) { r = e; }
    catch (RuntimeException e) { throw new Exception(e); }
    finally { count += k; }
    return r;
  }
  static int choose(int x, String s) {
    switch (x) { case 1: return 3; case 2: x++; case 3: break; case 100000: return 7; default: x = -1; }
    switch (s) { case "a": return 1; case "bb": return 2; default: }
    return x;
  }
  static long mix(byte b, short s, char c, boolean z, float f, double d, long l) {
    long r = b + s ^ c; if (z) r |= (long) f; r = r << 3 >>> 1 >> b; d = -d % 3.0; f = f / 2 - 1;
    return r + (long) d + (int) f + (z ? 1 : 0) + (byte) r + (char) s + (short) l;
  }
  static boolean compare(long a, double b, float c, Object o) {
    return a < 3 && b >= 2 || c != 1f && !(o instanceof String) || o == LOCK || o != null && a == (long) b;
  }
  static Object[] arrays(int n) {
    int[] i = {1, 2}; byte[] b = new byte[n]; boolean[] z = {true}; char[] c = new char[1]; short[] s = {1};
    float[] f = {1f}; String[][] m = new String[n][2]; int[][][] t = new int[2][3][];
    b[0] = (byte) i[0]; z[0] = b[0] > 0; c[0] = 'x'; s[0] += c[0]; f[0]++; m[0][1] = "q"; t[0][0] = i;
    Object[] o = m; o[0] = m[1]; i[0]++; i[n] += 300; return n > 0 ? o : new Integer[]{i.length, i[1]};
  }
  class Inner { int v = a; class Deep { long q = b + v; } }
  Object inner() {
    Inner i = new Inner(); final Inner.Deep d = i.new Deep();
    return new Object() { int z = a; public String toString() { return name + z + d.q + super.toString(); } };
  }
  public Object clone() {
    try { int[] x = {1}; x = x.clone(); return super.clone(); }
    catch (CloneNotSupportedException e) { throw new AssertionError(e); }
  }
  enum Color { RED, GREEN { int n() { return 2; } }; int n() { return 1; } }
  static Object newInLoop(int n) {
    StringBuilder sb = new StringBuilder();
    while (n-- > 0) sb = new StringBuilder(n > 3 ? "a" : new String("b" + n));
    return sb;
  }
  static int many(int p) {
    int v1 = 1, v2 = 2, v3 = 3, v4 = 4, v5 = 5; long w1 = 1, w2 = 2; double d1 = p, d2 = 2;
    v1 += 1000; w1 += v1 * w2; d1 = d1 > d2 ? d1 : d2; return (int) (v1 + v2 + v3 + v4 + v5 + w1 + w2 + d1);
  }
  static Object merge(boolean z, boolean y) {
    Comparable<?> c = z ? (Comparable<?>) "a" : (Comparable<?>) Integer.valueOf(3);
    Number n = y ? (Number) Integer.valueOf(1) : Double.valueOf(2);
    Object[] o = z ? new String[1] : new Integer[2]; Object q = y ? new int[1] : o;
    return c.hashCode() > n.intValue() + o.length + q.hashCode() ? c : n;
  }
  static void thrower(Throwable t) throws Throwable { if (t instanceof Error) throw t; if (t != null) throw t; throw null; }
}`;

/** Compiles for Java 17. */
export const MODERN_CORPUS = `
import java.util.function.*;
public class Modern {
  int field = 1;
  record Point(int x, long y, String[] z) { Point { if (x < 0) throw new IllegalArgumentException("" + x + y); } }
  sealed interface Shape permits Sq, Ci {
    default double area() { return helper() * 2; } private double helper() { return 1; }
    static Shape of(boolean b) { return b ? new Sq(1) : new Ci(); }
  }
  record Sq(double side) implements Shape { public double area() { return Shape.super.area() + side; } }
  static final class Ci implements Shape {}
  static <U> Function<U, Supplier<String>> lambda(int q, long w, U z) { return u -> () -> "" + q + w + z + u; }
  static Supplier<Modern> constructor() { return Modern::new; }
  static int choose(Object o, int x) {
    if (o instanceof String s && s.length() > x) return s.length();
    return switch (x) { case 1, 2 -> 5; case 3 -> { int y = x * 2; yield y; } default -> throw new Error(); };
  }
  Object resources() throws Exception {
    try (AutoCloseable a = () -> {}; AutoCloseable b = this::toString) { return a.toString() + b; }
    finally { field += field > 2 ? 3 : 4; }
  }
}`;
