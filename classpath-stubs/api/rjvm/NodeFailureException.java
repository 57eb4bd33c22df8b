package rjvm;

/** A replica of this program was lost. */
public class NodeFailureException extends ReplicationException {
    private static final long serialVersionUID = 1L;

    public NodeFailureException(String replica) {
        super("replica " + replica + " was lost", replica);
    }
}
