package rjvm;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Asks rjvm to preserve the state of objects around try statements: it is saved on entry to the statement and restored on
 * entry to its catch clause, without code of the program's own.
 *
 * <p>It speaks for all instance methods of a class, for one method, or for one try statement, with all its catch clauses,
 * where it stands before the type of a catch clause's parameter: {@code catch (@Preserve IOException e)}. The narrowest one
 * counts. Classes that implement {@link Recoverable} save and restore by their own methods in either case; there
 * {@link Scope#NONE} alone has a meaning.
 *
 * <p>Other Java machines ignore it.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.CONSTRUCTOR, ElementType.TYPE_USE})
public @interface Preserve {
    /** What of the object is preserved. */
    Scope value() default Scope.FIELDS;

    /** How far preservation goes from {@code this}. */
    enum Scope {
        /** Nothing. */
        NONE,
        /** All fields of {@code this}, and the elements of the arrays in them, arrays of arrays included. */
        FIELDS,
        /** That, and everything that can be reached: objects of the application and its arrays, and the collections,
         *  string builders and atomic variables of the JDK. Other objects of the JDK are left as they are, and nothing is
         *  followed through them. */
        REACHABLE
    }
}
