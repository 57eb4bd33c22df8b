import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;

/** Dynamic proxies (java.lang.reflect.Proxy). */
public class Proxies {
    interface Calculator {
        int add(int a, int b);

        long wide(long a, double b);

        void nothing();

        default String greet() {
            return "default greeting";
        }
    }

    public static void main(String[] args) {
        InvocationHandler handler = (proxy, method, arguments) -> {
            System.out.println("call " + method.getName() + " " + Arrays.toString(arguments));
            return switch (method.getName()) {
                case "add" -> (Integer) arguments[0] + (Integer) arguments[1];
                case "wide" -> (Long) arguments[0] * 2;
                case "toString" -> "the proxy";
                case "greet" -> InvocationHandler.invokeDefault(proxy, method, arguments);
                case "size" -> throw new IllegalStateException("no size");
                case "get" -> "wrong type".length();
                default -> null;
            };
        };
        Calculator calculator = (Calculator) Proxy.newProxyInstance(Proxies.class.getClassLoader(), new Class<?>[] {Calculator.class}, handler);
        System.out.println(calculator.add(3, 4) + " " + calculator.wide(1L << 40, 2.5));
        calculator.nothing();
        System.out.println(calculator.greet() + " " + calculator);
        System.out.println(Proxy.isProxyClass(calculator.getClass()) + " " + (Proxy.getInvocationHandler(calculator) == handler));
        List<?> list = (List<?>) Proxy.newProxyInstance(Proxies.class.getClassLoader(), new Class<?>[] {List.class}, handler);
        try {
            list.size();
        } catch (IllegalStateException e) {
            System.out.println(e.getMessage());
        }
        System.out.println(list.get(0));
        try {
            list.isEmpty();
        } catch (NullPointerException e) {
            System.out.println("null for a primitive");
        }
    }
}
