package shop;

import java.util.Map;
import java.util.TreeMap;

/** What a customer has chosen, with amounts. */
public class Basket {
    private final Map<Product, Integer> amounts = new TreeMap<>();

    public void add(Product product, int amount) {
        if (amount <= 0) throw new IllegalArgumentException("amount " + amount + " of " + product.name());
        amounts.merge(product, amount, Integer::sum);
    }

    public long totalCents() {
        long total = 0;
        for (Map.Entry<Product, Integer> entry : amounts.entrySet()) {
            total += entry.getKey().priceCents() * entry.getValue();
        }
        return total;
    }

    public Map<Product, Integer> amounts() {
        return amounts;
    }
}
