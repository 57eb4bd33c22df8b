import java.util.ArrayList;
import java.util.List;

/** Nested, inner, local and anonymous classes with captured variables. */
public class InnerClasses {
    private int field = 1;
    private static int shared = 10;

    class Inner {
        private int field = 2;

        class Deeper {
            int field = 3;

            String all() {
                return field + " " + Inner.this.field + " " + InnerClasses.this.field + " " + shared++;
            }
        }
    }

    static class Nested {
        private final String secret = "secret";

        private String reveal() {
            return secret + shared;
        }
    }

    interface Source {
        int next();
    }

    abstract static class Template {
        Template() {
            describe();
        }

        abstract void describe();
    }

    List<Source> sources(int start) {
        List<Source> list = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            int step = i;
            class Local implements Source {
                int value = start;

                public int next() {
                    return value += step + field;
                }
            }
            list.add(new Local());
            list.add(new Source() {
                int calls;

                @Override
                public int next() {
                    return ++calls * step + start;
                }
            });
        }
        return list;
    }

    public static void main(String[] args) {
        InnerClasses outer = new InnerClasses();
        InnerClasses.Inner inner = outer.new Inner();
        System.out.println(inner.new Deeper().all() + " " + shared);
        System.out.println(new Nested().reveal() + new Nested().secret);
        for (Source source : outer.sources(100)) System.out.print(source.next() + " " + source.next() + ", ");
        System.out.println();
        String text = "captured";
        new Template() {
            final int initialised = 5;
            final Integer late = 6;

            @Override
            void describe() {
                // Runs before the initialisers of this class: the constant is there, the object is not; text is.
                System.out.println(text + " " + initialised + " " + late);
            }
        }.describe();
        System.out.println(outer.sources(0).get(0).getClass().getName() + " " + outer.sources(0).get(1).getClass().getName());
        System.out.println(InnerClasses.Inner.Deeper.class.getName() + " " + Nested.class.getSimpleName() + " " + Nested.class.getEnclosingClass());
    }
}
