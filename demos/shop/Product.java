package shop;

/** A thing for sale. The price is in cents, so that sums are exact. */
public record Product(String name, long priceCents) implements Comparable<Product> {
    @Override
    public int compareTo(Product other) {
        return name.compareTo(other.name);
    }
}
