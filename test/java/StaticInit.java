/** When classes are initialised, in which order, and what happens when that fails. */
public class StaticInit {
    static {
        System.out.println("StaticInit");
    }

    static class Parent {
        static int value = announce("Parent.value", 1);

        static {
            System.out.println("Parent block");
        }

        int field = announce("Parent.field", 2);

        Parent() {
            System.out.println("Parent()");
        }
    }

    static class Child extends Parent {
        static final int CONSTANT = 42;
        static final Integer BOXED = announce("Child.BOXED", 43);
        int field2 = announce("Child.field2", 3);

        {
            System.out.println("Child block");
        }

        Child() {
            this(1);
            System.out.println("Child()");
        }

        Child(int x) {
            System.out.println("Child(int)");
        }
    }

    interface WithDefault {
        int MARK = announce("WithDefault.MARK", 4);

        default void method() {}
    }

    static class Implementor implements WithDefault {
        static {
            System.out.println("Implementor");
        }
    }

    static class A {
        static int a = B.b + 1;
    }

    static class B {
        static int b = A.a + 1;
    }

    static class Broken {
        static int value = 1 / Integer.parseInt("0");

        static void method() {}
    }

    static int announce(String name, int value) {
        System.out.println(name);
        return value;
    }

    public static void main(String[] args) {
        System.out.println("constant " + Child.CONSTANT);
        Child[] none = new Child[2];
        System.out.println("array made, " + none.length);
        System.out.println("inherited static " + Child.value);
        new Child();
        new Implementor();
        System.out.println(A.a + " " + B.b);
        for (int i = 0; i < 2; i++) {
            try {
                Broken.method();
            } catch (ExceptionInInitializerError e) {
                System.out.println(e + " caused by " + e.getCause());
            } catch (NoClassDefFoundError e) {
                System.out.println(e.getMessage() + " caused by " + e.getCause());
            }
        }
    }
}
