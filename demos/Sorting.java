import java.util.Arrays;

/** Sorts the same numbers by several methods, and compares them with the library's. */
public class Sorting {
    static void insertion(int[] a) {
        for (int i = 1; i < a.length; i++) {
            int value = a[i];
            int j = i;
            for (; j > 0 && a[j - 1] > value; j--) a[j] = a[j - 1];
            a[j] = value;
        }
    }

    static void quick(int[] a, int low, int high) {
        if (low >= high) return;
        int pivot = a[(low + high) >>> 1];
        int i = low;
        int j = high;
        while (i <= j) {
            while (a[i] < pivot) i++;
            while (a[j] > pivot) j--;
            if (i <= j) {
                int swapped = a[i];
                a[i++] = a[j];
                a[j--] = swapped;
            }
        }
        quick(a, low, j);
        quick(a, i, high);
    }

    static void heap(int[] a) {
        for (int root = a.length / 2 - 1; root >= 0; root--) sink(a, root, a.length);
        for (int end = a.length - 1; end > 0; end--) {
            int largest = a[0];
            a[0] = a[end];
            a[end] = largest;
            sink(a, 0, end);
        }
    }

    private static void sink(int[] a, int root, int end) {
        int value = a[root];
        for (int child = 2 * root + 1; child < end; child = 2 * root + 1) {
            if (child + 1 < end && a[child + 1] > a[child]) child++;
            if (a[child] <= value) break;
            a[root] = a[child];
            root = child;
        }
        a[root] = value;
    }

    static int[] merge(int[] a) {
        if (a.length < 2) return a;
        int[] left = merge(Arrays.copyOfRange(a, 0, a.length / 2));
        int[] right = merge(Arrays.copyOfRange(a, a.length / 2, a.length));
        int[] merged = new int[a.length];
        for (int k = 0, i = 0, j = 0; k < merged.length; k++) {
            merged[k] = j == right.length || (i < left.length && left[i] <= right[j]) ? left[i++] : right[j++];
        }
        return merged;
    }

    static int[] numbers(int count) {
        int[] a = new int[count];
        int random = 12345;
        for (int i = 0; i < count; i++) {
            random = random * 1664525 + 1013904223;
            a[i] = random >> 8;
        }
        return a;
    }

    static void report(String method, int[] sorted, int[] expected) {
        System.out.println(method + ": " + Arrays.equals(sorted, expected) + ", hash " + Arrays.hashCode(sorted));
    }

    public static void main(String[] args) {
        int count = args.length > 0 ? Integer.parseInt(args[0]) : 500;
        int[] expected = numbers(count);
        Arrays.sort(expected);
        int[] a = numbers(count);
        insertion(a);
        report("insertion", a, expected);
        a = numbers(count);
        quick(a, 0, a.length - 1);
        report("quick", a, expected);
        a = numbers(count);
        heap(a);
        report("heap", a, expected);
        report("merge", merge(numbers(count)), expected);
        System.out.println("smallest " + Arrays.toString(Arrays.copyOf(expected, 5)));
    }
}
