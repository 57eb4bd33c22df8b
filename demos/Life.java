/** Conway's game of life on a torus: a glider and an R-pentomino. Arguments: generations (default 40). */
public class Life {
    static final int WIDTH = 40;
    static final int HEIGHT = 16;

    static boolean[][] step(boolean[][] cells) {
        boolean[][] next = new boolean[HEIGHT][WIDTH];
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                int neighbours = 0;
                for (int dy = -1; dy <= 1; dy++) {
                    for (int dx = -1; dx <= 1; dx++) {
                        if ((dx | dy) == 0) continue;
                        if (cells[Math.floorMod(y + dy, HEIGHT)][Math.floorMod(x + dx, WIDTH)]) neighbours++;
                    }
                }
                next[y][x] = neighbours == 3 || (neighbours == 2 && cells[y][x]);
            }
        }
        return next;
    }

    static void place(boolean[][] cells, int top, int left, String... rows) {
        for (int y = 0; y < rows.length; y++) {
            for (int x = 0; x < rows[y].length(); x++) cells[top + y][left + x] = rows[y].charAt(x) == '#';
        }
    }

    static int print(boolean[][] cells) {
        int alive = 0;
        for (boolean[] row : cells) {
            StringBuilder line = new StringBuilder();
            for (boolean cell : row) {
                line.append(cell ? '#' : '.');
                if (cell) alive++;
            }
            System.out.println(line);
        }
        return alive;
    }

    public static void main(String[] args) {
        int generations = args.length > 0 ? Integer.parseInt(args[0]) : 40;
        boolean[][] cells = new boolean[HEIGHT][WIDTH];
        place(cells, 1, 2, ".#.", "..#", "###");
        place(cells, 6, 20, ".##", "##.", ".#.");
        for (int generation = 0; generation < generations; generation++) cells = step(cells);
        System.out.println("generation " + generations);
        System.out.println(print(cells) + " alive");
    }
}
