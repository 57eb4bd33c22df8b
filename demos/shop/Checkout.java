package shop;

/** A program of several classes in a package: `rjvm demos/shop/Checkout.class` finds the class path by itself. */
public class Checkout {
    static String money(long cents) {
        return String.format("%d.%02d", cents / 100, cents % 100);
    }

    public static void main(String[] args) {
        Basket basket = new Basket();
        basket.add(new Product("tea", 349), 2);
        basket.add(new Product("bread", 420), 1);
        basket.add(new Product("tea", 349), 1);
        basket.amounts().forEach((product, amount) ->
            System.out.println(amount + " x " + product.name() + " at " + money(product.priceCents())));
        System.out.println("total " + money(basket.totalCents()));
        try {
            basket.add(new Product("air", 0), 0);
        } catch (IllegalArgumentException e) {
            System.out.println("refused: " + e.getMessage());
        }
        System.out.println(Checkout.class.getName() + " in " + Checkout.class.getPackageName());
    }
}
