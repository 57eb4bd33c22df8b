import java.awt.Color;
import java.awt.Dimension;
import java.awt.Insets;
import java.awt.Point;
import java.awt.Polygon;
import java.awt.Rectangle;
import java.awt.geom.AffineTransform;
import java.awt.geom.Area;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Point2D;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/** What programs without a window use of java.awt: points, shapes, colours, and images as pixels. */
public class Geometry {
    static void shapes() throws Exception {
        Set<Point> visited = new HashSet<>(Set.of(new Point(1, 2), new Point(3, 4)));
        System.out.println(visited.contains(new Point(3, 4)) + " " + new Point(1, 2).distance(4, 6));
        Rectangle room = new Rectangle(1, 2, 10, 20);
        System.out.println(room.intersection(new Rectangle(5, 5, 50, 5)) + " " + room.union(new Rectangle(-1, 0, 1, 1)));
        System.out.println(new Dimension(3, 4) + " " + new Insets(1, 2, 3, 4));
        Path2D path = new Path2D.Double();
        path.moveTo(0, 0);
        path.lineTo(4, 0);
        path.curveTo(4, 2, 5, 3, 4, 4);
        path.closePath();
        System.out.println(path.contains(3, 1) + " " + path.getBounds2D());
        System.out.println(new Polygon(new int[] {0, 10, 10}, new int[] {0, 0, 10}, 3).contains(8, 2));
        Area ring = new Area(new Rectangle(0, 0, 10, 10));
        ring.subtract(new Area(new Ellipse2D.Double(2, 2, 4, 4)));
        System.out.println(ring.getBounds() + " " + ring.contains(4, 4) + " " + ring.contains(8, 8));
        AffineTransform transform = AffineTransform.getScaleInstance(2, 3);
        transform.translate(1, 1);
        System.out.println(transform.transform(new Point2D.Double(1, 0), null) + " " + transform.createInverse());
        System.out.println(new Line2D.Double(0, 0, 4, 4).ptLineDist(0, 4));
    }

    static void colours() {
        System.out.println(Color.RED.darker() + " " + Color.decode("#ff00aa") + " " + new Color(1, 2, 3, 4).getRGB());
        System.out.println(Arrays.toString(Color.RGBtoHSB(10, 20, 30, null)) + " " + Color.getHSBColor(0.3f, 0.5f, 0.7f));
    }

    static void images() {
        int[] types = {BufferedImage.TYPE_INT_RGB, BufferedImage.TYPE_INT_ARGB_PRE, BufferedImage.TYPE_3BYTE_BGR,
            BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_BYTE_INDEXED, BufferedImage.TYPE_USHORT_565_RGB,
            BufferedImage.TYPE_BYTE_BINARY};
        for (int type : types) {
            BufferedImage image = new BufferedImage(4, 3, type);
            for (int x = 0; x < 4; x++) image.setRGB(x, 1, new Color(x * 60, 255 - x * 30, 128, 200).getRGB());
            int[] pixels = image.getRGB(0, 0, 4, 3, null, 0, 4);
            System.out.println(image.getType() + " " + Arrays.hashCode(pixels) + " " + image.getRaster().getNumBands()
                + " " + Arrays.toString(image.getRaster().getPixel(2, 1, (int[]) null)));
        }
    }

    public static void main(String[] args) throws Exception {
        shapes();
        colours();
        images();
    }
}
