// Java source of null dereferences of every kind, for the test of the messages of NullPointerException.

const INT_PARAMETERS = Array.from({ length: 64 }, (_, i) => `int i${i}`).join(', ');
const INT_ARGUMENTS = new Array(64).fill('0').join(', ');
const MANY_LOCALS = Array.from({ length: 260 }, (_, i) => `int v${i} = ${i};`).join(' ');

/** Every statement handed to `attempt` meets null once. One line of output each: the message at the place where it
 *  happened, told as class, method and line of the top stack frame. */
export const NULL_POINTER_CASES = `
import java.util.*;
import java.util.function.*;
public class NullCases {
  interface Action { void run() throws Throwable; }
  interface Shape { int area(int side, double factor, long[] counts); default Shape self() { return null; } }
  static class Base { Object inBase; Object get() { return null; } }
  static class Node extends Base {
    Node next; Node[] nodes; Node[][] grid; int[] ints; int[][] table; Object any; String text; Shape shape;
    byte b; boolean z; char c; short s; int i; long l; float f; double d; static Node head; static int[] codes;
    int \\u00e9t\\u00e9; Node \\u00e9t\\u00e9s;
    Node next() { return next; }
    Node next(int a, long b, Object c, String d, StringBuilder e, StringBuffer f, Object[][] g, List<String> h) { return next; }
    private Node hidden(double d) { return null; }
    static Node none(int[] a) { return null; }
    @Override Object get() { return super.get().toString(); }
    void ownField() { this.next.i = 1; }
    void ownArray() { ints[0] = 1; }
    void parameter(long wide, Node other, int[] array) { other.i++; }
    void parameters(long wide, Node other, int[] array, int at) { array[at] = 5; }
    void written(Node other) { other = next; other.i = 3; }
    void writtenLater(Node other) {
      for (int turn = 0; turn < 3; turn++) { if (turn > 0) other.i = 3; other = null; }
    }
    Node(int ignored) { }
    Node() { this(1); }
    Node(Node other) { this(other.i); }
    Runnable capture() { return () -> System.out.println(this.next.i); }
    Node inner() { class Local { int x = Node.this.next.i; } return new Local().x > 0 ? this : null; }
  }
  enum Color { RED, GREEN }
  static Node root = new Node();
  static Node nothing; static int[] staticInts; static long[] staticLongs; static Object lock; static int index = 1;
  static boolean yes() { return true; }
  static int number() { return 0; }
  static Node find(String name, int... numbers) { return null; }
  static <T> T generic(T value) { return null; }
  static void attempt(Action action) {
    try { action.run(); System.out.println("no exception"); }
    catch (NullPointerException e) {
      StackTraceElement top = e.getStackTrace()[0];
      System.out.println(top.getClassName() + " " + top.getMethodName() + " " + top.getLineNumber() + " " + e.getMessage());
    } catch (Throwable e) { System.out.println("unexpected " + e); }
  }
  static void arrayLoads() {
    attempt(() -> { byte[] a = null; byte x = a[0]; });
    attempt(() -> { boolean[] a = null; boolean x = a[1]; });
    attempt(() -> { char[] a = null; char x = a[2]; });
    attempt(() -> { short[] a = null; short x = a[3]; });
    attempt(() -> { int[] a = null; int x = a[4]; });
    attempt(() -> { long[] a = null; long x = a[5]; });
    attempt(() -> { float[] a = null; float x = a[100]; });
    attempt(() -> { double[] a = null; double x = a[1000]; });
    attempt(() -> { Object[] a = null; Object x = a[100000]; });
    attempt(() -> { int[] a = null; int x = a.length; });
    attempt(() -> { Object[] a = null; for (Object x : a) lock = x; });
  }
  static void arrayStores() {
    attempt(() -> { byte[] a = null; a[0] = 1; });
    attempt(() -> { boolean[] a = null; a[0] = true; });
    attempt(() -> { char[] a = null; a[0] = 'x'; });
    attempt(() -> { short[] a = null; a[0] = 1; });
    attempt(() -> { int[] a = null; a[0] = number(); });
    attempt(() -> { long[] a = null; a[0] = 1L + index; });
    attempt(() -> { float[] a = null; a[0] = 1f; });
    attempt(() -> { double[] a = null; a[0] = 1.5; });
    attempt(() -> { Object[] a = null; a[index + 2] = "x"; });
    attempt(() -> { int[] a = null; a[0]++; });
    attempt(() -> { staticLongs[index] += 5; });
    attempt(() -> { root.ints[index] <<= 2; });
    attempt(() -> { root.ints[staticInts[2]] = 1; });
  }
  static void fields() {
    attempt(() -> { Node n = null; byte x = n.b; });
    attempt(() -> { Node n = null; n.b = 1; });
    attempt(() -> { Node n = null; n.z = n == null; });
    attempt(() -> { Node n = null; n.c = 'c'; });
    attempt(() -> { Node n = null; n.s = 1; });
    attempt(() -> { Node n = null; n.i += 7; });
    attempt(() -> { Node n = null; n.l = 1L; });
    attempt(() -> { Node n = null; long x = n.l; });
    attempt(() -> { Node n = null; n.l++; });
    attempt(() -> { Node n = null; n.f = 1f; });
    attempt(() -> { Node n = null; n.d = index; });
    attempt(() -> { Node n = null; double x = n.d; });
    attempt(() -> { Node n = null; n.any = n; });
    attempt(() -> { Node n = null; Object x = n.inBase; });
    attempt(() -> { nothing.\\u00e9t\\u00e9 = 1; });
    attempt(() -> { root.\\u00e9t\\u00e9s.text = ""; });
    attempt(() -> { NullCases.nothing.next = null; });
    attempt(() -> { Node.head.next = null; });
    attempt(() -> { root.next.next.next.i = 1; });
    attempt(() -> { root.ownField(); });
    attempt(() -> { root.ownArray(); });
    attempt(() -> { root.get(); });
    attempt(() -> { root.capture().run(); });
    attempt(() -> { root.inner(); });
  }
  static void calls() {
    attempt(() -> { String s = null; s.length(); });
    attempt(() -> { Object o = null; o.hashCode(); });
    attempt(() -> { nothing.next(1, 2L, null, "", null, null, null, null); });
    attempt(() -> { nothing.hidden(2.5); });
    attempt(() -> { root.shape.area(1, 2.0, null); });
    attempt(() -> { Shape s = new Shape() { public int area(int a, double b, long[] c) { return a; } }; s.self().self(); });
    attempt(() -> { Map<String, Integer> map = new HashMap<>(); int x = map.get("x"); });
    attempt(() -> { Map<String, List<Integer>> map = new HashMap<>(); map.get("x").add(1); });
    attempt(() -> { Node.none(null).next(); });
    attempt(() -> { find("x", 1, 2).i = 2; });
    attempt(() -> { root.hidden(1.5).any = 1; });
    attempt(() -> { generic("x").length(); });
    attempt(() -> { int x = generic(5); });
    attempt(() -> { Boolean b = null; if (b) index++; });
    attempt(() -> { Long l = null; long x = l + 1; });
    attempt(() -> { int[] a = null; a.clone(); });
    attempt(() -> { Node[][] a = null; a.clone(); });
    attempt(() -> { String s = null; switch (s) { case "a": index++; break; default: } });
    attempt(() -> { Color c = null; switch (c) { case RED: index++; break; default: } });
    attempt(() -> { Supplier<Node> s = null; s.get().i = 1; });
    attempt(() -> { Supplier<Node> s = () -> null; s.get().i = 1; });
    attempt(() -> { Runnable r = nothing::next; });
    attempt(() -> { ((Supplier<Node>) () -> null).get().i = 1; });
    attempt(() -> { Node outer = null; lock = ((Object) outer).toString() + "x"; });
    attempt(() -> { ((String) lock).trim(); });
    attempt(() -> { ((Node) root.any).next(); });
    attempt(() -> { find(null).next().next(); });
    attempt(() -> { new Node().next().next(); });
    attempt(() -> { java.lang.invoke.MethodHandle h = null; h.invokeExact("x", 1); });
    attempt(() -> { new Node((Node) null); });
    attempt(() -> { Iterable<String> it = null; for (String s : it) lock = s; });
    attempt(() -> { try (AutoCloseable c = find("x") == null ? null : () -> {}) { nothing.i = 1; } });
  }
  static void others() {
    attempt(() -> { throw null; });
    attempt(() -> { RuntimeException e = null; throw e; });
    attempt(() -> { throw (RuntimeException) lock; });
    attempt(() -> { synchronized (lock) { index++; } });
    attempt(() -> { synchronized (root.next) { index++; } });
    attempt(() -> { synchronized (find("")) { index++; } });
    attempt(() -> { throw new NullPointerException(); });
    attempt(() -> { throw new NullPointerException("own"); });
    attempt(() -> { throw new NullPointerException(null); });
    attempt(() -> { throw (NullPointerException) new NullPointerException().initCause(null); });
    attempt(() -> { try { nothing.i = 1; } finally { index++; } });
    attempt(() -> { try { throw new Exception(); } catch (Exception e) { e.getCause().getMessage(); } });
    attempt(() -> { try { nothing.i = 1; } catch (RuntimeException e) { throw e; } });
  }
  static void nested() {
    root.grid = new Node[2][2]; root.table = new int[2][]; root.nodes = new Node[2];
    index = 1; int[] at = { 1, 0 }; int[][] deep = { at, at }; int zero = 0; long big = 0;
    attempt(() -> { root.grid[0][1].i = 1; });
    attempt(() -> { root.table[1][1] = 1; });
    attempt(() -> { root.table[index][zero] = 1; });
    attempt(() -> { root.nodes[at[0]].next.i = 1; });
    attempt(() -> { root.nodes[deep[at[0]][zero]].next.i = 1; });
    attempt(() -> { root.nodes[number()].next.i = 1; });
    attempt(() -> { root.nodes[Math.abs(at[1])].i = 1; });
    attempt(() -> { root.nodes[index - 1].i = 1; });
    attempt(() -> { root.nodes[(int) big].i = 1; });
    attempt(() -> { root.nodes[at.length - 1].i = 1; });
    attempt(() -> { root.nodes[root.i].i = 1; });
    attempt(() -> { int[] a = staticInts; a[a[0]] = a[1]; });
    attempt(() -> { int[][][][][][][] a = new int[1][1][1][1][1][1][]; a[0][0][0][0][0][0][0] = 1; });
    attempt(() -> { int[][][][][] a = new int[1][1][1][1][]; a[0][0][0][0][0] = 1; });
    attempt(() -> { int[][][][] a = new int[1][1][1][]; a[0][0][0][0] = 1; });
    attempt(() -> { root.next = root; root.next.next.next.next.next.next.any.hashCode(); });
    attempt(() -> { root.next = root; root.next.next.next.next.any.hashCode(); });
    attempt(() -> { root.next = root; root.next.next.next.any.hashCode(); });
    attempt(() -> { root.next().next().next().any.hashCode(); });
    attempt(() -> { root.next().nodes[root.next.next.next.next.next.i].any.hashCode(); });
    attempt(() -> { root.next = null; (yes() ? nothing : root.next).i = 1; });
    attempt(() -> { (yes() ? root : nothing).next.i = 1; });
    attempt(() -> { root.nodes[yes() ? 1 : 0].i = 1; });
    attempt(() -> { Node a = root, b = a.next; b.next = a; });
    attempt(() -> { Node a, b; a = b = root.next; a.i = 1; });
    attempt(() -> { root.next = nothing = null; (root.next = nothing).i = 1; });
    attempt(() -> { (root.nodes[0] = nothing).i = 1; });
    attempt(() -> { nothing.l = root.l = 5; });
    attempt(() -> { int x = nothing.i = 5; });
    attempt(() -> { long x = nothing.l = 5; });
    attempt(() -> { int x = staticInts[index] = 5; });
    attempt(() -> { long x = staticLongs[index] = 5; });
    attempt(() -> { long x = staticLongs[index]++; });
    attempt(() -> { Node n = find("").next = root; });
    attempt(() -> { staticLongs[0] = (new long[][] { { 1, 2 } })[0][1] = 5; });
    attempt(() -> { nothing.l += root.l++ + big; });
    attempt(() -> { nothing.text += "x"; });
    attempt(() -> { Node[] a = new Node[3]; int k = 0; a[k++].i = a[k++].i; });
    attempt(() -> { String s = null; String t = "a" + s + s.length(); });
    attempt(() -> { nothing.l = yes() ? 1L : index; });
    attempt(() -> { switch (index) { case 1: nothing.i = 1; break; case 2: nothing.i = 2; break; default: nothing.i = 3; } });
    attempt(() -> { Node n = null; switch (index) { case -9000: n = root; break; case 1: n = nothing; break; case 70: n = root; } n.i = 5; });
    attempt(() -> { lock = new Object[] { null, nothing.any }; });
    attempt(() -> { int[][] a = new int[2][3]; Object[] o = new Object[index]; o[0].equals(a[1][2]); });
    attempt(() -> { double d = 2 * 3.5 / index; float f = (float) d; nothing.d = -d % f + (d > f ? 1 : 2); });
    attempt(() -> { Object o = lock; boolean is = o instanceof String; nothing.z = is && o != null | index >>> 2 == 0; });
  }
  static void slots() {
    attempt(() -> { root.parameter(1L, null, null); });
    attempt(() -> { root.parameters(1L, null, null, 3); });
    attempt(() -> { root.written(root); });
    attempt(() -> { root.writtenLater(root); });
    attempt(() -> manyParameters(${INT_ARGUMENTS}, null));
    attempt(() -> manyLocals(null));
    attempt(() -> reuse(null, 1.0, null));
    attempt(() -> blocks(null, null));
    attempt(() -> loop(null, null));
    attempt(() -> either(null, null));
    attempt(() -> { Object o = "a".contains(null); });
    attempt(() -> { Object o = new TreeMap<String, String>().put(null, ""); });
    attempt(() -> { Object o = String.valueOf((char[]) null); });
    attempt(() -> { Object o = List.of((String) null); });
    attempt(() -> { System.arraycopy(null, 0, null, 0, 1); });
    attempt(() -> { Object o = new ArrayList<String>((Collection<String>) null); });
  }
  static void manyParameters(${INT_PARAMETERS}, Node last) { last.i = i63; }
  static void manyLocals(Node parameter) { ${MANY_LOCALS} Node node = parameter; Node[] nodes = { node }; int where = 0; nodes[where].i = v259; }
  static void reuse(Node first, double d, Node second) { { Node a = first; index++; } if (d > 0) second.l = 1; }
  static void blocks(Node a, Node b) { if (b == null) { Node t = a; a = b; b = t; } a.i = 1; }
  static void either(Node a, Node b) { if (b == null) a = b; else index++; a.i = 1; }
  static void loop(Node a, Node b) { for (int i = 0; i < 2; i++) { b = a; while (b != null) b = b.next; a.i = i; } }
  public static void main(String[] arguments) {
    arrayLoads(); arrayStores(); fields(); calls(); others(); nested(); slots();
  }
}
`;

/** As long as the name of the class whose place it takes. */
export const OWN_METAFACTORY = 'NullMetafactory'.padEnd('java/lang/invoke/LambdaMetafactory'.length, 'x');

/** Lambdas that are null, once the name of LambdaMetafactory is replaced in class NullLambdas. */
export const NULL_LAMBDAS = `
import java.lang.invoke.*;
import java.util.function.*;
public class NullLambdas {
  static int[] ints;
  static void called() { ((Supplier<Object>) () -> "x").get(); }
  static void calledLater() { Supplier<Object> s = () -> "x"; s.get(); }
  static void argument() { ((Function<int[], Object>) a -> a).apply(ints).hashCode(); }
  static void tell(NullPointerException e) {
    StackTraceElement top = e.getStackTrace()[0];
    System.out.println(top.getClassName() + " " + top.getMethodName() + " " + top.getLineNumber() + " " + e.getMessage());
  }
  public static void main(String[] arguments) {
    try { called(); } catch (NullPointerException e) { tell(e); }
    try { calledLater(); } catch (NullPointerException e) { tell(e); }
    try { argument(); } catch (NullPointerException e) { tell(e); }
  }
}
class ${OWN_METAFACTORY} {
  public static CallSite metafactory(MethodHandles.Lookup lookup, String name, MethodType type, MethodType erased,
      MethodHandle implementation, MethodType instantiated) {
    return new ConstantCallSite(MethodHandles.constant(type.returnType(), null));
  }
}
`;
