package rjvm;

/** A new replica of this program is whole. What the program keeps outside of its replicated state, it may set up there. */
public class ReintegrationException extends ReplicationException {
    private static final long serialVersionUID = 1L;

    public ReintegrationException(String replica) {
        super("replica " + replica + " has joined", replica);
    }
}
