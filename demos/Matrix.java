/** Linear algebra with doubles: products, Gaussian elimination, and the exact bits that floating point gives. */
public class Matrix {
    static double[][] multiply(double[][] a, double[][] b) {
        double[][] product = new double[a.length][b[0].length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < b[0].length; j++) {
                double sum = 0;
                for (int k = 0; k < b.length; k++) sum += a[i][k] * b[k][j];
                product[i][j] = sum;
            }
        }
        return product;
    }

    /** Solves a x = b by elimination with partial pivoting; destroys both. */
    static double[] solve(double[][] a, double[] b) {
        int n = b.length;
        for (int column = 0; column < n; column++) {
            int pivot = column;
            for (int row = column + 1; row < n; row++) {
                if (Math.abs(a[row][column]) > Math.abs(a[pivot][column])) pivot = row;
            }
            double[] swappedRow = a[pivot];
            a[pivot] = a[column];
            a[column] = swappedRow;
            double swapped = b[pivot];
            b[pivot] = b[column];
            b[column] = swapped;
            for (int row = column + 1; row < n; row++) {
                double factor = a[row][column] / a[column][column];
                for (int k = column; k < n; k++) a[row][k] -= factor * a[column][k];
                b[row] -= factor * b[column];
            }
        }
        for (int row = n - 1; row >= 0; row--) {
            for (int k = row + 1; k < n; k++) b[row] -= a[row][k] * b[k];
            b[row] /= a[row][row];
        }
        return b;
    }

    static double[][] hilbert(int n) {
        double[][] matrix = new double[n][n];
        for (int i = 0; i < n; i++) for (int j = 0; j < n; j++) matrix[i][j] = 1.0 / (i + j + 1);
        return matrix;
    }

    public static void main(String[] args) {
        int n = args.length > 0 ? Integer.parseInt(args[0]) : 8;
        double[][] square = multiply(hilbert(n), hilbert(n));
        double trace = 0;
        for (int i = 0; i < n; i++) trace += square[i][i];
        System.out.println("trace of the squared Hilbert matrix: " + trace);
        System.out.println("its bits: " + Long.toHexString(Double.doubleToLongBits(trace)));
        double[] ones = new double[n];
        java.util.Arrays.fill(ones, 1);
        // A Hilbert matrix is nearly singular, so rounding shows: the same on every machine that follows IEEE 754.
        for (double x : solve(hilbert(n), ones)) System.out.println("  " + x);
        double angle = 0;
        for (int i = 1; i <= 20; i++) angle += StrictMath.sin(i) * StrictMath.exp(-i / 10.0) + Math.sqrt(i);
        System.out.println("transcendental: " + angle);
    }
}
