import java.util.Properties;

/** System properties that do not depend on the machine, own definitions, environment variables, Properties. */
public class SystemProperties {
    public static void main(String[] args) throws Exception {
        for (String name : new String[] {"java.version", "java.specification.version", "java.vm.specification.version", "java.class.version", "java.vendor", "file.separator", "path.separator", "line.separator", "os.name", "os.arch", "user.dir", "file.encoding", "missing"}) {
            String value = System.getProperty(name);
            System.out.println(name + " = " + (value == null ? "null" : value.replace("\n", "\\n")));
        }
        System.out.println(System.getProperty("missing", "default") + " " + Integer.getInteger("missing", 5) + " " + Boolean.getBoolean("missing"));
        System.out.println(System.getProperty("conformance.own") + " [" + System.getProperty("conformance.empty") + "] " + Long.getLong("conformance.number"));
        System.setProperty("set.here", "1");
        System.out.println(System.getProperty("set.here") + System.clearProperty("set.here") + System.getProperty("set.here"));
        System.out.println(System.getenv("CONFORMANCE_VARIABLE") + " " + System.getenv("NO_SUCH_VARIABLE") + " " + System.getenv().containsKey("PATH") + " " + System.lineSeparator().length());
        try {
            System.getProperty("");
        } catch (IllegalArgumentException e) {
            System.out.println(e.getMessage());
        }
        Properties properties = new Properties();
        properties.load(new java.io.StringReader("# comment\na = 1\nb:two\\\n  lines\nuni=\\u00e9\n"));
        System.out.println(properties.getProperty("a") + " " + properties.getProperty("b") + " " + properties.getProperty("uni") + " " + properties.getProperty("c", "none") + " " + properties.size());
    }
}
