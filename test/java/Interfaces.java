/** Default, static and private interface methods, diamonds, bridge methods, covariant returns. */
public class Interfaces {
    interface Top {
        default String who() {
            return "Top";
        }
    }

    interface Left extends Top {
        @Override
        default String who() {
            return "Left of " + Top.super.who();
        }
    }

    interface Right extends Top {
        static String helper() {
            return "helper";
        }

        private String hidden() {
            return "hidden";
        }

        default String reveal() {
            return hidden() + " " + helper() + " " + who();
        }
    }

    static class Diamond implements Left, Right {}

    static class Overrider extends Diamond {
        @Override
        public String who() {
            return "Overrider of " + super.who();
        }
    }

    static class Animal implements Comparable<Animal>, Cloneable {
        final int weight;

        Animal(int weight) {
            this.weight = weight;
        }

        Animal self() {
            return this;
        }

        @Override
        public int compareTo(Animal other) {
            return Integer.compare(weight, other.weight);
        }

        @Override
        protected Animal clone() throws CloneNotSupportedException {
            return (Animal) super.clone();
        }
    }

    static class Dog extends Animal {
        Dog(int weight) {
            super(weight);
        }

        @Override
        Dog self() {
            return this;
        }

        String bark() {
            return "woof " + weight;
        }
    }

    static class NotCloneable {
        Object copy() throws CloneNotSupportedException {
            return super.clone();
        }
    }

    static String overload(Object o) {
        return "Object";
    }

    static String overload(String s) {
        return "String";
    }

    static String overload(long l) {
        return "long";
    }

    static String overload(Integer i) {
        return "Integer";
    }

    static String overload(int... many) {
        return "int..." + many.length;
    }

    static String format(String pattern, Object... arguments) {
        return pattern + arguments.length + (arguments.length > 0 ? arguments[0] : "");
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    public static void main(String[] args) throws Exception {
        System.out.println(new Diamond().who() + "; " + new Diamond().reveal() + "; " + new Overrider().reveal());
        Animal animal = new Dog(7);
        System.out.println(animal.self().getClass().getSimpleName() + " " + new Dog(3).self().bark() + " " + (animal.clone() != animal) + " " + animal.clone().weight);
        Comparable raw = animal;
        System.out.println(raw.compareTo(new Dog(9)));
        try {
            raw.compareTo("a string");
        } catch (ClassCastException e) {
            System.out.println(e.getMessage());
        }
        try {
            new NotCloneable().copy();
        } catch (CloneNotSupportedException e) {
            System.out.println(e);
        }
        System.out.println(overload(1) + " " + overload("x") + " " + overload((Object) "x") + " " + overload('c') + " " + overload() + " " + overload(1, 2) + " " + overload(1.5f) + " " + overload(Integer.valueOf(4)));
        System.out.println(format("a") + " " + format("b", 1, 2) + " " + format("c", (Object) null) + " " + format("d", (Object[]) new String[] {"x", "y"}) + " " + format("e", new int[] {1, 2}).startsWith("e1[I"));
    }
}
