package rjvm;

/**
 * An object that can go back to what it was before a try statement.
 *
 * <p>Where a class implements this interface, rjvm calls {@link #saveObjectState} on entry to each try statement with a
 * catch clause in its instance methods, and {@link #restoreObjectState} on entry to the catch clause, both for
 * {@code this}. The calls belong to the statement: the first is made within the try block, the second within the catch
 * clause. Try statements may be nested and methods recursive, so what is saved belongs on a stack of the object's own;
 * a try statement that ends without an exception tells the object nothing.
 *
 * <p>Other Java machines call neither method, nor does rjvm where its parameter {@code preservation} is {@code none}.
 */
public interface Recoverable {
    /** Remembers the state of this object. */
    void saveObjectState();

    /** Goes back to the state that was remembered on entry to the try statement whose catch clause is entered. */
    void restoreObjectState();
}
